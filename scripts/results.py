"""Parses the output of a test program: the tests that passed, failed or were skipped, and other reports.

Test programs use Rust's harness or libtest-mimic. Both print their lines on stdout. On stderr, a program can print lines with reports:

  skipped: NAME: REASON     a test that skips itself while it runs; its harness reports that the test passed
  programs: aws curl        the declared programs with which the tests ran
  vectors: NAME: 250        the number of another program's answers that a test compared with the results of this project
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
# The name of a test with real Terraform begins with the name of the Terraform program. In the table of tests, the names of tests
# without Terraform begin with `called`.
TERRAFORM = re.compile(r"^((?:terraform|tofu)-[^:]+)::")
CALLED = re.compile(r"^called::")
TABLE = "table"


@dataclass
class Results:
    """The results of one program, or of all programs together."""

    passed: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    skipped: dict = field(default_factory=lambda: defaultdict(list))  # names of tests, by reason
    failures: list = field(default_factory=list)  # lines of the harness about failed tests
    counted: int = 0  # the number of tests, as the harnesses counted them
    complete: bool = False  # whether each list of tests ended with its `test result`
    programs: set = field(default_factory=set)
    vectors: int = 0
    rows: dict = field(default_factory=lambda: defaultdict(int))  # numbers of rows, by `called` or the name of Terraform

    @property
    def ran(self):
        return len(self.passed) + len(self.failed)

    @property
    def terraforms(self):
        found = (TERRAFORM.match(name) for name in self.passed + self.failed)
        return {match[1] for match in found if match}

    @property
    def read(self):
        """The number of tests in the parsed lines. If it differs from `counted`, this module misread lines."""
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
    """Parses the output of the program with this name.

    The two streams are parsed separately. A harness writes a line in pieces, and a test may write to stderr between two pieces.
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
    """Returns the output of failed tests. Below the output, a harness lists the names of the failed tests under a second `failures:`."""
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
