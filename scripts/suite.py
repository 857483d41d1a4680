"""One test program: started in a session of its own, watched, and ended with all that it has started."""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import results

# A program that prints nothing for so long hangs: no test takes half of it.
SILENCE = 600
# For Terraform, which ends its providers, before the rest is killed.
GRACE = 5


class Suite:
    def __init__(self, name, title, command, directory, environment):
        self.name = name  # in SUITES=
        self.title = title
        self.command = command
        self.directory = directory
        self.environment = environment
        self.process = None
        self.results = None
        self.problem = None  # with the program, and not with one of its tests
        self.seconds = 0
        self.outputs = ()

    def start(self, names):
        """Starts the tests with one of these names, or all of them."""
        self.started = self.active = time.monotonic()
        # Files: a process that outlives its test would hold a pipe open.
        self.outputs = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.printed = 0
        try:
            # A session of its own: what a test sends to a process group stays there, and Ctrl-C reaches this script alone.
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
        """Looks whether the program has ended, and ends it if it hangs. Call again soon."""
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
        """Ends the program if it runs, and whatever it has left behind."""
        if self.process is None or self.results is not None:
            return
        end_session(self.process)
        self.read()

    def read(self):
        self.seconds = time.monotonic() - self.started
        self.results = results.read(self.name, *self.texts())
        self.problem = self.problem or self.verdict()

    def texts(self):
        """Returns the text that the program has printed so far on stdout, and that on stderr."""
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
        """Names the tests that have not ended, in the order of their start."""
        command = [*self.command, *names, "--list"]
        try:
            listed = subprocess.run(command, cwd=self.directory, env=os.environ | self.environment, capture_output=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return []
        found = re.findall(r"^(?:\[.+?\] )?(.+): test$", listed.stdout.decode(errors="replace"), re.M)
        ended = sum(self.results.skipped.values(), self.results.passed + self.results.failed)
        # Rust's harness adds this where it reports a result, and not where it lists names.
        ended = {name.removesuffix(" - should panic") for name in ended}
        return [name for name in found if name not in ended]


def end_session(leader):
    """Asks all processes of the session to end, and kills those that do not."""
    deadline, asked = time.monotonic() + GRACE, set()
    while pids := processes(leader):
        late = time.monotonic() > deadline
        for pid in pids if late else set(pids) - asked:
            try:
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
            except OSError:
                pass  # it has just ended
        asked.update(pids)
        leader.poll()
        time.sleep(0.05)
    leader.wait()


def processes(leader):
    """Returns the processes of a session that run. Tests put Terraform into process groups of its own, inside the session."""
    if not Path("/proc/self/stat").exists():
        # Not Linux: its process group, as `kill` takes one.
        return [-leader.pid] if leader.poll() is None else []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name of the program comes before, in parentheses, and may hold anything.
            state, _, _, session, *_ = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except (OSError, ValueError):
            continue  # it has just ended
        if int(session) == leader.pid and state not in "ZX":
            found.append(int(entry.name))
    return found
