"""Searches files for secrets, for scripts/demo. crates/test-support/src/search.rs does the same for the tests.

Finds any 16 adjacent characters of a secret, and a shorter secret only as a whole. Finds secrets in plain text, in hexadecimal, and in
base64 at each alignment. Also finds such an encoded secret if it is escaped as in URLs, HTML or JSON, even twice. Files and
directories that cannot be read are errors.
"""

import base64
import html
import os
import re
import urllib.parse
import zipfile
from io import BytesIO

WINDOW = 16
# The first bytes of programs: for Linux, for macOS with one and with several architectures, and for Windows.
PROGRAMS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")


class Search:
    def __init__(self, secrets):
        self.windows = {}
        for secret in secrets:
            if not secret:
                raise ValueError("a secret is empty, and a search for it would find nothing")
            for text, length in forms(secret.encode()):
                length = min(length, len(text))
                pieces = self.windows.setdefault(length, set())
                pieces.update(text[start : start + length] for start in range(len(text) - length + 1))

    def finds(self, content):
        """Returns whether the bytes contain a secret. If the bytes are a zip, also searches the files in the zip."""
        if any(self.is_in(view) for view in views(content)):
            return True
        if not content.startswith(b"PK\x03\x04"):
            return False
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return any(self.finds(name.encode()) or self.finds(archive.read(name)) for name in archive.namelist())

    def is_in(self, text):
        return any(
            any(text[start : start + length] in pieces for start in range(len(text) - length + 1)) for length, pieces in self.windows.items()
        )

    def place(self, path):
        """Searches a file or directory. Returns the paths whose names or contents contain a secret, and the number of searched files."""
        found, count = [], 0
        for file in files(path):
            count += 1
            if self.finds(os.fsencode(file.name)):
                found.append(file)
            elif file.is_symlink():
                found += [file] if self.finds(os.fsencode(os.readlink(file))) else []
            elif not is_program(file) and self.finds(file.read_bytes()):
                found.append(file)
        return found, count


def files(path):
    """Returns all files and links. Does not use `Path.rglob`, which ignores directories that it cannot read."""
    if not path.is_dir():
        return [path]

    def fail(error):
        raise error

    return [type(path)(root) / name for root, names, others in os.walk(path, onerror=fail) for name in [*links(root, names), *others]]


def links(root, names):
    return [name for name in names if os.path.islink(os.path.join(root, name))]


def is_program(path):
    """Returns whether the file is a copy of one of this project's programs, which are large and cannot contain secrets of the run."""
    if not path.name.startswith(("terraform-provider-ecr", "ecr-sandbox")):
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(PROGRAMS)


def forms(secret):
    """Returns a secret in each encoding, with the number of adjacent bytes that is a leak. A short secret leaks only as a whole."""
    is_short = len(secret) < WINDOW
    found = [(secret, WINDOW), (secret.hex().encode(), 2 * WINDOW), (secret.hex().upper().encode(), 2 * WINDOW)]
    for shift in range(3):
        start, end = -(-shift * 8 // 6), (shift + len(secret)) * 8 // 6
        text = base64.b64encode(b"\0" * shift + secret)[start:end]
        # The number of base64 characters that depend only on WINDOW characters of the secret, at any shift.
        found += [(form, (WINDOW - 1) * 8 // 6) for form in (text, text.replace(b"+", b"-").replace(b"/", b"_"))]
    return [(text, len(text) if is_short else length) for text, length in found]


def views(content):
    """Returns the bytes, and the bytes with each kind of escapes resolved once and twice."""
    first = [content, *(decode(content) for decode in DECODERS)]
    return {content, *first, *(decode(view) for view in first for decode in DECODERS)}


def decoded_html(content):
    return html.unescape(content.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def decoded_json(content):
    def resolve(found):
        if found[1] or found[2]:
            return chr(int(found[1] or found[2], 16)).encode(errors="surrogatepass")
        return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(found[3], found[3])

    return re.sub(rb"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf"'\\/]))""", resolve, content)


DECODERS = [
    urllib.parse.unquote_to_bytes,
    lambda content: urllib.parse.unquote_to_bytes(content.replace(b"+", b" ")),
    decoded_html,
    decoded_json,
]
