#!/usr/bin/env python3
"""Tests of scripts/search.py (`make lint`)."""

import base64
import html
import json
import os
import sys
import tempfile
import unittest
import urllib.parse
import zipfile
from io import BytesIO
from pathlib import Path

sys.dont_write_bytecode = True

from search import Search  # noqa: E402

SECRET = 's3cr/t+<of> "me" & that\'s all of 40 ch.'


def planted(secret):
    texts = [
        f"a=1\nb={secret}\n",
        secret.encode().hex(),
        secret.encode().hex().upper(),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret).lower(),
        urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe=""),
        json.dumps({"token": secret}),
        json.dumps(secret).replace("<", "\\u003c").replace("/", "\\/"),
        "".join(f"\\u{ord(letter):04x}" for letter in secret),
        json.dumps(json.dumps(secret)),
        html.escape(secret),
        html.escape(html.escape(secret)),
        "".join(f"&#{ord(letter)};" for letter in secret),
        "".join(f"&#x{ord(letter):x};" for letter in secret),
    ]
    for start in ["", "A", "AW"]:
        for encode in [base64.b64encode, base64.urlsafe_b64encode]:
            text = encode(f"{start}{secret}".encode()).decode()
            texts += [text, urllib.parse.quote(text, safe="")]
    return texts


def zipped(name, content):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


class Forms(unittest.TestCase):
    def test_every_form_of_a_secret_and_of_sixteen_characters_is_found(self):
        search = Search([SECRET])
        for text in planted(SECRET):
            self.assertTrue(search.finds(text.encode()), text)
        for start in range(len(SECRET) - 15):
            for text in planted(SECRET[start : start + 16]):
                self.assertTrue(search.finds(text.encode()), f"{start}: {text}")
        for text in planted(SECRET[8:20]) + planted("something else of 30 characters"):
            self.assertFalse(search.finds(text.encode()), text)

    def test_a_short_secret_is_found_as_a_whole(self):
        search = Search(["hunter2"])
        for text in planted("hunter2"):
            self.assertTrue(search.finds(text.encode()), text)
        for text in planted("huntar2"):
            self.assertFalse(search.finds(text.encode()), text)

    def test_a_search_for_nothing_is_a_mistake(self):
        with self.assertRaises(ValueError):
            Search([""])


class Places(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.search = Search([SECRET, "hunter2"])

    def found(self):
        return [path.relative_to(self.directory).as_posix() for path in self.search.place(self.directory)[0]]

    def test_files_archives_names_and_links_are_searched(self):
        for name, content in {
            ".terraform/a/file": SECRET.encode(),
            "binary": b"\xff\xfe\0" + SECRET.encode() + b"\0\xff",
            "plan": zipped("tfplan", json.dumps(SECRET)),
            "nested": zipped("inner", zipped("hunter2", "")),
            "login-hunter2": b"",
            "terraform-provider-ecr.log": b"hunter2",
        }.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            self.assertEqual(self.found(), [name])
            path.unlink()
        (self.directory / "link").symlink_to("/nowhere/hunter2")
        (self.directory / "other").symlink_to(self.directory)
        (self.directory / "terraform-provider-ecr").write_bytes(b"\x7fELF hunter2")
        self.assertEqual(self.found(), ["link"])
        self.assertEqual(self.search.place(self.directory)[1], 3)

    def test_what_cannot_be_read_is_an_error(self):
        with self.assertRaises(OSError):
            self.search.place(self.directory / "missing")
        (self.directory / "plan").write_bytes(b"PK\x03\x04")
        with self.assertRaises(zipfile.BadZipFile):
            self.search.place(self.directory)
        (self.directory / "plan").unlink()
        with self.assertRaises(OSError):
            # Even root cannot read the start of this file, because no memory is mapped there.
            self.search.place(Path("/proc/self/mem"))

    def test_what_a_user_may_not_read_is_an_error(self):
        for make in [lambda path: path.write_text(""), lambda path: path.mkdir()]:
            path = self.directory / "closed"
            make(path)
            path.chmod(0)
            if os.access(path, os.R_OK):
                self.skipTest("this user may read every file")
            with self.assertRaises(PermissionError):
                self.search.place(self.directory)
            path.chmod(0o700)
            path.rmdir() if path.is_dir() else path.unlink()


if __name__ == "__main__":
    unittest.main(verbosity=0)
