#!/usr/bin/env python3
"""Tests of scripts/differential (`make lint`). They run a copy of the script. Small scripts replace Go, Go's programs, and cargo."""

import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


class Differential(unittest.TestCase):
    # This Go "builds" a program that writes its mode and arguments, and ends with the status in the file `status.MODE`.
    GO = """
        cat >"$3" <<'END'
        #!/bin/sh
        echo "[{\\"mode\\": \\"$MODE\\", \\"seed\\": $1, \\"count\\": $2}]"
        exit "$(cat "ROOT/status.$MODE" 2>/dev/null || echo 0)"
        END
        chmod +x "$3"
    """
    CARGO = """
        for word; do case $word in --lib | --test) kind=$word ;; esac done
        echo "$* with $VECTORS" >>ROOT/tests
        echo "the summary of $kind"
        [ "$kind" != "$(cat ROOT/failing 2>/dev/null)" ]
    """

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name).resolve()
        (self.root / "scripts").mkdir()
        for name in ("differential", "tools.py"):
            shutil.copy(SCRIPTS / name, self.root / "scripts")
        for program in ("base", "sharedfiles"):
            (self.root / "crates/test-vectors/oracle" / program).mkdir(parents=True)
        vectors = self.root / "crates/terraform-provider-ecr/vectors"
        vectors.mkdir(parents=True)
        (vectors / "aws-configuration-deep.json").write_text('["of the repository"]')
        self.programs = self.root / "programs"
        self.programs.mkdir()
        self.program("go", self.GO)
        self.program("cargo", self.CARGO)
        for name in ("cat", "chmod", "sh"):
            (self.programs / name).symlink_to(shutil.which(name))

    def program(self, name, script):
        path = self.programs / name
        path.write_text("#!/bin/sh\n" + textwrap.dedent(script).replace("ROOT", str(self.root)))
        path.chmod(0o755)

    def differential(self, *words):
        command = [sys.executable, self.root / "scripts/differential", *words]
        return subprocess.run(command, env={"PATH": str(self.programs)}, capture_output=True, text=True, check=False)

    def answers(self, name):
        return json.loads((self.root / f"target/differential/{name}.json").read_text())

    def test_it_asks_and_compares(self):
        done = self.differential("7", "20")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.answers("shared-files"), [{"mode": "", "seed": 7, "count": 20}])
        self.assertEqual(self.answers("aws-configuration-deep"), [{"mode": "deep", "seed": 4000019, "count": 20}])
        tests = (self.root / "tests").read_text().splitlines()
        vectors = self.root / "target/differential"
        self.assertEqual(
            tests,
            [
                f"test --locked -p aws-base -p ecr-token --lib vectors:: with {vectors}",
                f"test --locked -p terraform-provider-ecr --test table vectors:: with {vectors}",
            ],
        )
        self.assertIn("the summary of --lib\nthe summary of --test\n", done.stdout)

    def test_a_difference(self):
        (self.root / "failing").write_text("--test")
        done = self.differential("7", "20")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAILED: 1 of 2 test programs failed, see above. Run `scripts/differential 7 20` to ask", done.stderr)
        self.assertEqual(len((self.root / "tests").read_text().splitlines()), 2)

    def test_without_go(self):
        (self.programs / "go").unlink()
        done = self.differential("7", "20")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("Go is missing. Install it", done.stderr)

    def test_without_a_network_of_its_own(self):
        (self.root / "status.deep").write_text("3")
        done = self.differential("7", "20")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.answers("aws-configuration-deep"), ["of the repository"])
        self.assertIn("aws-configuration-deep.json is the file of the repository", done.stdout)

    def test_a_program_that_fails(self):
        (self.root / "status.wide").write_text("1")
        done = self.differential("7", "20")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAILED: cannot get the answers for aws-configuration-wide.json", done.stderr)
        self.assertFalse((self.root / "target/differential/aws-configuration-wide.json").exists())
        self.assertFalse((self.root / "tests").exists())

    def test_a_build_that_fails(self):
        self.program("go", "exit 1")
        done = self.differential("7", "20")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAILED: cannot build crates/test-vectors/oracle/base", done.stderr)

    def test_its_usage(self):
        for words in ([], ["7"], ["7", "0"], ["x", "20"], ["7", "20", "30"]):
            done = self.differential(*words)
            self.assertEqual((words, done.returncode, done.stdout), (words, 2, ""))
            self.assertIn("scripts/differential SEED COUNT", done.stderr)


if __name__ == "__main__":
    unittest.main()
