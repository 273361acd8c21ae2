"""Reports over a local caller's own bytes: off by default, for a process with
the role alone, and never over what evidence of the agent is over."""

import os
import secrets
import unittest

import grpc
from evidence.v1 import service_pb2

from harness import CLIENT, run
from snp_agent import REPORT_DATA, SnpAgent
from snp_agent import paths_of as snp_paths
from tdx_agent import TdxAgent
from tdx_agent import paths_of as td_paths
from tdx_quote import Quote
from tee import Emulator, Td, needs_fuse

RAW = """
[[unix_role]]
uid = %d
roles = ["raw"]
""" % os.getuid()


@needs_fuse
class RawReports(unittest.TestCase):
    def start(self, tee, agent, paths, config=RAW):
        self.addCleanup(tee.stop)
        self.agent = agent(tee=paths(tee), config=config, banks=None)
        self.addCleanup(self.agent.stop)

    def ask(self, data):
        """What evidencectl says, and what it saved."""
        file = self.agent.path("report")
        result = run(CLIENT, "raw-report", "unix:" + self.agent.socket,
                     "--report-data", data.hex(), "-o", file, check=False)
        if not os.path.exists(file):
            return result, None
        with open(file, "rb") as report:
            return result, report.read()

    def good(self):
        data = secrets.token_bytes(64)
        result, report = self.ask(data)
        self.assertEqual(result.returncode, 0, result.stderr)
        return data, report, result.stdout

    def test_of_an_snp_guest(self):
        self.start(Emulator(), SnpAgent, snp_paths)
        data, report, text = self.good()
        self.assertEqual(report[REPORT_DATA], data)
        self.assertIn("sev_guest", text)
        self.assertIn("auxiliary", text)
        self.agent.wait_for_log(
            r'method="\S*/GetRawReport" \S+ code=OK .* role=verifier\+raw '
            r"report-data-sha256=[0-9a-f]{8}")

    def test_of_a_td(self):
        self.start(Td(), TdxAgent, td_paths)
        data, report, text = self.good()
        self.assertEqual(Quote(report).report_data, data)
        self.assertIn("tdx_guest", text)
        self.assertNotIn("auxiliary", text)

    def test_of_an_arm_guest(self):
        """Whose reports sign no evidence."""
        tee = Td()
        tee.set("provider=arm_cca_guest")
        self.start(tee, TdxAgent, td_paths)
        data, report, text = self.good()
        self.assertIn(data, report)
        self.assertIn("arm_cca_guest", text)
        self.assertTrue(self.agent.platform()["arm-cca"].available)
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.evidence()
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.FAILED_PRECONDITION)
        self.assertIn("arm-cca", self.agent.client("platform").stdout)

    def test_not_by_default(self):
        self.start(Td(), TdxAgent, td_paths, config="")
        result, report = self.ask(bytes(64))
        self.assertEqual(result.returncode, 2)
        self.assertIn("permission denied", result.stderr)
        self.assertIsNone(report)

    def test_not_over_tls(self):
        self.start(Td(), TdxAgent, td_paths)
        with self.assertRaises(grpc.RpcError) as refused:
            self.agent.stub().GetRawReport(
                service_pb2.GetRawReportRequest(report_data=bytes(64)),
                timeout=100)
        self.assertEqual(refused.exception.code(),
                         grpc.StatusCode.PERMISSION_DENIED)

    def test_not_over_what_evidence_is_over(self):
        """A caller who might choose that could have any evidence signed."""
        self.start(Td(), TdxAgent, td_paths)
        result, report = self.ask(b"EVIDENCE" + secrets.token_bytes(56))
        self.assertEqual(result.returncode, 2)
        self.assertIn("begin with", result.stderr)
        self.assertIsNone(report)


if __name__ == "__main__":
    unittest.main()
