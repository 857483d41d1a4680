"""Finds the programs that scripts and tests need, on PATH and in .tools/."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = TOOLS / "venv"
BIN = TOOLS / "bin"
# The first versions with ephemeral resources.
OLDEST = {"terraform": (1, 10, 0), "tofu": (1, 11, 0)}
PRODUCTS = {"Terraform": "terraform", "OpenTofu": "tofu"}


class Problem(Exception):
    """An error message: the missing program or the failure, and the remedy."""


def say(text=""):
    print(text, flush=True)


def program(name):
    """Returns the path of a program on PATH or in .tools/bin, or None."""
    return shutil.which(name) or shutil.which(name, path=str(BIN))


def output(command, **options):
    """Runs a command, and returns its standard output. Returns None if the command fails or is missing."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "text": True} | options
    try:
        done = subprocess.run([str(word) for word in command], **options)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def version(text):
    """Returns the first version number in a text, such as (1, 95, 0), or None."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text or "")
    return tuple(int(number or 0) for number in found.groups()) if found else None


def terraforms(complain=lambda text: None):
    """Returns the name and path of each Terraform and OpenTofu that is new enough, as ("terraform-1.11.4", "/usr/bin/terraform").

    If TERRAFORM is set, considers only this program. Otherwise, considers `terraform` and `tofu` on PATH, and Terraform in .tools/bin.
    """
    only = os.environ.get("TERRAFORM")
    found = {}
    for candidate in [only] if only else ["terraform", "tofu", str(BIN / "terraform-1.15")]:
        path = shutil.which(candidate)
        if path is None:
            if only:
                complain(f"TERRAFORM={only} is not a program")
            continue
        path = os.path.abspath(path)
        # If the CLI configuration file is missing, `version` prints a warning instead of the version.
        environment = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
        text = output([path, "version"], env=environment | {"CHECKPOINT_DISABLE": "1"}) or ""
        product, number = PRODUCTS.get(text.split(" ")[0]), version(text)
        if product is None or number is None:
            complain(f"{path} does not print its version: not used")
        elif number < OLDEST[product]:
            oldest = ".".join(map(str, OLDEST[product]))
            complain(f"{path} is {product} {text.split()[1].lstrip('v')}, older than {oldest}: not used")
        else:
            found.setdefault(f"{product}-{text.split()[1].lstrip('v')}", path)
    return list(found.items())


def check_requirements():
    """Prints a line for each program that every build needs. Raises Problem if a program is missing."""
    missing = []
    for name, (found, advice) in {"Rust": rust(), "C compiler": c_compiler(), "Python": python()}.items():
        say(f"  {name:<11} {found or f'MISSING: {advice}'}")
        missing += [] if found else [name]
    if missing:
        raise Problem(f"the build needs programs that are missing: {', '.join(missing)}. Install each program as its line above says")


def rust():
    oldest = re.search(r'^rust-version = "(.+?)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
    cargo = os.environ.get("CARGO") or "cargo"
    # With rustup, the first call installs the toolchain of rust-toolchain.toml, and prints its progress on stderr.
    found = output([cargo, "--version"], cwd=ROOT, stderr=None)
    advice = f"Install Rust {oldest} or newer with rustup (https://rustup.rs), then open a new terminal"
    if found is None and shutil.which(cargo) and shutil.which("rustup"):
        return None, f"`{cargo}` does not run. Run `rustup toolchain install` in this directory: rust-toolchain.toml names the version"
    if found is None:
        return None, f"`{cargo}` does not run. {advice}"
    if version(found) < version(oldest):
        return None, f"{found.strip()} is too old. {advice}"
    return found.strip(), None


def c_compiler():
    compiler = os.environ.get("CC", "cc")
    program = "#include <stdlib.h>\nint main(void) { return 0; }\n"
    command = [*compiler.split(), "-x", "c", "-o", os.devnull, "-"]
    if output(command, stdin=None, input=program) is None:
        return None, f"`{compiler}` does not build a program. Install gcc and the C library's headers (Debian: gcc libc6-dev)"
    return (output([*compiler.split(), "--version"]) or compiler).splitlines()[0], None


def python():
    found = f"Python {sys.version.split()[0]}"
    if sys.version_info < (3, 10):
        return None, f"{found} is too old. Install Python 3.10 or newer"
    try:
        import ensurepip  # noqa: F401, without which a venv has no pip
        import venv  # noqa: F401
    except ImportError:
        return None, "the module venv or ensurepip is missing. Install it (Debian: python3-venv)"
    return f"{found}, with venv", None


def write_program(path, content):
    new = path.with_suffix(".new")
    new.write_text(content)
    new.chmod(0o755)
    new.replace(path)
