"""evidencectl against an agent on an emulated SEV-SNP guest."""

import json
import os
import unittest

from cpu_agent import spki_sha256
from harness import CLIENT, run
from snp_agent import SnpAgent, paths_of
from tee import Emulator, needs_fuse
from verdicts import VerdictTest

POLICY_WITH_DEBUG = "policy=0xb0000"
POLICY = "policy=0x30000"


@needs_fuse
class Verify(VerdictTest):
    @classmethod
    def setUpClass(cls):
        cls.tee = Emulator()
        cls.addClassCleanup(cls.tee.stop)
        cls.agent = SnpAgent(tee=paths_of(cls.tee))
        cls.addClassCleanup(cls.agent.stop)
        cls.root = ("--trusted-ark", spki_sha256(cls.certificate("ark")).hex())
        cls.policy = cls.agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", cls.agent.address,
            *cls.agent.connection(), *cls.root, "-o", cls.policy)

    def setUp(self):
        self.tee.set("report=good", "table=good", POLICY)

    @classmethod
    def certificate(cls, name):
        return os.path.join(cls.tee.certificates, name + ".pem")

    def test_genuine_by_the_root_that_is_named(self):
        result = self.verify("--no-policy", *self.root)
        self.assert_accepted(result)
        self.assertRegex(result.stdout, r"(?m)^  ok +report-signature ")
        self.assertRegex(result.stdout, r"(?m)^  ok +part/tpm ")
        self.assertRegex(result.stdout, r"(?m)^  ok +replay/log.tcg2 ")

    def test_roots_of_amd_alone_do_not_vouch_for_it(self):
        self.assert_rejected(self.verify("--no-policy"), "endorsement")

    def test_first_policy_accepts_the_guest_it_was_made_from(self):
        self.assert_accepted(self.verify("--policy", self.policy, *self.root))

    def test_debug_is_rejected_unless_the_policy_allows_it(self):
        self.tee.set(POLICY_WITH_DEBUG)
        self.assert_rejected(
            self.verify("--policy", self.policy, *self.root),
            "policy/snp/guest-policy/debug")

        def allow(policy):
            policy["snp"].setdefault("guest_policy", {})["debug"] = "ANY"
        self.assert_accepted(self.verify(
            "--policy", self.changed_policy(allow), *self.root))

    def test_a_report_by_another_key(self):
        self.tee.set("report=other_key")
        self.assert_rejected(self.verify("--no-policy", *self.root),
                             "report-signature")

    def test_a_report_of_a_later_version(self):
        self.tee.set("report=version_6")
        self.assert_rejected(self.verify("--no-policy", *self.root),
                             "statement")

    def test_certificates_of_the_verifier_where_the_host_gives_none(self):
        for table in ("none", "garbage", "overlapping"):
            with self.subTest(table=table):
                self.tee.set("table=" + table)
                alone = self.verify("--no-policy", *self.root)
                self.assertNotEqual(alone.returncode, 0, alone.stdout)
                self.assert_accepted(self.verify(
                    "--no-policy", *self.root,
                    "--ek", self.certificate("vcek"),
                    "--ek-ca", self.certificate("ask"),
                    "--ek-ca", self.certificate("ark")))

    def test_the_tpm_is_no_way_around_the_report(self):
        result = self.verify("--policy", self.policy, "--without-cpu-report",
                             *self.root)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("signer-not-accepted", result.stdout)

    def test_recorded_evidence_is_what_was_answered(self):
        saved = self.agent.path("saved.bin")
        self.agent.client("get", "-o", saved, check=True)
        result = run(CLIENT, "verify", saved, "--policy", self.policy,
                     *self.root, check=False)
        self.assert_accepted(result)
        self.assertIn("recorded", result.stdout)
        with open(saved, "rb") as data:
            bytes_of = bytearray(data.read())
        # A byte of the launch measurement.
        at = bytes_of.index(b"EVIDENCE") + 64
        bytes_of[at] ^= 1
        with open(saved, "wb") as out:
            out.write(bytes_of)
        self.assert_rejected(
            run(CLIENT, "verify", saved, "--policy", self.policy, *self.root,
                check=False), "report-signature")

    def test_platform_shows_the_device(self):
        text = self.agent.client("platform", check=True).stdout
        self.assertRegex(text, r"snp +available")
        self.assertIn("configfs-tsm, " + self.tee.configfs_tsm, text)


@needs_fuse
class Versions(unittest.TestCase):
    def test_reports_of_every_version_by_themselves(self):
        for product, version in (("milan", 2), ("genoa", 3), ("genoa", 4),
                                 ("turin", 4), ("turin", 5)):
            with self.subTest(product=product, version=version):
                self.assert_genuine(Emulator(product, version=version),
                                    version)

    def assert_genuine(self, tee, version):
        self.addCleanup(tee.stop)
        agent = SnpAgent(tee=paths_of(tee), banks=None)
        self.addCleanup(agent.stop)
        evidence = agent.evidence(labels=[])
        report = agent.path("report.bin")

        def verify():
            return run(CLIENT, "verify", "snp", "--no-policy", "--json",
                       "--report", report, "--table", agent.path("table.bin"),
                       "--trusted-ark", spki_sha256(os.path.join(
                           tee.certificates, "ark.pem")).hex(), check=False)
        with open(agent.path("table.bin"), "wb") as out:
            out.write(evidence.snp_certificate_table)
        with open(report, "wb") as out:
            out.write(evidence.statement)
        result = verify()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        verdict = json.loads(result.stdout)
        self.assertEqual(verdict["overall"], "accept")
        self.assertEqual(verdict["report"]["version"], version)
        # Another version is another report.
        with open(report, "r+b") as out:
            out.write(bytes([7 - version]))
        self.assertEqual(verify().returncode, 1)


@needs_fuse
class Vlek(unittest.TestCase):
    def test_a_vlek_is_accepted_by_name_only(self):
        tee = Emulator("genoa", "vlek")
        self.addCleanup(tee.stop)
        agent = SnpAgent(tee=paths_of(tee), banks=None)
        self.addCleanup(agent.stop)
        root = ("--trusted-ark",
                spki_sha256(os.path.join(tee.certificates, "ark.pem")).hex())
        policy = agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", agent.address,
            *agent.connection(), *root, "-o", policy)
        accepted = agent.client("verify", "--policy", policy, *root)
        self.assertEqual(accepted.returncode, 0, accepted.stdout)
        with open(policy, encoding="utf-8") as text:
            rules = json.load(text)
        rules["snp"]["signing_keys"] = ["vcek"]
        del rules["snp"]["csp_ids"]
        with open(policy, "w", encoding="utf-8") as out:
            json.dump(rules, out)
        rejected = agent.client("verify", "--policy", policy, *root)
        self.assertEqual(rejected.returncode, 1, rejected.stdout)
        self.assertRegex(rejected.stdout, r"FAIL +policy/snp/signing-key")


if __name__ == "__main__":
    unittest.main()
