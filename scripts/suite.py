"""Runs a test program in its own session, watches it, and ends the program and all processes that it started."""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import results

# If a program prints nothing for this number of seconds, it hangs. Every test takes less than half of this time.
SILENCE = 600
# The number of seconds in which Terraform can end its providers. After that, the remaining processes are killed.
GRACE = 5


class Suite:
    def __init__(self, name, title, command, directory, environment):
        self.name = name  # the name for SUITES=
        self.title = title
        self.command = command
        self.directory = directory
        self.environment = environment
        self.process = None
        self.results = None
        self.problem = None  # a problem with the program, not with one of its tests
        self.seconds = 0
        self.outputs = ()

    def start(self, names):
        """Starts the tests with one of these names. Starts all tests if `names` is empty."""
        self.started = self.active = time.monotonic()
        # The output goes to files, because a process that outlives its test would keep a pipe open.
        self.outputs = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.printed = 0
        try:
            # The program gets its own session. A signal to a process group of a test then stays in the session, and Ctrl-C
            # reaches only this script.
            self.process = subprocess.Popen(
                [*self.command, *names],
                cwd=self.directory,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=self.outputs[0],
                stderr=self.outputs[1],
                start_new_session=True,
            )
        except OSError as error:
            self.problem = f"did not start: {error}"
            self.read()

    def has_ended(self):
        """Returns whether the program has ended. Ends the program if it hangs. Must be called often."""
        if self.results is not None:
            return True
        if self.process.poll() is None:
            printed = sum(os.fstat(output.fileno()).st_size for output in self.outputs)
            if printed != self.printed:
                self.printed, self.active = printed, time.monotonic()
            if time.monotonic() - self.active < SILENCE:
                return False
            self.problem = f"printed nothing for {SILENCE / 60:.0f} minutes, and was stopped"
        self.end()
        return True

    def end(self):
        """Ends the program if it is running, and all processes that it left behind."""
        if self.process is None or self.results is not None:
            return
        end_session(self.process)
        self.read()

    def read(self):
        self.seconds = time.monotonic() - self.started
        self.results = results.read(self.name, *self.texts())
        self.problem = self.problem or self.verdict()

    def texts(self):
        """Returns the output of the program so far: the text on stdout, and the text on stderr."""
        return [os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0).decode(errors="replace") for output in self.outputs]

    def verdict(self):
        code, found = self.process.returncode, self.results
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        if not found.complete:
            return f"ended with code {code} before all tests ended"
        if (code != 0) != bool(found.failed):
            return f"ended with code {code}, and {len(found.failed)} tests failed"
        if found.read != found.counted:
            return f"reports {found.counted} tests, and its output lists {found.read}"
        return None

    def unfinished(self, names):
        """Returns the names of the tests that have not ended, in the order in which the program lists tests."""
        command = [*self.command, *names, "--list"]
        try:
            listed = subprocess.run(command, cwd=self.directory, env=os.environ | self.environment, capture_output=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return []
        found = re.findall(r"^(?:\[.+?\] )?(.+): test$", listed.stdout.decode(errors="replace"), re.M)
        ended = sum(self.results.skipped.values(), self.results.passed + self.results.failed)
        # Rust's harness adds this text to names in results, but not to names in lists.
        ended = {name.removesuffix(" - should panic") for name in ended}
        return [name for name in found if name not in ended]


def end_session(leader):
    """Sends SIGTERM to all processes of the session, and kills the processes that do not end in time."""
    deadline, asked = time.monotonic() + GRACE, set()
    while pids := processes(leader):
        late = time.monotonic() > deadline
        for pid in pids if late else set(pids) - asked:
            try:
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
            except OSError:
                pass  # the process has just ended
        asked.update(pids)
        leader.poll()
        time.sleep(0.05)
    leader.wait()


def processes(leader):
    """Returns the running processes of a session. Tests start Terraform in separate process groups, but in the same session."""
    if not Path("/proc/self/stat").exists():
        # On systems other than Linux, return the process group, in the form that `kill` accepts.
        return [-leader.pid] if leader.poll() is None else []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # These fields follow the name of the program, which is in parentheses and may contain any characters.
            state, _, _, session, *_ = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # the process has just ended
        if int(session) == leader.pid and state not in "ZX":
            found.append(int(entry.name))
    return found
