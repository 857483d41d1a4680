#!/usr/bin/env python3
"""Tests of scripts/prose (`make lint`)."""

import contextlib
import importlib.machinery
import importlib.util
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

PROGRAM = Path(__file__).resolve().with_name("prose")

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("prose", str(PROGRAM))
prose = importlib.util.module_from_spec(importlib.util.spec_from_loader("prose", loader))
loader.exec_module(prose)


def shown(text, reader=prose.markdown):
    """Returns the sentences that a reader function finds in a text, with their lines."""
    return [(sentence.line, sentence.shown) for found in reader(text) for sentence in prose.sentences(*found)]


def only(text, reader=prose.markdown):
    return [sentence for _, sentence in shown(text, reader)]


def broken(text):
    return {
        rule
        for found in prose.markdown(text)
        for sentence in prose.sentences(*found)
        for rule in prose.RULES
        if prose.RULES[rule].breaks(sentence.text)
    }


def counting(number):
    return " ".join(["word"] * number)


class Rules(unittest.TestCase):
    def breaks(self, rule, *texts):
        for text in texts:
            with self.subTest(text):
                self.assertEqual(broken(text), {rule})

    def keeps(self, *texts):
        for text in texts:
            with self.subTest(text):
                self.assertEqual(broken(text), set())

    def test_first_word(self):
        self.breaks(
            "first-word",
            "What the host answers.",
            "Whose key signs.",
            "Where the host is not set, the Region decides.",
            "Who may read it.",
            "So nothing is lost.",
            "Reads the file. Where it fails, an error follows.",
            "## Where the token goes",
            "- what is left",
            "| file | what it has |",
            "(Where it fails, nothing is read.)",
            "**What** it reads.",
            "[What](page.md) it reads.",
            "- `region`: where to ask.",
            "- `region` (String, Sensitive) Where to ask.",
            "- `options` (Variadic, Map of Boolean) Where to ask.",
            "> Where it fails, nothing is read.",
            "~> Where it fails, nothing is read.",
            "What's left.",
        )
        self.keeps(
            "Returns what the host answers.",
            "## Where next?",
            "What is a token?",
            "## Where do I …",
            "`None` where no host answers.",
            "`so` and `what` are words.",
            "Whatever comes, the file stays. Wherever it is.",
            "So-called hosts.",
            "Somebody asks. Whole files are read.",
            "If the host is not set, the Region decides.",
            "<!-- Where it fails -->",
        )

    def test_is_no(self):
        self.breaks(
            "is-no",
            "This is no Region.",
            "There are no files.",
            "The digest is none.",
            "There were none of them.",
            "It must be no proxy.",
            "There's no host.",
            "The host\nis\nno name.",
        )
        self.keeps(
            "The lock is no longer held.",
            "This is not a Region.",
            "These are no-ops.",
            "The answer is `no`.",
            "No file is read. None is left.",
            "The default is No. 7.",
            "`is no`",
        )

    def test_long_sentence(self):
        self.breaks("long-sentence", f"{counting(26)}.", f"{counting(13)}\n{counting(13)}", f"{counting(25)} `a b`", f"- {counting(26)}")
        self.keeps(
            f"{counting(25)}. {counting(25)}.",
            f"{counting(25)}\n\n{counting(25)}",
            f"- {counting(25)}\n- {counting(25)}",
            f"| {counting(25)} | {counting(25)} |",
            f"{counting(24)} — `a b c d e` –",
            f"{counting(24)} well-kept",
            f"{counting(24)} [word](https://example.com/a_long_(address) \"title\")",
            f"Takes {', '.join('`a`' for _ in range(50))}.",
            f"{counting(24)} überflüssig",
        )

    def test_words(self):
        self.breaks("the-peer", "Asks the peer.", "The peer's certificate.")
        self.breaks("file-of-logins", "A file of logins.", "Reads files\nof logins.")
        self.breaks("is-told", "The user is told.", "It must be told.")
        self.breaks("hardly-be", "It will hardly be meant.")
        self.keeps("Asks a peer.", "A file with logins.", "They cannot be told apart.", "It tells the user.", "It hardly works.")

    def test_a_sentence_may_break_several(self):
        self.assertEqual(broken(f"What is told is no {counting(25)}"), {"first-word", "is-told", "is-no", "long-sentence"})


class Sentences(unittest.TestCase):
    def test_ends(self):
        self.assertEqual(only("One. Two! Three? (Four.) \"Five.\" Six"), ["One.", "Two!", "Three?", "(Four.)", '"Five."', "Six"])
        self.assertEqual(only("One · [two](b) · three"), ["One ·", "two ·", "three"])
        for whole in [
            "Files, e.g. this one, i.e. it.",
            "Hosts, ports, etc. are read.",
            "Terraform 1.10.2 and v0.22 read config.json and main.tf too.",
            "Asks https://example.com/a?b=c.d and main.rs.",
            "US East (N. Virginia) is the first.",
            "Waits ... and reads … on.",
            "`a. B` and `c! D` are code.",
        ]:
            with self.subTest(whole):
                self.assertEqual(only(whole), [whole])
        self.assertEqual(only("Hosts, ports, etc. They are read."), ["Hosts, ports, etc.", "They are read."])

    def test_lines(self):
        self.assertEqual(
            shown("# Title\n\nOne goes on\nhere. Two\nalso. `A\nB` is\nthree. Four\n"),
            [(1, "Title"), (3, "One goes on here."), (4, "Two also."), (5, "`A B` is three."), (7, "Four")],
        )

    def test_marks_are_left_out(self):
        self.assertEqual(only("**A** _b_ c_d [e `f`][g] ![h](i) <br> j"), ["A b c_d e `f` h j"])
        self.assertEqual(only("[![build](a.svg)](b) and <https://example.com>"), ["build and https://example.com"])


class Markdown(unittest.TestCase):
    def test_code_is_skipped(self):
        self.assertEqual(only("A\n```rust\nWhere it is.\n```\nB\n~~~\n```\nC\n~~~\n\n    code\n\nD"), ["A", "B", "D"])
        self.assertEqual(only("- A\n\n  ````\n  ```\n  B\n  ````\n\n  C\n> ```\n> D\n> ```\n> E"), ["A", "C", "E"])

    def test_comments_are_skipped(self):
        self.assertEqual(only("A <!-- b --> c\n<!-- d\n\ne -->\nF\n\n<!-- g --> H\n\n`<!-- I` j"), ["A c", "F", "H", "`<!-- I` j"])

    def test_front_matter_has_a_description(self):
        self.assertEqual(shown('---\ntitle: "T"\ndescription: |-\n  One goes\n  on.\nother: a\n---\n\n# B\n')[0], (4, "One goes on."))
        self.assertEqual(only('---\ndescription: "One."\n---\nTwo\n\n---\n\nThree'), ["One.", "Two", "Three"])

    def test_lists_and_tables(self):
        text = "A:\n- one\n  goes on\n- two\n\n  more\n1. three\n2. four\n\n| a | b \\| c |\n|---|:-:|\n| | d |\nend\n"
        self.assertEqual(only(text), ["A:", "one goes on", "two", "more", "three", "four", "a", "b | c", "d", "end"])
        self.assertEqual(only("It was in\n2026. Then"), ["It was in 2026.", "Then"])

    def test_link_definitions_and_rules_are_skipped(self):
        self.assertEqual(only("A\n\n[a]: https://example.com\n\n***\n\nB"), ["A", "B"])

    def test_line_ends_of_windows(self):
        with tree({"a.md": b"One goes\r\non. Where\r\n\r\nTwo\r\n"}) as root:
            (offence,) = prose.offences_in(root)
        self.assertEqual((offence.sentence.line, offence.sentence.shown), (2, "Where"))


class Comments(unittest.TestCase):
    def test_rust(self):
        text = """\
//! The crate.
//!
//! - a list
//!   goes on
//! ```
//! Where code is.
#![doc = include_str!("a.rs")]
//! ```
//! [`Link`](crate::Link) text.

/// Returns the
/// host.
///
/// # Errors
/// Fails.
#[derive(Debug)]
struct A {
    // One
    // two.
    /// Three
    b: char, // four
    c: u8,   // five
}
fn f<'a>(b: &'a str) {
    g("http://no", '"', '\\'', "\\"// no", r#"a "// no" "#, b'"'); // six
}
/* seven
 * more */
"""
        self.assertEqual(
            shown(text, prose.rust),
            [
                (1, "The crate."),
                (3, "a list goes on"),
                (9, "`Link` text."),
                (11, "Returns the host."),
                (14, "Errors"),
                (15, "Fails."),
                (18, "One two."),
                (20, "Three"),
                (21, "four"),
                (22, "five"),
                (25, "six"),
                (27, "seven more"),
            ],
        )

    def test_python(self):
        text = '''\
#!/usr/bin/env python3
"""The program.

  name   a thing
  other  another
"""
# One
# two.
a = "# no"  # three


def f():
    """Returns
    it.

    More.
    """
'''
        self.assertEqual(
            sorted(shown(text, prose.python)),
            [(2, "The program."), (4, "a thing"), (4, "name"), (5, "another"), (5, "other"), (7, "One two."), (9, "three")]
            + [(13, "Returns it."), (16, "More.")],
        )

    def test_hashes(self):
        text = "#!/bin/sh\n# One\n# two.\nx='# no' # three\ny=${x#no} z=\"a # no\"\nhelp: ## Four\n#\n# five\n"
        self.assertEqual(
            shown(text, prose.hashes), [(2, "One two."), (4, "three"), (6, "Four"), (8, "five")]
        )

    def test_files(self):
        page = b"Where it is."
        comment = b"# Where it is.\n"
        read = {"a.md": page, "b/c.rs": b"// Where it is.", "Makefile": comment, "d.toml": comment, ".ci/run": b"#!/bin/sh\n" + comment}
        read |= {"scripts/e": b"#!/usr/bin/env python3\n" + comment, "scripts/requirements-a.txt": comment}
        skipped = {"target/a.md": page, "dist/a.md": page, ".git/a.md": page, "b/generated/a.rs": b"// Where it is.", "LICENSE": comment}
        skipped |= {"a.txt": comment, "image.png": b"\xff"}
        with tree(read | skipped) as root:
            self.assertEqual({offence.path for offence in prose.offences_in(root)}, set(read))

    def test_what_cannot_be_read_fails(self):
        for files in [{"a.md": b"\xff"}, {"a.py": b"def"}, {"a.txt": b""}]:
            with self.subTest(files), tree(files) as root, self.assertRaises(SystemExit) as failed:
                prose.offences_in(root)
            self.assertIn(str(root), failed.exception.code)


class Program(unittest.TestCase):
    """Tests of the whole program, in a repository with one page."""

    def run_program(self, text):
        """Returns the program's error message, or None if the program passes."""
        stdout = io.StringIO()
        with (
            tree({"page.md": text.encode()}) as root,
            mock.patch.object(prose, "ROOT", root),
            mock.patch.object(sys, "argv", ["prose"]),
            contextlib.redirect_stdout(stdout),
        ):
            try:
                prose.main()
            except SystemExit as failed:
                return failed.code
        self.assertIn("prose: ", stdout.getvalue())
        return None

    def test_an_offender_fails_with_its_place_and_advice(self):
        place, advice = self.run_program("One\n\nReads it. Where `x` is, stop.").splitlines()
        self.assertEqual(place, "page.md:3: first-word: Where `x` is, stop.")
        self.assertTrue(advice.startswith("prose: first-word: Begin with"), advice)

    def test_each_one_has_a_line_and_each_rule_has_its_advice_once(self):
        lines = self.run_program("Where it is.\n\nWhere it is.\n\nIt is no host.").splitlines()
        self.assertEqual([line.split(":")[1] for line in lines[:3]], ["1", "3", "5"])
        self.assertEqual([line.split(":")[1] for line in lines[3:]], [" first-word", " is-no"])

    def test_a_page_without_offenders_passes(self):
        self.assertIsNone(self.run_program("Reads it."))


@contextlib.contextmanager
def tree(files):
    with tempfile.TemporaryDirectory() as directory:
        for name, content in files.items():
            path = Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(directory)


if __name__ == "__main__":
    unittest.main()
