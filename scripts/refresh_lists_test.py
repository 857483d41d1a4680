#!/usr/bin/env python3
"""Tests of scripts/refresh-lists (`make lint`). They use short lists, a botocore of two files, and a script instead of Terraform."""

import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
ENDPOINTS = "crates/terraform-provider-ecr/src/provider/endpoint-names.txt"
PARTITIONS = "crates/aws-base/src/partitions.txt"


class RefreshLists(unittest.TestCase):
    # This Terraform prints the file `schema` or `plan`, and keeps a copy of the configuration.
    TERRAFORM = """
        #!/bin/sh
        case $1 in
          version) echo 'Terraform v1.15.5' ;;
          providers) [ "$(readlink plugins/terraform-provider-aws)" = "$PEER" ] && cat "ROOT/schema" ;;
          plan) cat provider.tf >ROOT/planned; cat "ROOT/plan" 2>/dev/null || exit 1 ;;
        esac
    """

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name).resolve()
        (self.root / "scripts").mkdir()
        for name in ("refresh-lists", "tools.py"):
            shutil.copy(SCRIPTS / name, self.root / "scripts")
        self.programs = self.root / "programs"
        self.programs.mkdir()
        for name in ("cat", "readlink", "sh"):
            (self.programs / name).symlink_to(shutil.which(name))
        terraform = self.programs / "terraform"
        terraform.write_text(textwrap.dedent(self.TERRAFORM).lstrip().replace("ROOT", str(self.root)))
        terraform.chmod(0o755)
        self.write(ENDPOINTS, "# A remark.\n\nacm\namp prometheus\nsdb #until-5\nuxc #since-6\n")
        self.write(PARTITIONS, "# A remark.\n\naws amazonaws.com aws us eu\neu-west-1\nus-east-1\n\naws-cn amazonaws.com.cn x.cn cn\ncn-north-1\n")
        self.environment = {"PATH": str(self.programs)}

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def text(self, name):
        return (self.root / name).read_text()

    def botocore(self, changes=(), directory=".tools/venv/lib/python3.11/site-packages/botocore"):
        """Writes a botocore with the partitions of the list, and with these changes."""
        aws = {"regionRegex": r"^(us|eu)\-\w+\-\d+$", "dnsSuffix": "amazonaws.com", "dualStackDnsSuffix": "api.aws"}
        cn = {"regionRegex": r"^cn\-\w+\-\d+$", "dnsSuffix": "amazonaws.com.cn", "dualStackDnsSuffix": "api.x.cn"}
        every = {"aws": aws | {"regions": ["aws-global", "us-east-1", "eu-west-1"]}, "aws-cn": cn | {"regions": ["cn-north-1"]}}
        for name, change in dict(changes).items():
            every[name] = every.get(name, {}) | change
        partitions = [
            {"id": name, "regionRegex": each["regionRegex"], "regions": {region: {} for region in each["regions"]}, "outputs": each}
            for name, each in every.items()
        ]
        self.write(f"{directory}/data/partitions.json", json.dumps({"partitions": partitions}))
        self.write(f"{directory}/__init__.py", "import os\n\n__version__ = '1.44.5'\n")

    def peer(self, names, groups=(), release="5.100.0"):
        attributes = {name: {"type": "string"} for name in names}
        provider = {"block": {"block_types": {"endpoints": {"block": {"attributes": attributes}}}}}
        self.write("schema", json.dumps({"provider_schemas": {"registry.terraform.io/hashicorp/aws": {"provider": provider}}}))
        lines = [{"type": "version", "terraform": "1.15.5"}]
        for group in groups:
            listed = ", ".join(f'"endpoints[0].{name}"' for name in group)
            detail = f"Only one of the following attributes should be set: {listed}\n\nThis will be an error in a future release."
            lines.append({"diagnostic": {"severity": "warning", "summary": "Invalid Attribute Combination", "detail": detail}})
        self.write("plan", "".join(json.dumps(line) + "\n" for line in lines))
        self.environment["PEER"] = str(self.write(f"terraform-provider-aws_v{release}_x5", ""))

    def run_with(self, *words):
        # With -S, Python does not load site-packages, which may contain a botocore.
        command = [sys.executable, "-S", self.root / "scripts/refresh-lists", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def expect(self, code, *parts, words=()):
        """Runs the script, and checks that its output contains these texts in this order."""
        done = self.run_with(*words)
        printed = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, printed)
        place = 0
        for part in parts:
            self.assertIn(part, printed[place:], printed)
            place = printed.index(part, place) + len(part)
        return printed

    def test_nothing_is_missing(self):
        self.botocore()
        self.peer(["acm", "amp", "prometheus", "sdb"], [["amp", "prometheus"]])
        printed = self.expect(
            0,
            f"endpoints: {ENDPOINTS}, compared with hashicorp/aws 5.100.0\n  nothing is missing\n",
            f"regions: {PARTITIONS}, compared with botocore 1.44.5\n  nothing is missing\n",
        )
        # Version 5 does not have the name with the mark `since-6`.
        self.assertNotIn("uxc", printed)
        self.assertIn('    sdb = "http://127.0.0.1:1"\n', self.text("planned"))

    def test_a_list_whose_source_is_missing_is_not_compared(self):
        self.botocore()
        self.expect(0, "endpoints: not compared. Set PEER to the path", "regions: ", "nothing is missing")
        self.expect(2, "endpoints: not compared. Set PEER", "refresh-lists: no list was compared", words=["endpoints"])
        shutil.rmtree(self.root / ".tools")
        self.expect(2, "endpoints: not compared.", "regions: not compared. Run `make test` once", "no list was compared")

    def test_missing_regions(self):
        regions = ["us-east-1", "eu-west-1", "eu-east-1"]
        new = {"regionRegex": r"^eusc\-(de)\-\w+\-\d+$", "dnsSuffix": "amazonaws.eu", "dualStackDnsSuffix": "api.x.eu", "regions": ["eusc-de-east-1"]}
        aws = {"regions": regions, "regionRegex": r"^(us|eu|mx)\-\w+\-\d+$"}
        self.botocore({"aws": aws, "aws-cn": {"regions": [], "dualStackDnsSuffix": "api.y.cn"}, "aws-eusc": new})
        before = self.text(PARTITIONS)
        found = [
            "  aws: missing in the list: eu-east-1, all that begin with mx-\n",
            "  aws-cn: dual_stack_domain is x.cn in the list and y.cn in the source\n  aws-cn: missing in the source: cn-north-1\n",
            "  aws-eusc: missing in the list: the partition, eusc-de-east-1\n",
        ]
        self.expect(1, *found, "refresh-lists: behind: regions. Run `scripts/refresh-lists --write`")
        self.assertEqual(self.text(PARTITIONS), before)
        self.expect(0, *found, "written", words=["regions", "--write"])
        self.assertEqual(
            self.text(PARTITIONS),
            "# A remark.\n\naws amazonaws.com aws us eu mx\neu-east-1\neu-west-1\nus-east-1\n\n"
            "aws-cn amazonaws.com.cn y.cn cn\ncn-north-1\n\naws-eusc amazonaws.eu x.eu eusc-de\neusc-de-east-1\n",
        )
        self.expect(0, "aws-cn: missing in the source: cn-north-1\n  nothing is missing")

    def test_a_botocore_elsewhere(self):
        self.botocore(directory="elsewhere")
        self.environment["BOTOCORE"] = str(self.root / "elsewhere")
        self.expect(0, "compared with botocore 1.44.5", words=["regions"])
        self.environment["BOTOCORE"] = str(self.root / "nowhere")
        self.expect(2, "nowhere is not the directory of a botocore: ", words=["regions"])

    def test_a_pattern_of_a_new_form(self):
        for pattern in [r"^(us|eu)\-\w+\-\w+$", r"^u.\-\w+\-\d+$", r"^(us)\-(x)\-\w+\-\d+$"]:
            self.botocore({"aws": {"regionRegex": pattern}})
            self.expect(2, f"aws: the pattern {pattern} has a new form")

    def test_missing_names(self):
        self.peer(["acm", "amg", "amp", "grafana", "prom", "prometheus", "sdb", "zeta"], [["grafana", "amg"], ["amp", "prom", "prometheus"]], "6.2.1")
        before = self.text(ENDPOINTS)
        found = [
            "  missing in the list: amg, grafana, prom, zeta\n",
            "  the line should be: amp prom prometheus\n",
            # The mark of `sdb` is wrong, because version 6 still has this name.
            "  the line should be: sdb\n",
            "  missing in the source: uxc\n",
        ]
        self.expect(1, *found, "behind: endpoints", words=["endpoints"])
        self.assertEqual(self.text(ENDPOINTS), before)
        self.expect(0, *found, "written", words=["endpoints", "--write"])
        self.assertEqual(
            self.text(ENDPOINTS), "# A remark.\n\nacm\namp prom prometheus\ngrafana amg #since-6\nsdb\nuxc #since-6\nzeta #since-6\n"
        )
        self.expect(0, "missing in the source: uxc\n  nothing is missing", words=["endpoints"])

    def test_names_of_two_services_here_that_are_one_there(self):
        self.peer(["acm", "amp", "prometheus", "sdb"], [["amp", "prometheus", "acm"]])
        self.expect(0, "the line should be: amp prometheus acm", "written", words=["endpoints", "--write"])
        self.assertEqual(self.text(ENDPOINTS), "# A remark.\n\namp prometheus acm\nsdb #until-5\nuxc #since-6\n")

    def test_names_of_one_service_here_stay_so(self):
        self.write(ENDPOINTS, "# A remark.\n\nacm zeta amp\nalpha prom\n")
        self.peer(["acm", "amp", "prom", "prometheus"], [["amp", "prometheus"]])
        self.expect(0, "missing in the list: prometheus", "the line should be: acm amp prometheus zeta\n", "missing in the source: alpha, zeta", words=["endpoints", "--write"])
        self.assertEqual(self.text(ENDPOINTS), "# A remark.\n\nacm amp prometheus zeta\nprom alpha\n")

    def test_lines_in_another_order(self):
        self.peer(["acm", "amp", "prometheus"], [["amp", "prometheus"]])
        before = self.text(ENDPOINTS)
        self.write(ENDPOINTS, "# A remark.\n\namp prometheus\nacm\nuxc #since-6\nsdb #until-5\n")
        self.expect(1, "the lines are in the wrong order", words=["endpoints"])
        self.expect(0, "written", words=["endpoints", "--write"])
        self.assertEqual(self.text(ENDPOINTS), before)

    def test_a_release_that_is_not_known(self):
        self.peer(["acm", "new"])
        self.environment["PEER"] = str(self.write("terraform-provider-aws", ""))
        found = "compared with hashicorp/aws of an unknown release\n  missing in the list: new\n  missing in the source: amp, prometheus, sdb, uxc\n"
        self.expect(0, found, words=["endpoints", "--write"])
        self.assertIn("\nnew\n", self.text(ENDPOINTS))

    def test_a_peer_that_cannot_be_asked(self):
        self.peer([])
        (self.root / "plan").unlink()
        self.expect(2, "`terraform plan` failed", words=["endpoints"])
        self.write("schema", json.dumps({"provider_schemas": {"x": {"provider": {"block": {}}}}}))
        self.expect(2, "the provider in PEER has no block `endpoints`", words=["endpoints"])
        (self.root / "schema").unlink()
        self.expect(2, "`terraform providers schema` failed", words=["endpoints"])
        self.environment["PEER"] = "nowhere"
        self.expect(2, "PEER is nowhere, which is not a file", words=["endpoints"])
        self.peer([])
        (self.programs / "terraform").unlink()
        self.expect(2, "Terraform is missing", words=["endpoints"])

    def test_a_damaged_list(self):
        self.botocore()
        self.peer(["acm"])
        for text in ["acm\namp acm\n", "acm acm\n", "acm\nAMP\n", "acm  amp\n", "acm # new\n", "acm #new\n", "acm\n\nsdb\n", ""]:
            self.write(ENDPOINTS, f"# A remark.\n\n{text}")
            self.expect(2, f"{ENDPOINTS}:", "not a line of valid names that are new", words=["endpoints"])
        self.write(PARTITIONS, "# A remark.\n# Another.\n\naws a.com b us\nus-east-1\n\naws-cn c.cn\ncn-north-1\n")
        self.expect(2, f"{PARTITIONS}:7: not a line of a new partition", words=["regions"])
        self.write(PARTITIONS, "# A remark.\n\naws a.com b us\nus-east-1\nus east-2\n")
        self.expect(2, f"{PARTITIONS}:5: not a Region: us east-2", words=["regions"])

    def test_its_usage(self):
        self.expect(2, "invalid choice: 'nonsense'", words=["nonsense"])
        self.expect(0, "Compares the lists", "PEER is the path", words=["--help"])


if __name__ == "__main__":
    unittest.main()
