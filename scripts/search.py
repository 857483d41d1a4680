"""The search for secrets in files, for scripts/demo: as crates/test-support/src/search.rs has it for the tests.

A secret of 16 characters or more is found by any 16 in a row, and a shorter one as a whole. It is found as it is, in hexadecimal and in
base64 at each alignment. All of these are found behind escapes of URLs, HTML and JSON as well, one level within another. Files and
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
# The first bytes of programs: of Linux, of macOS for one processor and for several, and of Windows.
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
        """Returns whether a secret is in the bytes, or in a zip that they are."""
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
        """Returns the paths below a directory, or the file itself, whose names or contents hold a secret, and how many files were searched."""
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
    """Returns all files and links. `Path.rglob` leaves out what it cannot read."""
    if not path.is_dir():
        return [path]

    def fail(error):
        raise error

    return [type(path)(root) / name for root, names, others in os.walk(path, onerror=fail) for name in [*links(root, names), *others]]


def links(root, names):
    return [name for name in names if os.path.islink(os.path.join(root, name))]


def is_program(path):
    """Whether the file is a copy of one of this project's programs. They are large, and hold no more than their sources do."""
    if not path.name.startswith(("terraform-provider-ecr", "ecr-sandbox")):
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(PROGRAMS)


def forms(secret):
    """Returns each form with the number of bytes in a row that are a leak. Of a short secret, that is all of it."""
    is_short = len(secret) < WINDOW
    found = [(secret, WINDOW), (secret.hex().encode(), 2 * WINDOW), (secret.hex().upper().encode(), 2 * WINDOW)]
    for shift in range(3):
        start, end = -(-shift * 8 // 6), (shift + len(secret)) * 8 // 6
        text = base64.b64encode(b"\0" * shift + secret)[start:end]
        # The characters that depend on the window alone, at any shift.
        found += [(form, (WINDOW - 1) * 8 // 6) for form in (text, text.replace(b"+", b"-").replace(b"/", b"_"))]
    return [(text, len(text) if is_short else length) for text, length in found]


def views(content):
    """Returns the bytes, and all that they say where escapes are resolved, also those of escapes."""
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
