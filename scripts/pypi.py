"""Virtual environments of Python with packages from PyPI, whose versions and hashes are fixed."""

import hashlib
import sys

from tools import ROOT, Problem, output, say


class Venv:
    def __init__(self, directory):
        self.directory, self.python = directory, directory / "bin/python"

    def install(self, requirements, what):
        """Installs a requirements file with pip. Uses only wheels, so that nothing is compiled. Writes a stamp file after success."""
        stamp = self.directory / f"installed-{requirements.stem.removeprefix('requirements-')}"
        if not self.is_current():
            if output([sys.executable, "-m", "venv", "--clear", self.directory], stderr=None) is None:
                raise Problem(f"`{sys.executable} -m venv` failed, see above")
        fingerprint = hashlib.sha256(requirements.read_bytes()).hexdigest()
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return
        say(f"Downloading {what} into {self.directory.relative_to(ROOT)}")
        command = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--only-binary", ":all:", "--require-hashes"]
        if output([*command, "--requirement", requirements], stderr=None) is None:
            raise Problem(f"pip could not install {requirements.name}, see above")
        stamp.write_text(fingerprint)

    def is_current(self):
        """Returns whether the venv works. A venv works only in its original directory, and only with its original Python version."""
        made = self.directory / "pyvenv.cfg"
        here = output([self.python, "-c", "import sys; print(sys.prefix, sys.version_info[:2])"])
        return made.is_file() and here is not None and here.strip() == f"{self.directory} {sys.version_info[:2]}"
