"""Run by test_tdx_agent.py where the emulated devices are at their real
places: an agent whose configuration does not name them."""

import os
import unittest

from evidence.v1 import service_pb2
from tdx_agent import TdxAgent, check_bound, quoted_events
from tdx_quote import Quote


class RealPaths(unittest.TestCase):
    def test_quote_registers_and_log(self):
        agent = TdxAgent(tee="", banks=None)
        self.addCleanup(agent.stop)
        challenge = agent.challenge()
        evidence = agent.evidence(challenge, labels=["log.ccel"])
        parts = check_bound(self, evidence, challenge)
        rtmrs = Quote(evidence.statement).rtmrs
        self.assertIsNotNone(quoted_events(parts["log.ccel"].data, rtmrs))
        tdx = agent.platform()["tdx"].tdx
        self.assertEqual((tdx.interface, tdx.path),
                         ("configfs-tsm", "/sys/kernel/config/tsm/report"))
        self.assertEqual(os.listdir(tdx.path), [])
        found = agent.stub().GetMeasurements(
            service_pb2.GetMeasurementsRequest(), timeout=100).tdx
        self.assertEqual(list(found.rtmrs), rtmrs)
        self.assertEqual(found.path,
                         "/sys/devices/virtual/misc/tdx_guest/measurements")


if __name__ == "__main__":
    unittest.main()
