#!/usr/bin/env python3
"""Tests of scripts/results.py (`make lint`)."""

import sys
import unittest

sys.dont_write_bytecode = True

import results  # noqa: E402

# Rust's harness.
LIBTEST = """
running 5 tests
test cache::tests::an_answer_is_shared ... ok
test proxy::tests::wrong - should panic ... ok
test image::tests::slow ... ignored, takes an hour
test image::tests::fails ... FAILED
test image::tests::fails_too ... FAILED

failures:

---- image::tests::fails stdout ----

thread 'image::tests::fails' (42) panicked at crates/ecr-token/src/image.rs:7:9:
test made::up ... ok
failures:
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- image::tests::fails_too stdout ----
Error: "too"


failures:
    image::tests::fails
    image::tests::fails_too

test result: FAILED. 2 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s

"""

MIMIC = """
running 3 tests
test [needs docker, skopeo] pulls                  ... ignored
test                        called::aws::throttled ... ok
test                        terraform-1.15.5::x    ... FAILED

failures:

---- terraform-1.15.5::x ----
expected
  a
got
  b


failures:
    terraform-1.15.5::x


test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.65s

"""


def read(stdout, stderr="", name="protocol"):
    return results.read(name, stdout, stderr)


class Harnesses(unittest.TestCase):
    def test_rusts_own(self):
        found = read(LIBTEST)
        self.assertEqual(found.passed, ["cache::tests::an_answer_is_shared", "proxy::tests::wrong - should panic"])
        self.assertEqual(found.failed, ["image::tests::fails", "image::tests::fails_too"])
        self.assertEqual(found.skipped, {"takes an hour": ["image::tests::slow"]})
        self.assertEqual((found.read, found.counted, found.complete), (5, 5, True))

    def test_libtest_mimic(self):
        found = read(MIMIC)
        self.assertEqual(found.passed, ["called::aws::throttled"])
        self.assertEqual(found.failed, ["terraform-1.15.5::x"])
        self.assertEqual(found.skipped, {"needs docker, skopeo": ["pulls"]})
        self.assertEqual((found.read, found.counted, found.complete), (3, 3, True))

    def test_failures_are_told_without_the_list_of_names(self):
        told = read(LIBTEST).failures
        self.assertEqual((told[0], told[-1]), ("---- image::tests::fails stdout ----", 'Error: "too"'))
        self.assertEqual(read(MIMIC).failures, ["---- terraform-1.15.5::x ----", "expected", "  a", "got", "  b"])

    def test_documentation_comes_in_several_lists(self):
        good = "\nrunning 1 test\ntest crates/a/src/lib.rs - (line 9) ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n"
        found = read(good + LIBTEST)
        self.assertEqual((found.read, found.counted, len(found.failures)), (6, 6, len(read(LIBTEST).failures)))

    def test_a_program_that_ends_early_is_not_complete(self):
        self.assertFalse(read("").complete)
        self.assertFalse(read("\nrunning 2 tests\ntest one ... ok\n").complete)
        self.assertFalse(read(LIBTEST + "\nrunning 2 tests\ntest one ... ok\n").complete)

    def test_a_line_that_is_not_understood_shows_in_the_counts(self):
        found = read("\nrunning 1 test\ntest one ... perhaps\n\ntest result: ok. 1 passed; 0 failed; 0 ignored\n")
        self.assertNotEqual(found.read, found.counted)


class Reports(unittest.TestCase):
    STDOUT = "running 2 tests\ntest a::b ... ok\ntest a::c ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored\n"

    def test_a_test_that_skips_itself_has_not_passed(self):
        found = read(self.STDOUT, "skipped: a::b: the hard limit is 0: no core dumps\nskipped: other: reason\n")
        self.assertEqual(found.passed, ["a::c"])
        self.assertEqual(found.skipped, {"the hard limit is 0: no core dumps": ["a::b"]})
        self.assertEqual(found.read, found.counted)

    def test_programs_and_vectors(self):
        found = read(self.STDOUT, "vectors: ini: 250\nprograms: aws curl\nvectors: arn::parse: 12\nno programs: x\n")
        self.assertEqual((found.vectors, found.programs), (262, {"aws", "curl"}))

    def test_rows_are_those_of_the_table(self):
        self.assertEqual(read(MIMIC, name="table").rows, {"called": 1, "terraform-1.15.5": 1})
        self.assertEqual(read(MIMIC, name="acceptance").rows, {})
        self.assertEqual(read(MIMIC, name="acceptance").terraforms, {"terraform-1.15.5"})

    def test_all_together(self):
        total = results.Results()
        for found in (read(LIBTEST, "vectors: a: 1\n"), read(MIMIC, "vectors: b: 2\nprograms: aws\n", name="table")):
            total.add(found)
        self.assertEqual((total.read, total.counted, total.vectors), (8, 8, 3))
        self.assertEqual((total.ran, total.programs, total.rows["called"]), (6, {"aws"}, 1))


if __name__ == "__main__":
    unittest.main()
