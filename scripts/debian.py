"""Unpacks Debian packages without root, and without installing the packages."""

import re
import shutil
import subprocess

from tools import ROOT, Problem, output, say, write_program


class Archive:
    """The Debian packages that apt-get finds with this machine's configuration.

    Uses a directory instead of /var/lib/apt and /var/cache/apt, which only root may write.
    """

    def __init__(self, directory):
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise Problem("apt-get and dpkg-deb are missing")
        self.directory = directory
        for name in ("state/lists/partial", "cache/archives/partial"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        options = [f"Dir::State={directory}/state", "Dir::State::status=/var/lib/dpkg/status", f"Dir::Cache={directory}/cache"]
        # Run by root, apt-get would by default download files as another user, who cannot write to the directory.
        options += ["APT::Sandbox::User=root", "Debug::NoLocking=1"]
        self.options = [word for option in options for word in ("-o", option)]
        say("Reading the lists of Debian packages (9 MB)")
        if self.apt_get("update") is None:
            raise Problem("apt-get update failed, see above")

    def unpack(self, what, packages, into):
        """Downloads and unpacks the packages, and their dependencies that this machine lacks."""
        listed = self.apt_get("install", "--print-uris", "--yes", "--reinstall", "--no-install-recommends", *packages)
        # apt-get prints a line with 'URI' FILE SIZE HASH for each package.
        files = re.findall(r"^'[^']+' ([^_ ]+)_([^_ ]+)_[^ ]+ (\d+) ", listed or "", re.M)
        if not files:
            raise Problem(f"apt-get does not find the Debian packages {', '.join(packages)}")
        megabytes = sum(int(size) for _, _, size in files) / 1e6
        say(f"Downloading {what}, {len(files)} Debian packages ({megabytes:.0f} MB), into {into.relative_to(ROOT)}")
        names = [f"{package}={version.replace('%3a', ':')}" for package, version, _ in files]
        directory = self.directory / "downloads"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        if self.apt_get("download", *names, cwd=directory) is None:
            raise Problem("apt-get download failed, see above")
        for archive in directory.glob("*.deb"):
            if output(["dpkg-deb", "--extract", archive, into], stderr=None) is None:
                raise Problem(f"{archive.name} could not be unpacked, see above")
        shutil.rmtree(directory)

    def apt_get(self, command, *arguments, **options):
        """Returns the standard output of apt-get. Prints its errors only if it fails, because many of its warnings can be ignored."""
        words = ["apt-get", command, "-qq", *self.options, *arguments]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            say(done.stderr.strip())
            return None
        return done.stdout

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def write_starter(path, directory, name, *words):
    """Writes a script that starts an unpacked program, with `words` before the script's own arguments."""
    words = "".join(f' "{word}"' for word in words)
    write_program(path, f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries(directory)}" exec "{directory}/usr/bin/{name}"{words} "$@"\n')


def libraries(directory):
    """Returns the value of LD_LIBRARY_PATH for programs that are unpacked in the directory."""
    return ":".join(str(path) for pattern in ("lib", "usr/lib") for path in sorted(directory.glob(f"{pattern}/*-linux-*")))
