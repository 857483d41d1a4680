#!/usr/bin/env python3
"""Tests of scripts/prose (`make lint`)."""

import importlib.machinery
import importlib.util
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("prose", str(Path(__file__).with_name("prose")))
prose = importlib.util.module_from_spec(importlib.util.spec_from_loader("prose", loader))
sys.modules["prose"] = prose
loader.exec_module(prose)

LONG = " ".join(["word"] * 26)


def broken(reader, text):
    """The rules that a text breaks, with the lines."""
    found = [sentence for paragraph in reader(text) for sentence in prose.sentences(*paragraph)]
    return [(sentence.line, rule) for sentence in found for rule, (breaks, _) in prose.RULES.items() if breaks(sentence.text)]


class Rules(unittest.TestCase):
    def test_first_words(self):
        for text in ["What works.", "Whose keys sign.", "Where it is, read it.", "Who asks.", "So it ends.", "Good. What follows."]:
            self.assertEqual([rule for _, rule in broken(prose.markdown, text)], ["first-word"], text)
        for text in ["Returns what works.", "Where next?", "Some text.", "Whatever it is.", "Sockets.", "`what` is code."]:
            self.assertEqual(broken(prose.markdown, text), [], text)

    def test_negation_by_noun(self):
        for text in ["It is no Region.", "They are none.", "There’s no key.", "It was no error."]:
            self.assertEqual([rule for _, rule in broken(prose.markdown, text)], ["is-no"], text)
        for text in ["It is not a Region.", "It is no longer read.", "No key is read.", "It is nothing."]:
            self.assertEqual(broken(prose.markdown, text), [], text)

    def test_long_sentences(self):
        self.assertEqual(broken(prose.markdown, LONG + "."), [(1, "long-sentence")])
        self.assertEqual(broken(prose.markdown, " ".join(["word"] * 25) + "."), [])
        # A code span and a link count by what a reader sees.
        self.assertEqual(broken(prose.markdown, "a `" + LONG + "` b."), [])
        self.assertEqual(broken(prose.markdown, f"[two words](https://example.com/{'a' * 30}) here."), [])
        self.assertEqual(broken(prose.markdown, ("word " * 14 + "e.g. " + "word " * 9).strip() + "."), [])

    def test_words_of_a_dialect(self):
        for text, rule in [
            ("As the peer does.", "the-peer"),
            ("A file of logins.", "file-of-logins"),
            ("Nobody is told.", "is-told"),
            ("It will hardly be meant.", "hardly-be"),
        ]:
            self.assertEqual([found for _, found in broken(prose.markdown, text)], [rule])


class Texts(unittest.TestCase):
    def test_wrapped_lines_are_one_sentence_with_the_line_of_its_beginning(self):
        half = " ".join(["word"] * 13)
        self.assertEqual(broken(prose.markdown, f"Fine.\n\n{half}\n{half}."), [(3, "long-sentence")])
        self.assertEqual(broken(prose.markdown, f"{half}.\r\n{half}."), [])

    def test_items_and_cells_are_texts_of_their_own(self):
        half = " ".join(["word"] * 13)
        self.assertEqual(broken(prose.markdown, f"- {half}\n- {half}\n"), [])
        self.assertEqual(broken(prose.markdown, f"| {half} | {half} |\n"), [])
        self.assertEqual(broken(prose.markdown, "| a | What it is |\n"), [(1, "first-word")])

    def test_code_is_skipped(self):
        self.assertEqual(broken(prose.markdown, "Run:\n\n```console\n$ echo What is no sense\n```\n\nFine."), [])
        self.assertEqual(broken(prose.markdown, "<!-- What is no page -->\nFine."), [])

    def test_front_matter_counts_by_its_description(self):
        self.assertEqual(broken(prose.markdown, "---\ntitle: What\ndescription: |-\n  What it is.\n---\nFine."), [(4, "first-word")])

    def test_comments_of_rust(self):
        text = '/// Returns a key.\n///\n/// # Errors\n/// What is wrong.\nfn f() { let a = "// What is no comment"; } // Where it ends.\n'
        self.assertEqual(broken(prose.rust, text), [(4, "first-word"), (5, "first-word")])
        self.assertEqual(broken(prose.rust, '//! Über die Straße is no text.\nlet a = \'"\'; let b = r#"// What"#;\n'), [(1, "is-no")])

    def test_comments_of_scripts(self):
        self.assertEqual(broken(prose.hashes, "#!/bin/sh\n# What it does.\necho '# What'\n"), [(2, "first-word")])
        self.assertEqual(broken(prose.python, '"""What it does."""\nx = "# What"  # Who reads it.\n'), [(2, "first-word"), (1, "first-word")])


class List(unittest.TestCase):
    def offences(self, *texts):
        found = []
        for text in texts:
            for sentence in prose.sentences(1, text):
                for rule, (breaks, _) in prose.RULES.items():
                    if breaks(sentence.text):
                        found.append(prose.Offence("a.md", 1, *sentence.entry(rule), sentence.shown))
        return found

    def test_a_listed_sentence_passes_once(self):
        one = self.offences("What works.")
        listed = prose.read_list(prose.rendered(prose.counted(one), one))
        self.assertEqual(list(prose.new(listed, one)), [])
        self.assertTrue(list(prose.new(listed, one * 2)), "a second time is new")
        self.assertTrue(list(prose.new(listed, self.offences("What else works."))))

    def test_an_entry_that_is_gone_fails_and_shrinks(self):
        both = self.offences("What works.", "What fails.")
        listed = prose.counted(both)
        self.assertTrue(list(prose.stale(listed, both[:1])))
        self.assertEqual(prose.shrunk(listed, both[:1]), prose.counted(both[:1]))
        self.assertEqual(prose.shrunk(prose.counted(both[:1]), both), prose.counted(both[:1]), "it never grows")


if __name__ == "__main__":
    unittest.main(verbosity=0)
