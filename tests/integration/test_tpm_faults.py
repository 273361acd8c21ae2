"""A TPM that dies, hangs and comes back, while the agent goes on."""

import signal
import threading
import unittest

from harness import Agent, CLIENT, run


class TpmFaults(unittest.TestCase):
    def setUp(self):
        self.agent = Agent()
        self.addCleanup(self.agent.stop)

    def verify(self, *arguments):
        return self.agent.client("verify", "--no-policy", *arguments)

    def test_hanging_tpm_gives_a_deadline_and_health_answers(self):
        self.assertEqual(self.verify().returncode, 0)
        self.agent.tpm.signal(signal.SIGSTOP)
        results = []
        waiting = threading.Thread(
            target=lambda: results.append(self.verify("--timeout", "3")))
        waiting.start()
        health = self.agent.client("health", "--timeout", "2")
        self.assertEqual(health.returncode, 0, health.stdout + health.stderr)
        waiting.join()
        self.assertEqual(results[0].returncode, 2)
        self.assertRegex(results[0].stderr, "DEADLINE_EXCEEDED|UNAVAILABLE|"
                         "in time|answer")
        self.agent.tpm.signal(signal.SIGCONT)
        self.assert_recovers()

    def test_dead_tpm_is_unavailable_and_comes_back(self):
        self.assertEqual(self.verify().returncode, 0)
        self.agent.tpm.stop()
        result = self.verify("--timeout", "5")
        self.assertEqual(result.returncode, 2, result.stdout)
        self.agent.tpm.start()
        self.agent.tpm.extend(self.agent.boot_log, self.agent.ima_log)
        self.assert_recovers()

    def test_agent_starts_without_a_tpm_and_finds_it_later(self):
        self.agent.process.terminate()
        self.agent.process.wait(timeout=60)
        self.agent.process.stdout.close()
        self.agent.tpm.stop()
        self.agent.start()
        self.assertEqual(self.agent.client("health").returncode, 0)
        self.assertEqual(self.verify("--timeout", "3").returncode, 2)
        self.agent.tpm.start()
        self.agent.tpm.extend(self.agent.boot_log, self.agent.ima_log)
        self.assert_recovers()

    def test_ak_is_the_same_after_a_restart(self):
        before = self.ak()
        self.agent.process.terminate()
        self.agent.process.wait(timeout=60)
        self.agent.process.stdout.close()
        self.agent.start()
        self.assertEqual(before, self.ak())

    def ak(self):
        folder = self.agent.path("ak")
        self.agent.client("get", "-o", self.agent.path("ak.bin"), "--extract",
                          folder, check=True)
        with open(folder + "/ak.pem", encoding="ascii") as pem:
            return pem.read()

    def assert_recovers(self):
        """Without a restart of the agent; a few tries, as the agent backs off
        from a device that failed."""
        for _ in range(20):
            result = self.verify("--timeout", "5")
            if result.returncode == 0:
                return
        self.fail(result.stdout + result.stderr + self.agent.log_text())


if __name__ == "__main__":
    unittest.main()
