"""An SNP device that is busy, throttled, wrong or without its key: never a
reason for evidence that the TPM signs."""

from concurrent.futures import ThreadPoolExecutor
import time
import unittest

import grpc

from snp_agent import SnpAgent, check_bound, paths_of
from tee import Emulator, needs_fuse


@needs_fuse
class Faults(unittest.TestCase):
    """Through configfs-tsm; the same faults through sev-guest are in
    tests/agent/device."""

    def setUp(self):
        self.start()

    def start(self, config=""):
        self.tee = Emulator()
        self.addCleanup(self.tee.stop)
        self.agent = SnpAgent(tee=paths_of(self.tee), config=config)
        self.addCleanup(self.agent.stop)
        # The report that the agent asks for at its start is over.
        self.agent.wait_for_log("source snp available")

    def good(self):
        challenge = self.agent.challenge()
        evidence = self.agent.evidence(challenge)
        check_bound(self, evidence, challenge)
        return evidence

    def refused(self, code, words):
        before = self.tee.get("requests")
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(), code)
        self.assertIn(words, refused.exception.details())
        self.assertEqual(self.tee.get("entries"), 0)
        return self.tee.get("requests") - before

    def assert_passing(self, fault, code, words, key_lost=False):
        """An error for as long as the fault is there, shown by health, and no
        request is repeated. `key_lost`: it is one after which Linux's driver
        has no key any more; this one has."""
        self.good()
        self.tee.set(fault)
        self.assertEqual(self.refused(code, words), 1)
        self.assertFalse(self.agent.serves("snp"))
        self.assertTrue(self.agent.serves("tpm"))
        self.agent.wait_for_log("source snp not available[:,] .*")
        source = self.agent.platform()["snp"]
        self.assertFalse(source.available)
        self.assertIn(words, source.reason)
        self.assertEqual(source.snp.key_lost, key_lost)
        self.tee.set("error=0", "report=good")
        self.good()
        self.assertTrue(self.agent.serves("snp"))

    def test_busy(self):
        self.assert_passing("error=16", grpc.StatusCode.UNAVAILABLE,
                            "Device or resource busy")

    def test_an_io_error_is_not_retried(self):
        self.assert_passing("error=5", grpc.StatusCode.UNAVAILABLE,
                            "Input/output error", key_lost=True)

    def test_a_report_over_other_data(self):
        self.assert_passing("report=other_data", grpc.StatusCode.DATA_LOSS,
                            "expected report data 45564944454e4345")

    def test_a_report_of_zeros(self):
        self.assert_passing("report=zero", grpc.StatusCode.DATA_LOSS,
                            "all of them zero")

    def test_a_short_report(self):
        self.assert_passing("report=short", grpc.StatusCode.DATA_LOSS,
                            "expected a report of 1184 bytes, found 592")

    def test_every_tenth_request_is_throttled(self):
        before = self.tee.get("requests")
        self.tee.set("throttle_every=10", "throttle_ms=1500")
        started = time.monotonic()
        for _ in range(20):
            self.good()
        self.assertGreaterEqual(time.monotonic() - started, 3)
        self.assertEqual(self.tee.get("requests") - before, 20)

    def test_a_device_at_a_report_leaves_health_and_platform_alone(self):
        self.good()
        with self.tee.held():
            asked = self.hold_one()
            self.assertTrue(self.agent.serves("snp"))
            self.assertEqual(self.agent.platform()["snp"].label, "snp")
            self.assertFalse(asked.done())
        asked.result()

    def hold_one(self):
        """Gives evidence that is asked for, and that the device is at."""
        before = self.tee.get("requests")
        asked = self.in_background(self.good)
        self.tee.wait_for_requests(before + 1)
        return asked

    def in_background(self, work):
        """A future of what it gives or raises."""
        pool = ThreadPoolExecutor(1)
        self.addCleanup(pool.shutdown)
        return pool.submit(work)

    def test_a_second_writer(self):
        for when in ("before", "after"):
            self.tee.set("second_writer=" + when, "second_writes=3")
            self.good()
            self.assertEqual(self.tee.get("second_writes"), 0)
            self.assertEqual(self.tee.get("entries"), 0)
        self.tee.set("second_writer=before", "second_writes=1000")
        self.refused(grpc.StatusCode.UNAVAILABLE,
                     "another's writes to each of 5 entries")

    def test_a_device_counts_as_hung_when_the_configuration_says_so(self):
        self.start("[limits]\ncpu_hung_after_seconds = 1\n")
        with self.tee.held():
            asked = self.hold_one()
            self.agent.wait_for_log("source snp not available: the CPU's "
                                    "report device has not answered")
            with self.assertRaises(grpc.RpcError) as refused:
                self.agent.evidence()
            self.assertEqual(refused.exception.code(),
                             grpc.StatusCode.UNAVAILABLE)
            self.assertIn("has not answered for", refused.exception.details())
            self.assertFalse(self.agent.serves("snp"))
            # Neither the TPM nor who asked in time is concerned.
            self.assertEqual(
                self.agent.evidence(without_cpu_report=True).signer, "tpm")
            self.assertFalse(asked.done())
        asked.result()
        self.assertTrue(self.agent.serves("snp"))

    def test_a_lost_key(self):
        self.good()
        self.tee.set("lose_key=1")
        self.assertEqual(self.refused(grpc.StatusCode.UNAVAILABLE,
                                      "Input/output error"), 1)
        self.assertTrue(self.agent.platform()["snp"].snp.key_lost)
        self.assertFalse(self.agent.serves("snp"))
        self.assertEqual(self.refused(grpc.StatusCode.FAILED_PRECONDITION,
                                      "VMPCK"), 1)
        # It is asked again: a driver that was loaded anew may have a key.
        self.assertEqual(self.refused(grpc.StatusCode.FAILED_PRECONDITION,
                                      "VMPCK"), 1)
        source = self.agent.platform()["snp"]
        self.assertTrue(source.snp.key_lost)
        self.assertFalse(source.available)
        self.assertFalse(self.agent.serves("snp"))
        self.assertTrue(self.agent.serves("tpm"))
        self.agent.wait_for_log("source snp not available, key lost: .*VMPCK")
        # Who wants no CPU report is still answered.
        self.assertEqual(self.agent.evidence(without_cpu_report=True).signer,
                         "tpm")
        # Nor does an agent that starts later take it for one that works.
        before = len(self.agent.log_text())
        self.agent.stop_process()
        self.agent.start()
        self.agent.wait_for_log("source snp not available, key lost: .*VMPCK",
                                before)
        self.assertTrue(self.agent.platform()["snp"].snp.key_lost)
        self.assertFalse(self.agent.serves("snp"))
        result = self.agent.client("verify", "--no-policy")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("has lost its key until the next boot", result.stderr)

    def test_a_tpm_that_fails_beside_a_report_is_logged(self):
        self.good()
        self.agent.tpm.stop()
        self.good()
        self.agent.wait_for_log("evidence without a TPM quote: ")

    def test_no_table_holds_a_report_back(self):
        every = ["vcek", "ask", "ark"]
        for table, missing in (
                ("none", every), ("overlapping", every),
                ("overflowing", every), ("out_of_range", every),
                ("unterminated", every), ("duplicate", every),
                ("zero_length", every), ("garbage", every), ("good", [])):
            with self.subTest(table=table):
                self.tee.set("table=" + table)
                evidence = self.good()
                self.assertEqual(list(evidence.hints.missing_certificates),
                                 missing)
                self.assertEqual(evidence.snp_certificate_table == b"",
                                 table == "none")

    def test_a_device_that_goes_away_is_an_error(self):
        self.good()
        self.tee.stop()
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.FAILED_PRECONDITION)
        self.assertFalse(self.agent.serves("snp"))


if __name__ == "__main__":
    unittest.main()
