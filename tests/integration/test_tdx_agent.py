"""Evidence of an emulated TD, over mTLS."""

import hashlib
import os
import sys
import unittest

from evidence.v1 import service_pb2
from harness import run
from tdx_agent import (EVERY_LABEL, TdxAgent, check_bound, events_of, paths_of,
                       quoted_events, whole_events)
from tdx_quote import Quote
from tee import AT_REAL_PATHS, EMULATOR, KEYS, Td, needs_fuse
import transcript


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Guest(unittest.TestCase):
    def start(self, td=None, **options):
        self.td = td or Td()
        self.addCleanup(self.td.stop)
        self.agent = TdxAgent(tee=options.pop("tee", paths_of(self.td)),
                              **options)
        self.addCleanup(self.agent.stop)
        return self.agent

    def good(self, **request):
        challenge = self.agent.challenge()
        evidence = self.agent.evidence(challenge, **request)
        return evidence, check_bound(self, evidence, challenge)

    def registers(self):
        return self.agent.stub().GetMeasurements(
            service_pb2.GetMeasurementsRequest(), timeout=100).tdx


@needs_fuse
class Evidence(Guest):
    def test_quote_signs_everything(self):
        agent = self.start()
        evidence, parts = self.good()
        self.assertEqual(sorted(parts), sorted(EVERY_LABEL))
        self.assertEqual(parts["log.ccel"].data,
                         whole_events(read(self.td.ccel_log)))
        self.assertEqual(parts["log.tcg2"].data, read(agent.boot_log))
        entries = transcript.entries_of(evidence.manifest)
        self.assertEqual(entries["snp"], ("missing", "no-device"))
        source = agent.platform()["tdx"]
        self.assertTrue(source.available)
        self.assertEqual(source.tdx.interface, "configfs-tsm")
        self.assertEqual(source.tdx.path, self.td.configfs_tsm)
        self.assertEqual(source.tdx.registers_path, self.td.measurements)
        self.assertTrue(agent.serves("tdx"))
        self.assertTrue(agent.serves("tpm"))
        agent.wait_for_log("source tdx available")
        self.assertEqual(self.td.get("entries"), 0)

    def test_rtmrs_are_what_the_log_replays_to(self):
        self.start(banks=None)
        evidence, parts = self.good()
        log = parts["log.ccel"].data
        self.assertEqual(quoted_events(log, Quote(evidence.statement).rtmrs),
                         1 + len(list(events_of(log))))

    def test_quotes_of_every_form(self):
        for version, td in ((4, "1.0"), (5, "1.0"), (5, "1.5")):
            with self.subTest(version=version, td=td):
                self.start(Td(version, td), banks=None)
                evidence, _ = self.good()
                self.assertEqual(evidence.statement[0], version)

    def test_what_is_measured_later_is_in_later_evidence(self):
        self.start(banks=None)
        self.good()
        self.td.measure(3, "a container")
        evidence, parts = self.good()
        log = parts["log.ccel"].data
        *_, (rtmr, digest, data, _) = events_of(log)
        self.assertEqual((rtmr, data), (3, b"a container"))
        self.assertEqual(digest, hashlib.sha384(data).digest())
        self.assertIsNotNone(
            quoted_events(log, Quote(evidence.statement).rtmrs))

    def test_a_register_that_nobody_logs_is_quoted_as_it_is(self):
        self.start(banks=None)
        before = self.td.read_rtmr(2)
        self.td.extend(2, b"\x77" * 48)
        evidence, parts = self.good()
        quoted = Quote(evidence.statement).rtmrs
        self.assertEqual(quoted[2],
                         hashlib.sha384(before + b"\x77" * 48).digest())
        # There is no tail that would help, and none is sent.
        self.assertEqual(parts["log.ccel"].tail, b"")
        self.assertIsNone(quoted_events(parts["log.ccel"].data, quoted))

    def test_a_log_that_is_ahead_of_its_registers(self):
        self.start(banks=None)
        self.td.set("log=3:never extended")
        evidence, parts = self.good()
        log = parts["log.ccel"].data
        self.assertEqual(quoted_events(log, Quote(evidence.statement).rtmrs),
                         len(list(events_of(log))))

    def test_what_was_not_asked_for_is_listed(self):
        self.start()
        evidence, parts = self.good(labels=["log.ccel"])
        self.assertEqual(list(parts), ["log.ccel"])
        entries = transcript.entries_of(evidence.manifest)
        for label in ("tpm", "tpm.ak", "log.tcg2", "log.ima"):
            self.assertEqual(entries[label], ("missing", "not-requested"))

    def test_the_tpm_signs_if_no_report_is_wanted(self):
        agent = self.start()
        evidence = agent.evidence(without_cpu_report=True)
        self.assertEqual(evidence.signer, "tpm")
        entries = transcript.entries_of(evidence.manifest)
        for label in ("snp", "tdx", "hcl"):
            self.assertEqual(entries[label], ("missing", "not-requested"))

    def test_a_padded_quote_is_sent_whole(self):
        self.start(banks=None)
        self.td.set("outblob_size=32768")
        evidence, _ = self.good()
        self.assertEqual(len(evidence.statement), 32768)

    def test_stale_entries_of_ours_are_removed_at_start(self):
        td = Td()
        stale = os.path.join(td.configfs_tsm, "evidenced-1-" + 32 * "0")
        os.mkdir(stale)
        self.start(td, banks=None)
        self.good()
        self.assertFalse(os.path.exists(stale))


@needs_fuse
class Registers(Guest):
    def assert_registers(self, path):
        quote = Quote(self.good()[0].statement)
        found = self.registers()
        self.assertEqual(list(found.rtmrs), quote.rtmrs)
        self.assertEqual(found.mr_td, quote.mrtd)
        self.assertEqual(found.path, path)

    def test_from_the_folder_of_measurements(self):
        self.start(banks=None)
        self.assert_registers(self.td.measurements)
        self.td.extend(1, bytes(48))
        self.assert_registers(self.td.measurements)

    def test_from_the_driver_where_there_is_no_folder(self):
        self.start(Td(4, "1.0", "--without-measurements"), banks=None)
        self.assert_registers(self.td.tdx_guest)
        self.assertEqual(self.agent.platform()["tdx"].tdx.registers_path,
                         self.td.tdx_guest)
        self.td.measure(3, "a container")
        self.assert_registers(self.td.tdx_guest)

    def test_no_quote_is_asked_for(self):
        self.start(banks=None)
        self.good()
        before = self.td.get("requests")
        self.registers()
        self.assertEqual(self.td.get("requests"), before)


@needs_fuse
class RealPaths(unittest.TestCase):
    def test_the_devices_at_their_real_places(self):
        result = run("bash", AT_REAL_PATHS, EMULATOR, KEYS, "--tee", "tdx",
                     "--", sys.executable, "-B", "-m", "unittest", "-v",
                     "tdx_real_paths", check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("Ran 1 test", result.stderr)


if __name__ == "__main__":
    unittest.main()
