"""evidencectl against an agent on an emulated TD."""

import json
import os
import subprocess
import time
import unittest

from evidence.v1 import saved_pb2
from harness import CLIENT, run
from tdx_agent import TdxAgent, collateral, paths_of, trust
from tee import EMULATOR, KEYS, Td, needs_fuse
from verdicts import VerdictTest

ATTRIBUTES = "attributes=0x10000000"
UNDER_DEBUG = "attributes=0x10000001"


def platform_says(*options):
    """What Intel's service says of the platform, from now on."""
    subprocess.run([EMULATOR, "/nonexistent", "--tee", "tdx", "--keys", KEYS,
                    "--keys-only", *options], check=True)


def flip(message, field, offset):
    """A bit of that byte."""
    value = bytearray(getattr(message, field))
    value[offset] ^= 1
    setattr(message, field, bytes(value))


def tcb_files(td):
    """The collateral without revocation lists."""
    def option(name, file):
        return name, os.path.join(td.collateral, file)
    return (*option("--tcb-info", "tcb_info.json"),
            *option("--qe-identity", "qe_identity.json"),
            *option("--tcb-signing-chain", "tcb_signing_chain.pem"))


@needs_fuse
class Verify(VerdictTest):
    @classmethod
    def setUpClass(cls):
        cls.td = Td()
        cls.addClassCleanup(cls.td.stop)
        cls.agent = TdxAgent(tee=paths_of(cls.td))
        cls.addClassCleanup(cls.agent.stop)
        cls.root = trust(cls.td)
        cls.all = cls.root + collateral(cls.td)
        cls.policy = cls.agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", cls.agent.address,
            *cls.agent.connection(), *cls.all, "-o", cls.policy)

    def setUp(self):
        self.td.set("report=good", "ccel=good", ATTRIBUTES)
        self.addCleanup(platform_says)

    def test_genuine_by_the_root_that_is_named(self):
        result = self.verify("--no-policy", *self.root)
        self.assert_accepted(result)
        self.assertRegex(result.stdout, r"(?m)^  ok +quote-signature ")
        self.assertRegex(result.stdout, r"(?m)^  ok +part/tpm ")
        self.assertRegex(result.stdout, r"(?m)^  ok +replay/log.ccel ")
        self.assertIn("THE TCB WAS NOT EVALUATED", result.stdout)
        self.assertIn("NOT Intel's", result.stdout)

    def test_intels_root_alone_does_not_vouch_for_it(self):
        self.assert_rejected(self.verify("--no-policy"), "pck-chain")

    def test_first_policy_accepts_the_guest_it_was_made_from(self):
        self.assert_accepted(self.verify("--policy", self.policy, *self.all))

    def test_a_tcb_that_was_not_evaluated_is_rejected_by_a_policy(self):
        self.assert_rejected(self.verify("--policy", self.policy, *self.root),
                             "policy/tdx/tcb",
                             "policy/tdx/min-tcb-evaluation-data-number",
                             "policy/tdx/crl")

    def test_debug_is_rejected_unless_the_policy_allows_it(self):
        self.td.set(UNDER_DEBUG)
        self.assert_rejected(self.verify("--policy", self.policy, *self.all),
                             "policy/tdx/attributes/debug")

        def allow(policy):
            policy["tdx"].setdefault("attributes", {})["debug"] = "ANY"
        self.assert_accepted(self.verify(
            "--policy", self.changed_policy(allow), *self.all))

    def test_another_td(self):
        def other(policy):
            policy["tdx"]["mr_tds"] = ["ab" * 48]
        self.assert_rejected(self.verify(
            "--policy", self.changed_policy(other), *self.all),
            "policy/tdx/mr-td")

    def test_wrong_quotes(self):
        for fault, check in (("other_key", "quote-signature"),
                             ("unbound_key", "quote-signature"),
                             ("foreign_qe", "quoting-enclave")):
            with self.subTest(fault):
                self.td.set("report=" + fault)
                self.assert_rejected(self.verify("--no-policy", *self.root),
                                     check)

    def test_an_outdated_platform(self):
        platform_says("--tcb-status", "OutOfDate")
        result = self.verify("--policy", self.policy, *self.all)
        self.assert_rejected(result, "policy/tdx/tcb-status")
        self.assertIn("OutOfDate", result.stdout)

        def allow(policy):
            policy["tdx"]["tcb_statuses"] = ["UpToDate", "OutOfDate"]
        self.assert_accepted(self.verify(
            "--policy", self.changed_policy(allow), *self.all))

    def test_a_revoked_platform(self):
        platform_says("--revoke-pck")
        self.assert_rejected(self.verify("--policy", self.policy, *self.all),
                             "revocation")
        # Who has no list does not know of it, and the policy wants one.
        self.assert_rejected(self.verify("--policy", self.policy, *self.root,
                                         *tcb_files(self.td)),
                             "policy/tdx/crl")

    def test_collateral_that_is_past_its_date(self):
        saved = self.agent.path("saved.bin")
        self.agent.client("get", "-o", saved, check=True)
        late = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(time.time() + 40 * 24 * 3600))
        def verdict(*material):
            return run(CLIENT, "verify", saved, "--policy", self.policy,
                       *self.root, *material, "--at", late, check=False)
        self.assert_rejected(verdict(*collateral(self.td)), "revocation")
        self.assert_rejected(verdict(*tcb_files(self.td)), "tcb")

    def test_a_log_that_is_not_there(self):
        """Values of registers need no log."""
        self.td.set("ccel=log_empty")
        self.assert_accepted(self.verify("--no-policy", *self.root))

    def test_the_tpm_is_no_way_around_the_quote(self):
        result = self.verify("--policy", self.policy, "--without-cpu-report",
                             *self.all)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("signer-not-accepted", result.stdout)

    def test_recorded_evidence_is_what_was_answered(self):
        saved = self.agent.path("saved.bin")
        self.agent.client("get", "-o", saved, check=True)

        def verdict():
            return run(CLIENT, "verify", saved, "--policy", self.policy,
                       *self.all, check=False)
        self.assert_accepted(verdict())
        with open(saved, "rb") as data:
            good = saved_pb2.SavedEvidence.FromString(data.read())

        def spoiled(change):
            evidence = saved_pb2.SavedEvidence()
            evidence.CopyFrom(good)
            change(evidence.evidence)
            with open(saved, "wb") as out:
                out.write(evidence.SerializeToString())
            return verdict()
        # By the quote's parts in version 4: Intel's appendix 3.2.
        for part, offset, checks in (
                ("TEE type", 4, ["statement"]),
                ("user data", 47, ["quote-signature"]),
                ("MRTD", 48 + 136, ["quote-signature"]),
                ("RTMR3", 48 + 519, ["quote-signature"]),
                ("report data", 48 + 583, ["quote-signature"]),
                ("signature", 636, ["quote-signature"]),
                ("attestation key", 700, ["quote-signature"]),
                ("MRSIGNER of the QE", 770 + 128, ["quoting-enclave"]),
                ("report data of the QE", 770 + 320, ["quote-signature"]),
                ("signature of the QE report", 1154, ["quote-signature"]),
                ("PCK certificate", 2000, ["pck-chain"])):
            with self.subTest(part):
                self.assert_rejected(spoiled(
                    lambda evidence: flip(evidence, "statement", offset)),
                    *checks)
        self.assert_rejected(
            spoiled(lambda evidence: flip(evidence, "manifest", -1)),
            # Its last entry is that part's digest.
            "binding", "part/tpm.ak")
        # The TPM signs too; what nobody else signs stands by its digest.
        tpm = {"tpm": ["tpm-quote-signature"], "tpm.ak": ["attestation-key"]}
        for index, part in enumerate(good.evidence.parts):
            with self.subTest(part.label):
                self.assert_rejected(
                    spoiled(lambda evidence:
                            flip(evidence.parts[index], "data", -1)),
                    *tpm.get(part.label, ["binding", "part/" + part.label]))

    def test_platform_shows_the_device(self):
        text = self.agent.client("platform", check=True).stdout
        self.assertRegex(text, r"tdx +available")
        self.assertIn("configfs-tsm, " + self.td.configfs_tsm, text)


@needs_fuse
class Registers(unittest.TestCase):
    def setUp(self):
        self.td = Td(5, "1.5")
        self.addCleanup(self.td.stop)
        self.agent = TdxAgent(tee=paths_of(self.td), banks=None)
        self.addCleanup(self.agent.stop)
        self.options = trust(self.td) + collateral(self.td)
        self.policy = self.agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", self.agent.address,
            *self.agent.connection(), *self.options, "-o", self.policy)

    def verify(self, *arguments):
        return self.agent.client("verify", *arguments, *self.options)

    def test_a_workload_that_measures_more_is_another(self):
        self.assertEqual(self.verify("--policy", self.policy).returncode, 0)
        self.td.measure(3, "a container")
        result = self.verify("--policy", self.policy)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertRegex(result.stdout, r"FAIL +policy/tdx/rtmr3\b")

    def test_an_unlogged_register_is_said_and_the_rest_is_explained(self):
        self.td.extend(3, b"\x77" * 48)
        result = self.verify("--no-policy", "--json")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        verdict = json.loads(result.stdout)
        self.assertIsNotNone(verdict["logs"]["log.ccel"]["quoted_events"])
        self.assertEqual([rtmr["state"] for rtmr in verdict["tdx"]["rtmrs"]],
                         ["matched"] * 3 + ["unlogged"])


if __name__ == "__main__":
    unittest.main()
