"""A TPM that dies, hangs and comes back, while the agent goes on."""

import signal
import threading
import unittest

from harness import Agent

# Far more than the agent's own deadline, so that a refusal is the agent's.
PATIENCE = ("--timeout", "100")


class TpmFaults(unittest.TestCase):
    def setUp(self):
        self.agent = Agent(config="[limits]\ndevice_timeout_seconds = 3\n")
        self.addCleanup(self.agent.stop)

    def verify(self, *arguments):
        return self.agent.client("verify", "--no-policy",
                                 *(arguments or PATIENCE))

    def verify_with_a_stopped_tpm(self):
        """A quote waits for the TPM when this returns what waits for the
        request's end and gives its result."""
        self.assertEqual(self.verify().returncode, 0)
        self.agent.tpm.signal(signal.SIGSTOP)
        results = []
        waiting = threading.Thread(
            target=lambda: results.append(self.verify()))
        waiting.start()
        self.agent.tpm.wait_for_command()

        def finish():
            waiting.join()
            return results[0]
        return finish

    def assert_refused(self, result, code, words):
        """By the agent, with this code, and not by the client's deadline or
        for want of an agent."""
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn(words, result.stderr)
        self.agent.wait_for_log("GetEvidence.* code=%s " % code)

    def test_hanging_tpm_gives_a_deadline_and_health_answers(self):
        finish = self.verify_with_a_stopped_tpm()
        health = self.agent.client("health", "--timeout", "2")
        self.assertEqual(health.returncode, 0, health.stdout + health.stderr)
        self.assert_refused(finish(), "DEADLINE_EXCEEDED",
                            "the device did not answer in time")
        self.agent.tpm.signal(signal.SIGCONT)
        self.assert_recovers()

    def test_tpm_that_dies_during_a_quote_is_unavailable_and_comes_back(self):
        finish = self.verify_with_a_stopped_tpm()
        self.agent.tpm.stop()
        self.assert_refused(finish(), "UNAVAILABLE", "TPM2_Quote")
        self.restart_tpm()
        self.assert_recovers()

    def test_dead_tpm_is_unavailable_and_comes_back(self):
        self.assertEqual(self.verify().returncode, 0)
        self.agent.tpm.stop()
        self.assert_refused(self.verify(), "UNAVAILABLE", "TPM")
        self.restart_tpm()
        self.assert_recovers()

    def test_agent_starts_without_a_tpm_and_finds_it_later(self):
        self.agent.stop_process()
        self.agent.tpm.stop()
        self.agent.start()
        self.assertEqual(self.agent.client("health").returncode, 0)
        self.assert_refused(self.verify(), "UNAVAILABLE", "TPM")
        self.restart_tpm()
        self.assert_recovers()

    def restart_tpm(self):
        self.agent.tpm.start()
        self.agent.tpm.extend(self.agent.boot_log, self.agent.ima_log)

    def test_ak_is_the_same_after_a_restart(self):
        before = self.ak()
        self.agent.stop_process()
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
