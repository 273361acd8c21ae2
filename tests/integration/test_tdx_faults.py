"""A TD's device that is busy, slow, wrong or gone, and a log that lies: never
a reason for evidence that the TPM signs."""

from concurrent.futures import ThreadPoolExecutor
import time
import unittest

import grpc

from tdx_agent import TdxAgent, check_bound, paths_of, quoted_events
from tdx_quote import Quote
from tee import Td, needs_fuse
import transcript


class Guest(unittest.TestCase):
    def start(self, config="", fault=None):
        """`fault`: from before the agent's start."""
        self.td = Td()
        self.addCleanup(self.td.stop)
        if fault is not None:
            self.td.set(fault)
        self.agent = TdxAgent(tee=paths_of(self.td), config=config)
        self.addCleanup(self.agent.stop)
        if fault is None:
            # The quote that the agent asks for at its start is over.
            self.agent.wait_for_log("source tdx available")

    def setUp(self):
        self.start()

    def good(self):
        challenge = self.agent.challenge()
        evidence = self.agent.evidence(challenge)
        return evidence, check_bound(self, evidence, challenge)

    def refused(self, code, words):
        before = self.td.get("requests")
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(), code)
        self.assertIn(words, refused.exception.details())
        self.assertEqual(self.td.get("entries"), 0)
        return self.td.get("requests") - before

    def in_background(self, work):
        """A future of what it gives or raises."""
        pool = ThreadPoolExecutor(1)
        self.addCleanup(pool.shutdown)
        return pool.submit(work)


@needs_fuse
class Device(Guest):
    def assert_passing(self, fault, code, words):
        """An error for as long as the fault is there, shown by health, and no
        request is repeated."""
        self.good()
        self.td.set(fault)
        self.assertEqual(self.refused(code, words), 1)
        self.assertFalse(self.agent.serves("tdx"))
        self.assertTrue(self.agent.serves("tpm"))
        self.agent.wait_for_log("source tdx not available[:,] .*")
        source = self.agent.platform()["tdx"]
        self.assertFalse(source.available)
        self.assertIn(words, source.reason)
        self.td.set("error=0", "report=good")
        self.good()
        self.assertTrue(self.agent.serves("tdx"))

    def test_an_io_error(self):
        self.assert_passing("error=5", grpc.StatusCode.UNAVAILABLE,
                            "Input/output error")

    def test_a_quoting_service_that_does_not_answer(self):
        self.assert_passing("error=110", grpc.StatusCode.UNAVAILABLE,
                            "Connection timed out")

    def test_a_quoting_service_that_is_busy(self):
        self.assert_passing("error=16", grpc.StatusCode.UNAVAILABLE,
                            "Device or resource busy")

    def test_a_quoting_service_that_fails(self):
        self.assert_passing("report=empty", grpc.StatusCode.UNAVAILABLE,
                            "expected a quote, found no byte")

    def test_a_quote_over_other_data(self):
        self.assert_passing("report=other_data", grpc.StatusCode.DATA_LOSS,
                            "expected report data 45564944454e4345")

    def test_a_quote_of_zeros(self):
        self.assert_passing("report=zero", grpc.StatusCode.DATA_LOSS,
                            "all of them zero")

    def test_a_truncated_quote(self):
        self.assert_passing("report=short", grpc.StatusCode.DATA_LOSS,
                            "tdx_guest: quote is truncated: expected")

    def test_a_quote_that_takes_a_second(self):
        self.td.set("delay_ms=1000")
        before = self.td.get("requests")
        started = time.monotonic()
        self.good()
        self.assertGreaterEqual(time.monotonic() - started, 1)
        self.assertEqual(self.td.get("requests") - before, 1)
        self.assertTrue(self.agent.serves("tdx"))

    def hold_one(self):
        """Gives evidence that is asked for, and that the device is at."""
        before = self.td.get("requests")
        asked = self.in_background(self.good)
        self.td.wait_for_requests(before + 1)
        return asked

    def test_a_device_at_a_quote_leaves_the_rest_alone(self):
        self.good()
        with self.td.held():
            asked = self.hold_one()
            self.assertTrue(self.agent.serves("tdx"))
            self.assertEqual(self.agent.platform()["tdx"].label, "tdx")
            self.assertEqual(
                self.agent.evidence(without_cpu_report=True).signer, "tpm")
            measured = self.agent.client("measurements", "--json", check=True)
            self.assertIn("rtmrs", measured.stdout)
            self.assertFalse(asked.done())
        asked.result()

    def test_a_device_counts_as_hung_when_the_configuration_says_so(self):
        self.start("[limits]\ncpu_hung_after_seconds = 1\n")
        with self.td.held():
            asked = self.hold_one()
            self.agent.wait_for_log("source tdx not available: the CPU's "
                                    "report device has not answered")
            self.refused_at_once()
            self.assertFalse(self.agent.serves("tdx"))
            self.assertFalse(asked.done())
        asked.result()
        self.assertTrue(self.agent.serves("tdx"))

    def test_linuxs_own_wait_for_the_quoting_service(self):
        """It is 30 s long, and no byte comes of it: the agent must have waited
        for that, and say so."""
        self.td.set("delay_ms=31000", "report=empty")
        self.assertEqual(
            self.refused(grpc.StatusCode.UNAVAILABLE,
                         "the quoting service failed, did not answer in time, "
                         "or is not there"), 1)

    def refused_at_once(self):
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.UNAVAILABLE)
        self.assertIn("has not answered for", refused.exception.details())

    def test_a_second_writer(self):
        for when in ("before", "after"):
            self.td.set("second_writer=" + when, "second_writes=3")
            self.good()
            self.assertEqual(self.td.get("second_writes"), 0)
        self.td.set("second_writer=before", "second_writes=1000")
        self.refused(grpc.StatusCode.UNAVAILABLE,
                     "another's writes to each of 5 entries")

    def test_a_device_that_goes_away_is_an_error(self):
        self.good()
        self.td.stop()
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.FAILED_PRECONDITION)
        self.assertFalse(self.agent.serves("tdx"))


@needs_fuse
class Start(Guest):
    def setUp(self):
        pass

    def test_a_passing_failure_at_the_start_passes(self):
        """And is not passed on to whoever asks for health alone."""
        self.start(fault="error=5")
        self.agent.wait_for_log("source tdx not available[:,] .*")
        self.td.wait_for_requests(3)
        self.assertFalse(self.agent.serves("tdx"))
        self.td.set("error=0")
        self.agent.wait_for_log("source tdx available")
        self.assertTrue(self.agent.serves("tdx"))
        # And that was that.
        asked = self.td.get("requests")
        self.good()
        self.assertEqual(self.td.get("requests"), asked + 1)

    def test_evidence_shows_that_it_has_passed(self):
        self.start(fault="error=5")
        self.agent.wait_for_log("source tdx not available[:,] .*")
        self.td.set("error=0")
        self.good()
        self.assertTrue(self.agent.serves("tdx"))


@needs_fuse
class Log(Guest):
    def assert_missing(self, fault, reason):
        """The quote is given, and says that there is no log."""
        self.td.set("ccel=" + fault)
        evidence, parts = self.good()
        self.assertNotIn("log.ccel", parts)
        entries = transcript.entries_of(evidence.manifest)
        self.assertEqual(entries["log.ccel"], ("missing", reason))
        self.td.set("ccel=good")
        self.assertIn("log.ccel", self.good()[1])

    def test_a_guest_without_a_table(self):
        self.assert_missing("none", "no-device")

    def test_a_table_that_is_none(self):
        self.assert_missing("table_garbage", "device-error")

    def test_a_table_of_more_than_there_is(self):
        self.assert_missing("table_too_long", "device-error")

    def test_an_area_without_a_byte(self):
        self.assert_missing("log_empty", "device-error")

    def test_an_area_without_an_event(self):
        self.assert_missing("log_blank", "empty")

    def test_a_table_that_cuts_an_event(self):
        """What is whole is sent, and the quote shows that it is not all."""
        whole = self.good()[1]["log.ccel"].data
        self.td.set("ccel=table_too_short")
        evidence, parts = self.good()
        part = parts["log.ccel"]
        self.assertLess(len(part.data), len(whole))
        self.assertTrue(whole.startswith(part.data))
        self.assertEqual(part.tail, b"")
        self.assertIsNone(
            quoted_events(part.data, Quote(evidence.statement).rtmrs))


if __name__ == "__main__":
    unittest.main()
