#!/usr/bin/env python3
"""Tests of scripts/release, and of supply-chain rules for the release workflow, deny.toml and the requirements of pip (`make lint`)."""

import importlib.machinery
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
RELEASE = ROOT / ".github/workflows/release.yml"


def loaded(name):
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


release = loaded("release")


class Job:
    """A job of a workflow, parsed by the indentation that all workflows in this repository have."""

    def __init__(self, text):
        self.text = text
        self.uses = re.findall(r"^      (?:- |  )uses: (\S+)", text, re.M)
        self.runs = [line.strip() for run in self.run_texts() for line in run.splitlines() if line.strip()]

    def run_texts(self):
        for marker, one, block in re.findall(r"^      (- |  )run: (?:\|\n((?:          .*\n|\n)+)|(.+)\n)", self.text, re.M):
            yield one or block

    def setting(self, name):
        """Returns the lines below a setting of the job, or the setting's value."""
        found = re.search(rf"^    {name}:(?: (.+)|((?:\n      .+)+))$", self.text, re.M)
        return found and (found[1] or [line.strip() for line in found[2].splitlines() if line.strip()])


def jobs(path):
    text = re.sub(r"^ *#.*\n| #.*$", "", path.read_text().split("\njobs:\n", 1)[1], flags=re.M)
    parts = re.split(r"^  ([\w-]+):\n", text, flags=re.M)
    return {name: Job(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


class Workflow(unittest.TestCase):
    def setUp(self):
        self.jobs = jobs(RELEASE)

    def test_every_action_is_pinned_to_a_commit(self):
        for path in WORKFLOWS:
            found = sum(len(job.uses) for job in jobs(path).values())
            self.assertEqual(found, len(re.findall(r"\buses:", path.read_text())), f"{path.name}: the test does not find every action")
            for name, job in jobs(path).items():
                for action in job.uses:
                    self.assertRegex(action, r"^[\w-]+/[\w/-]+@[0-9a-f]{40}$", f"{path.name}: {name}")

    def test_no_checkout_leaves_credentials(self):
        for path in WORKFLOWS:
            text = path.read_text()
            self.assertEqual(text.count("uses: actions/checkout@"), text.count("persist-credentials: false"), path.name)

    def test_no_value_of_an_event_stands_in_a_command(self):
        for path in WORKFLOWS:
            for name, job in jobs(path).items():
                for line in job.runs:
                    self.assertNotRegex(line, r"\$\{\{(?! *matrix\.)", f"{path.name}: {name}")

    def test_what_is_published_is_built_without_programs_of_others(self):
        """Checks that the job `package` runs no third-party programs except compilers and the crates of Cargo.lock."""
        allowed = {
            "package": {
                "sudo apt-get update && sudo apt-get install --yes musl-tools",
                "rustup target add ${{ matrix.target }}",
                "python3 scripts/package --target ${{ matrix.target }}",
                'python3 scripts/release sums dist ${{ matrix.target }} >>"$GITHUB_OUTPUT"',
            },
        }
        job = self.jobs["package"]
        self.assertEqual(set(job.runs) - allowed["package"], set())
        self.assertEqual({action.split("@")[0] for action in job.uses}, {"actions/checkout", "actions/upload-artifact"})
        self.assertNotIn("needs:", job.text)

    def test_only_what_is_built_and_signed_is_published(self):
        """Checks that jobs with third-party programs upload only the bills of materials, and that no zip is taken from that artifact."""
        self.assertEqual(set(self.jobs), {"package", "smoke", "again", "bills", "sign", "publish"})
        for name, uploads in {"smoke": 0, "again": 0, "bills": 1, "publish": 0}.items():
            self.assertEqual(self.jobs[name].text.count("actions/upload-artifact@"), uploads, name)
        self.assertIn("          name: bills\n", self.jobs["bills"].text)
        for name in ["sign", "publish"]:
            runs = self.jobs[name].runs
            self.assertLess(runs.index("python3 scripts/release check dist"), runs.index("python3 scripts/package --sums"), name)
            self.assertIn("SUMS: ${{ toJSON(needs.package.outputs) }}", self.jobs[name].text, name)

    def test_the_keys_are_in_a_protected_job_alone(self):
        for name, job in self.jobs.items():
            self.assertEqual("secrets." in job.text, name == "sign", name)
            self.assertEqual(job.setting("environment"), "release" if name == "sign" else None, name)
        self.assertEqual(set(action.split("/")[0] for action in self.jobs["sign"].uses), {"actions"})
        words = {line.split()[0] for line in self.jobs["sign"].runs}
        self.assertEqual(words, {"grep", "python3", "gpg", "cd", "for", "done"})
        self.assertEqual(RELEASE.read_text().count("secrets."), 2)

    def test_every_job_has_the_permissions_that_it_needs(self):
        self.assertIn("\npermissions: {}\n", RELEASE.read_text())
        for name, job in self.jobs.items():
            wanted = ["attestations: write", "contents: write", "id-token: write"] if name == "publish" else ["contents: read"]
            self.assertEqual(job.setting("permissions"), wanted, name)

    def test_the_targets_are_the_same_everywhere(self):
        text = RELEASE.read_text()
        targets = release.release_targets()
        self.assertEqual(len(targets), 6)
        self.assertEqual(re.findall(r"target: ([\w-]+) \}", self.jobs["smoke"].text), targets)
        outputs = [f"{target}: ${{{{ steps.sums.outputs.{target} }}}}" for target in targets]
        self.assertEqual(self.jobs["package"].setting("outputs"), outputs)
        deny = re.search(r"^\[graph\]\ntargets = \[\n(.*?)^\]", (ROOT / "deny.toml").read_text(), re.M | re.S)[1]
        self.assertEqual(sorted(re.findall(r'^    "(.+)",$', deny, re.M)), sorted(targets), "deny.toml")
        self.assertEqual(len(set(re.findall(r"target: ([\w-]+)", text))), len(targets))


class Wheels(unittest.TestCase):
    """Checks that the hash of every file that pip installs is fixed."""

    def test_every_requirement_has_a_version_and_hashes(self):
        lists = sorted((ROOT / "scripts").glob("requirements*.txt"))
        self.assertGreaterEqual(len(lists), 3)
        for path in lists:
            text = re.sub(r"^ *#.*\n", "", path.read_text(), flags=re.M).replace("\\\n", "")
            for line in text.splitlines():
                self.assertRegex(line, r"^[a-z0-9-]+==[\w.]+(?: ; [^-]+)?(?: +--hash=sha256:[0-9a-f]{64})+$", path.name)

    def test_shared_packages_have_one_version(self):
        versions = {}
        # Each requirement in requirements-terraforms.txt is installed in its own environment.
        for path in set((ROOT / "scripts").glob("requirements*.txt")) - {ROOT / "scripts/requirements-terraforms.txt"}:
            for name, version, marker in re.findall(r"^([a-z0-9-]+)==([\w.]+)(.*?)\\$", path.read_text(), re.M):
                self.assertEqual(versions.setdefault((name, marker), version), version, name)

    def test_pip_wants_hashes_wherever_it_runs(self):
        files = [path for directory in ["scripts", ".ci", ".github"] for path in (ROOT / directory).rglob("*") if path.is_file()]
        calls = 0
        for path in files:
            if path == Path(__file__).resolve() or path.suffix in {".txt", ".pyc"}:
                continue
            text = path.read_text()
            for call in re.finditer(r"""pip["',\s]+install|pipx|\buvx?\b|easy_install""", text):
                calls += 1
                self.assertIn("--require-hashes", text[call.start() : call.start() + 300], f"{path.name}: {call[0]}")
        self.assertEqual(calls, 1, "the test must find the one call, in scripts/pypi.py")


class Release(unittest.TestCase):
    TARGETS = ["x86_64-unknown-linux-musl", "aarch64-apple-darwin"]

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.dist = self.made("dist")
        self.outputs = {}
        for target in self.TARGETS:
            built = self.made(target)
            for name in [f"terraform-provider-ecr_1_{target}.zip", f"ecr-sandbox_1_{target}.zip", "terraform-provider-ecr_1_manifest.json"]:
                content = name if name.endswith(".zip") else "manifest"
                (built / name).write_text(content)
                (self.dist / name).write_text(content)
            self.outputs[target] = release.sums_of(built)

    def made(self, name):
        path = self.directory / name
        path.mkdir()
        return path

    def refused(self, words, targets=None):
        with self.assertRaisesRegex(release.Problem, words):
            release.check(self.dist, self.outputs, targets or self.TARGETS)

    def test_files_as_they_were_built_are_taken(self):
        release.check(self.dist, self.outputs, self.TARGETS)
        (self.dist / "terraform-provider-ecr_1_SHA256SUMS").write_text("made later")
        release.check(self.dist, self.outputs, self.TARGETS)

    def test_a_file_that_was_replaced_is_refused(self):
        for path in release.released(self.dist):
            content = path.read_bytes()
            path.write_bytes(content + b"x")
            self.refused(f"{path.name} is not the file that")
            path.write_bytes(content)

    def test_a_file_that_was_added_or_removed_is_refused(self):
        added = self.dist / "terraform-provider-ecr_1_other.zip"
        added.write_text("x")
        self.refused("other.zip is not the file that")
        added.unlink()
        release.released(self.dist)[0].unlink()
        self.refused("is missing")

    def test_sums_that_are_missing_or_differ_are_refused(self):
        self.refused("the sums of another are missing", [*self.TARGETS, "another"])
        whole = self.outputs[self.TARGETS[0]]
        self.outputs[self.TARGETS[0]] = whole.splitlines()[0]
        self.refused("are missing or not complete")
        self.outputs[self.TARGETS[0]] = whole.replace(release.hashlib.sha256(b"manifest").hexdigest(), "0" * 64)
        self.refused("manifest.json has two different sums")

    def test_the_output_of_a_job_is_read_again(self):
        command = [sys.executable, ROOT / "scripts/release"]
        command += ["sums", self.directory / self.TARGETS[0], self.TARGETS[0]]
        printed = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
        name, text = printed.split("<<END\n", 1)
        self.assertEqual((name, text.removesuffix("END\n")), (self.TARGETS[0], self.outputs[self.TARGETS[0]]))
        environment = {"SUMS": json.dumps(self.outputs), "TARGETS": " ".join(self.TARGETS)}
        with mock.patch.dict(os.environ, environment):
            release.main(["check", str(self.dist)])
            with mock.patch.dict(os.environ, {"TARGETS": ""}), self.assertRaisesRegex(release.Problem, "windows-msvc|linux-musl"):
                release.main(["check", str(self.dist)])

    def test_only_signatures_of_the_same_sums_and_bills_are_added(self):
        signatures, bills = self.made("signatures"), self.made("bills")
        for program in release.PROGRAMS:
            prefix = f"{program}_{release.version()}"
            for directory in [self.dist, signatures]:
                (directory / f"{prefix}_SHA256SUMS").write_text(program)
            (signatures / f"{prefix}_SHA256SUMS.sig").write_text("signature")
            (bills / f"{prefix}_sbom.cdx.json").write_text('{"bomFormat": "CycloneDX"}')
        (bills / release.released(self.dist)[0].name).write_text("of the bills' job")
        before = {path.name: path.read_bytes() for path in self.dist.iterdir()}
        release.add(self.dist, signatures, bills)
        after = {path.name: path.read_bytes() for path in self.dist.iterdir()}
        self.assertEqual({name: after[name] for name in before}, before)
        self.assertEqual(len(after) - len(before), 4)
        with self.assertRaisesRegex(release.Problem, "already exists"):
            release.add(self.dist, signatures, bills)
        for name in set(after) - set(before):
            (self.dist / name).unlink()
        (signatures / f"ecr-sandbox_{release.version()}_SHA256SUMS").write_text("other")
        with self.assertRaisesRegex(release.Problem, "does not match the files in"):
            release.add(self.dist, signatures, bills)


if __name__ == "__main__":
    unittest.main(verbosity=0)
