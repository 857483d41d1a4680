#!/usr/bin/env python3
"""Tests of scripts/suite.py (`make lint`)."""

import os
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True

import suite  # noqa: E402


class Programs(unittest.TestCase):
    """Tests with programs that end in wrong ways. The programs are shell scripts that print the lines of a harness."""

    GOOD = "printf 'running 1 test\\ntest a ... ok\\ntest result: ok. 1 passed; 0 failed; 0 ignored\\n'"

    def run_suite(self, script, names=()):
        program = suite.Suite("x", "x", ["sh", "-c", script, "sh"], Path("/"), {"OF_THE_TEST": "value"})
        self.addCleanup(lambda: [output.close() for output in program.outputs])
        program.start(list(names))
        while not program.has_ended():
            time.sleep(0.01)
        return program

    def test_one_that_ends_well(self):
        program = self.run_suite(self.GOOD)
        self.assertEqual((program.problem, program.results.passed), (None, ["a"]))

    def test_it_gets_names_directory_and_variables(self):
        program = self.run_suite('echo "$1 $2 $PWD $OF_THE_TEST"', ["one", "two"])
        self.assertEqual(program.texts()[0], "one two / value\n")

    def test_one_that_crashes(self):
        self.assertEqual(self.run_suite(self.GOOD + "; kill -ABRT $$").problem, "ended by SIGABRT")
        self.assertEqual(self.run_suite(self.GOOD + "; exit 7").problem, "ended with code 7, and 0 tests failed")
        self.assertEqual(self.run_suite("exit 7").problem, "ended with code 7 before all tests ended")
        self.assertEqual(self.run_suite("exit 0").problem, "ended with code 0 before all tests ended")

    def test_failures_that_its_code_denies(self):
        failed = self.GOOD.replace("... ok", "... FAILED").replace("1 passed; 0 failed", "0 passed; 1 failed")
        self.assertEqual(self.run_suite(failed).problem, "ended with code 0, and 1 tests failed")
        self.assertIsNone(self.run_suite(failed + "; exit 101").problem)

    def test_one_whose_counts_differ(self):
        problem = self.run_suite(self.GOOD.replace("1 passed", "2 passed")).problem
        self.assertEqual(problem, "reports 2 tests, and its output lists 1")

    def test_one_that_is_missing(self):
        program = suite.Suite("x", "x", ["/nonexistent/program"], Path("/"), {})
        program.start([])
        self.addCleanup(lambda: [output.close() for output in program.outputs])
        self.assertTrue(program.has_ended())
        self.assertIn("did not start", program.problem)

    def test_one_that_hangs_is_ended_with_what_it_has_started(self):
        script = "setpgid() { set -m; sleep 1000 & set +m; }; setpgid; echo $!; trap '' TERM; while :; do sleep 1000; done"
        with mock.patch.multiple(suite, SILENCE=0.3, GRACE=0.3):
            program = self.run_suite(script)
        self.assertIn("printed nothing for", program.problem)
        child = int(program.texts()[0])
        self.assertFalse(alive(child))

    def test_one_that_prints_does_not_hang(self):
        with mock.patch.object(suite, "SILENCE", 0.5):
            program = self.run_suite("for i in 1 2 3 4 5; do echo $i; sleep 0.2; done;" + self.GOOD)
        self.assertIsNone(program.problem)

    def test_what_one_leaves_behind_is_ended(self):
        program = self.run_suite("sleep 1000 & echo $!;" + self.GOOD)
        self.assertFalse(alive(int(program.texts()[0].splitlines()[0])))
        self.assertIsNone(program.problem)

    def test_what_one_leaves_behind_may_end_by_itself(self):
        with tempfile.TemporaryDirectory() as directory:
            left = "(trap 'echo asked >&2; exit' TERM; echo >ready; while :; do sleep 0.05; done) & read _ <ready"
            program = self.run_suite(f"cd '{directory}'; mkfifo ready; {left}; {self.GOOD}")
        self.assertIn("asked", program.texts()[1].splitlines())
        self.assertIsNone(program.problem)

    def test_tests_that_have_not_ended_are_named(self):
        script = textwrap.dedent("""
            case $1 in
            --list) printf '[needs x] a: test\\nb: test\\nc: test\\n\\n3 tests, 0 benchmarks\\n' ;;
            *) printf 'running 3 tests\\ntest a - should panic ... ok\\n'; exit 1 ;;
            esac""")
        self.assertEqual(self.run_suite(script).unfinished([]), ["b", "c"])


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # The process may be a zombie, for which its new parent has not yet waited.
    state = subprocess.run(["sh", "-c", f"cat /proc/{pid}/stat"], capture_output=True, text=True, check=False).stdout
    return bool(state) and ") Z " not in state


if __name__ == "__main__":
    unittest.main()
