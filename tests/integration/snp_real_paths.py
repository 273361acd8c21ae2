"""Run by test_snp_agent.py where the emulated devices are at their real
places: an agent whose configuration does not name them."""

import os
import unittest

from snp_agent import SnpAgent, check_bound


class RealPaths(unittest.TestCase):
    def evidence(self, config=""):
        self.agent = SnpAgent(tee="", banks=None, config=config)
        self.addCleanup(self.agent.stop)
        challenge = self.agent.challenge()
        evidence = self.agent.evidence(challenge, labels=[])
        check_bound(self, evidence, challenge)
        return self.agent.platform()["snp"].snp

    def test_configfs_tsm(self):
        snp = self.evidence()
        self.assertEqual((snp.interface, snp.path),
                         ("configfs-tsm", "/sys/kernel/config/tsm/report"))
        self.assertEqual(os.listdir(snp.path), [])

    def test_sev_guest(self):
        snp = self.evidence("[snp]\nextended_report = false\n")
        self.assertEqual((snp.interface, snp.path),
                         ("sev-guest", "/dev/sev-guest"))


if __name__ == "__main__":
    unittest.main()
