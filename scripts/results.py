"""Reads what a test program has printed: which tests have passed, failed or were skipped, and what else it reports.

Test programs use Rust's harness or libtest-mimic. Each prints its lines on stdout. On stderr a program can report more, a line each:

  skipped: NAME: REASON     a test that finds out while it runs that it can show nothing here; its harness says that it passed
  programs: aws curl        the programs that its tests declare, have found and were run with
  vectors: NAME: 250        a table of answers of another program, which a test has compared with ours
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

# libtest-mimic puts a column with the missing programs before the names: `test [needs curl] name ... ignored`.
TEST = re.compile(r"^test +(?:\[(?P<kind>.+?)\] +)?(?P<name>\S.*?) +\.\.\. (?P<result>ok|FAILED|ignored)(?:, (?P<reason>.*))?$")
RUNNING = re.compile(r"^running \d+ tests?$")
RESULT = re.compile(r"^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored")
SKIPPED = re.compile(r"skipped: (\S+): (.*)$")
PROGRAMS = re.compile(r"programs: (\S.*)$")
VECTORS = re.compile(r"vectors: .+: (\d+)$")
# A program that runs real Terraform puts the name of that before the name of the test; the table also has tests without Terraform.
TERRAFORM = re.compile(r"^((?:terraform|tofu)-[^:]+)::")
CALLED = re.compile(r"^called::")
TABLE = "table"


@dataclass
class Results:
    """The results of one program, or of all together."""

    passed: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    skipped: dict = field(default_factory=lambda: defaultdict(list))  # names by reason
    failures: list = field(default_factory=list)  # lines: what the harness tells of tests that failed
    counted: int = 0  # tests, as the harnesses have counted them
    complete: bool = False  # each list of tests has ended with its `test result`
    programs: set = field(default_factory=set)
    vectors: int = 0
    rows: dict = field(default_factory=lambda: defaultdict(int))  # by `called` and Terraform

    @property
    def ran(self):
        return len(self.passed) + len(self.failed)

    @property
    def terraforms(self):
        found = (TERRAFORM.match(name) for name in self.passed + self.failed)
        return {match[1] for match in found if match}

    @property
    def read(self):
        """Tests by their lines. If the number is not `counted`, this module misreads the lines."""
        return self.ran + sum(map(len, self.skipped.values()))

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        for reason, names in other.skipped.items():
            self.skipped[reason] += names
        self.counted += other.counted
        self.programs |= other.programs
        self.vectors += other.vectors
        for kind, number in other.rows.items():
            self.rows[kind] += number


def read(name, stdout, stderr):
    """Reads the streams of the program of this name.

    They are read apart: a harness writes a line in pieces, between which a test may write to stderr.
    """
    results = Results()
    read_harness(results, stdout)
    read_reports(results, stderr)
    if name == TABLE:
        for test in results.passed + results.failed:
            if found := TERRAFORM.match(test):
                results.rows[found[1]] += 1
            elif CALLED.match(test):
                results.rows["called"] += 1
    return results


def read_harness(results, stdout):
    told = None
    for line in stdout.splitlines():
        if found := RESULT.match(line):
            results.counted += sum(map(int, found.groups()))
            results.failures += without_names(told or [])
            results.complete, told = True, None
        elif told is not None:
            told.append(line)
        elif line == "failures:":
            told = []
        elif RUNNING.match(line):
            results.complete = False
        elif found := TEST.match(line):
            count(results, **found.groupdict())
    results.failures += told or []


def without_names(told):
    """A harness tells what the failed tests have printed, then lists their names under a second `failures:`."""
    last = max((number for number, line in enumerate(told) if line == "failures:"), default=len(told))
    return "\n".join(told[:last]).strip("\n").split("\n") if any(told[:last]) else []


def count(results, kind, name, result, reason):
    if result == "ok":
        results.passed.append(name)
    elif result == "FAILED":
        results.failed.append(name)
    else:
        results.skipped[kind or reason or "no reason given"].append(name)


def read_reports(results, stderr):
    for line in stderr.splitlines():
        if found := SKIPPED.search(line):
            name, reason = found.groups()
            if name in results.passed:
                results.passed.remove(name)
                results.skipped[reason].append(name)
        elif found := PROGRAMS.match(line):
            results.programs.update(found[1].split())
        elif found := VECTORS.search(line):
            results.vectors += int(found[1])
