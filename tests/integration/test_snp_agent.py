"""Evidence of an emulated SEV-SNP guest, over mTLS."""

import os
import sys
import time
import unittest

import grpc

from harness import run
from snp_agent import (EVERY_LABEL, SnpAgent, check_bound, paths_of,
                       signature_verifies)
from tee import AT_REAL_PATHS, EMULATOR, KEYS, RSA_BITS, Emulator, needs_fuse
import transcript


class Guest(unittest.TestCase):
    def start(self, emulator=None, **options):
        self.tee = emulator or Emulator()
        self.addCleanup(self.tee.stop)
        self.agent = SnpAgent(tee=options.pop("tee", paths_of(self.tee)),
                              **options)
        self.addCleanup(self.agent.stop)
        return self.agent

    def assert_signed(self, evidence, key="vcek"):
        certificate = os.path.join(self.tee.certificates, key + ".pem")
        self.assertTrue(signature_verifies(evidence.statement, certificate,
                                           self.agent.folder))
        other = bytearray(evidence.statement)
        other[0x90] ^= 1
        self.assertFalse(signature_verifies(bytes(other), certificate,
                                            self.agent.folder))


@needs_fuse
class Evidence(Guest):
    def test_report_signs_everything(self):
        agent = self.start()
        challenge = agent.challenge()
        evidence = agent.evidence(challenge)
        parts = check_bound(self, evidence, challenge)
        self.assert_signed(evidence)
        self.assertEqual(sorted(parts), sorted(EVERY_LABEL))
        with open(agent.boot_log, "rb") as log:
            self.assertEqual(parts["log.tcg2"].data, log.read())
        with open(agent.ima_log, "rb") as log:
            self.assertEqual(parts["log.ima"].data, log.read())
        self.assertGreater(len(evidence.snp_certificate_table), 1000)
        self.assertEqual(list(evidence.hints.missing_certificates), [])
        self.assertEqual(len(evidence.registers), 3)

        source = agent.platform()["snp"]
        self.assertTrue(source.available)
        self.assertEqual(source.snp.interface, "configfs-tsm")
        self.assertEqual(source.snp.path, self.tee.configfs_tsm)
        self.assertTrue(agent.serves("snp"))
        self.assertTrue(agent.serves("tpm"))
        agent.wait_for_log("source snp available")

    def test_every_challenge_has_a_report_of_its_own(self):
        agent = self.start()
        challenge = agent.challenge()
        evidence = agent.evidence(challenge)
        again = agent.challenge()
        with self.assertRaises(AssertionError):
            check_bound(self, evidence, again)
        check_bound(self, agent.evidence(again), again)

    def test_what_was_not_asked_for_is_listed(self):
        agent = self.start()
        challenge = agent.challenge()
        evidence = agent.evidence(challenge, labels=["log.tcg2"])
        parts = check_bound(self, evidence, challenge)
        self.assertEqual(list(parts), ["log.tcg2"])
        entries = transcript.entries_of(evidence.manifest)
        for label in ("tpm", "tpm.ak", "log.ima"):
            self.assertEqual(entries[label], ("missing", "not-requested"))
        self.assertEqual(entries["tdx"], ("missing", "no-device"))
        self.assertEqual(len(evidence.registers), 0)

    def test_a_guest_without_a_tpm(self):
        agent = self.start(banks=None)
        challenge = agent.challenge()
        evidence = agent.evidence(challenge)
        parts = check_bound(self, evidence, challenge)
        self.assert_signed(evidence)
        self.assertEqual(sorted(parts), ["log.ima", "log.tcg2"])
        entries = transcript.entries_of(evidence.manifest)
        self.assertEqual(entries["tpm"], ("missing", "no-device"))
        self.assertEqual(entries["tpm.ak"], ("missing", "no-device"))
        self.assertTrue(agent.serves("snp"))
        self.assertFalse(agent.serves("tpm"))

    def test_a_tpm_that_fails_is_listed_and_comes_back(self):
        agent = self.start()
        agent.evidence()
        agent.tpm.stop()
        challenge = agent.challenge()
        evidence = agent.evidence(challenge)
        parts = check_bound(self, evidence, challenge)
        self.assertNotIn("tpm", parts)
        entries = transcript.entries_of(evidence.manifest)
        self.assertEqual(entries["tpm"], ("missing", "device-error"))
        agent.tpm.start()
        agent.tpm.extend(agent.boot_log, agent.ima_log)
        for _ in range(100):
            challenge = agent.challenge()
            parts = check_bound(self, agent.evidence(challenge), challenge)
            if "tpm" in parts:
                return
        self.fail("expected a quote again")

    def test_the_tpm_signs_if_no_report_is_wanted(self):
        agent = self.start()
        evidence = agent.evidence(without_cpu_report=True)
        self.assertEqual(evidence.signer, "tpm")
        entries = transcript.entries_of(evidence.manifest)
        for label in ("snp", "tdx", "hcl"):
            self.assertEqual(entries[label], ("missing", "not-requested"))
        # The one of the agent's start.
        self.assertLessEqual(self.tee.get("requests"), 1)

    def test_the_device_is_tried_at_the_start_and_nobody_waits_for_it(self):
        tee = Emulator()
        tee.set("delay_ms=6000")
        agent = self.start(tee)
        # Not asked yet is not available.
        for _ in range(100):
            if "snp" in agent.platform():
                break
            time.sleep(0.02)
        source = agent.platform()["snp"]
        self.assertFalse(source.available)
        self.assertIn("has not given a report yet", source.reason)
        self.assertEqual(agent.evidence(without_cpu_report=True).signer, "tpm")
        agent.wait_for_log("source snp available")
        self.assertTrue(agent.serves("snp"))
        self.assertEqual(tee.get("requests"), 1)

    def test_every_product_version_and_key(self):
        for product, version, key in (("milan", 2, "vcek"),
                                      ("genoa", 3, "vlek"),
                                      ("genoa", 4, "vcek"),
                                      ("turin", 5, "vcek")):
            with self.subTest(product=product, version=version, key=key):
                agent = self.start(Emulator(product, key, version), banks=None)
                challenge = agent.challenge()
                evidence = agent.evidence(challenge, labels=[])
                check_bound(self, evidence, challenge)
                self.assert_signed(evidence, key)
                self.assertEqual(evidence.statement[0], version)
                self.assertEqual(list(evidence.hints.missing_certificates), [])


@needs_fuse
class Interfaces(Guest):
    def evidence_through_sev_guest(self, config=""):
        tee = Emulator()
        paths = 'configfs_tsm = "/nonexistent"\nsev_guest = "%s"' % (
            tee.sev_guest)
        agent = self.start(tee, tee=paths, banks=None, config=config)
        challenge = agent.challenge()
        evidence = agent.evidence(challenge, labels=[])
        check_bound(self, evidence, challenge)
        self.assert_signed(evidence)
        self.assertEqual(agent.platform()["snp"].snp.interface, "sev-guest")
        return evidence

    def test_sev_guest_where_configfs_tsm_is_missing(self):
        evidence = self.evidence_through_sev_guest()
        self.assertGreater(len(evidence.snp_certificate_table), 1000)

    def test_certificates_are_left_out_when_told_so(self):
        evidence = self.evidence_through_sev_guest(
            "[snp]\nextended_report = false\n")
        self.assertEqual(evidence.snp_certificate_table, b"")
        self.assertEqual(list(evidence.hints.missing_certificates),
                         ["vcek", "ask", "ark"])

    def test_the_configured_vmpl(self):
        agent = self.start(banks=None, config="[snp]\nvmpl = 2\n")
        evidence = agent.evidence(labels=[])
        self.assertEqual(evidence.statement[0x30], 2)
        self.assertEqual(agent.platform()["snp"].snp.vmpl, 2)

    def test_a_vmpl_that_the_guest_may_not_ask_for_is_no_reason_for_the_tpm(
            self):
        tee = Emulator()
        tee.set("floor=2")
        paths = 'configfs_tsm = "%s"\nsev_guest = "/nonexistent"' % (
            tee.configfs_tsm)
        agent = self.start(tee, tee=paths, config="[snp]\nvmpl = 1\n")
        with self.assertRaises(grpc.RpcError) as refused:
            agent.evidence()
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.FAILED_PRECONDITION)
        self.assertIn("expected a VMPL of 2 or more",
                      refused.exception.details())

    def test_stale_entries_of_ours_are_removed_at_start(self):
        tee = Emulator()
        stale = os.path.join(tee.configfs_tsm, "evidenced-1-" + 32 * "0")
        foreign = os.path.join(tee.configfs_tsm, "report0")
        os.mkdir(stale)
        os.mkdir(foreign)
        self.start(tee, banks=None).evidence(labels=[])
        self.assertFalse(os.path.exists(stale))
        self.assertTrue(os.path.exists(foreign))
        os.rmdir(foreign)
        self.assertEqual(tee.get("entries"), 0)


@needs_fuse
class RealPaths(unittest.TestCase):
    def test_the_devices_at_their_real_places(self):
        result = run("bash", AT_REAL_PATHS, EMULATOR, KEYS, "--rsa-bits",
                     RSA_BITS, "--", sys.executable, "-B", "-m", "unittest",
                     "-v", "snp_real_paths", check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("Ran 2 tests", result.stderr)


if __name__ == "__main__":
    unittest.main()
