"""What evidencectl says of an agent's evidence, and who asks it."""

import json
import re
import unittest


def failed(result):
    """Names of checks."""
    return re.findall(r"(?m)^  FAIL +(\S+)", result.stdout)


class VerdictTest(unittest.TestCase):
    """Has an agent and the file of a policy."""
    agent = None
    policy = None

    def verify(self, *arguments):
        return self.agent.client("verify", *arguments)

    def changed_policy(self, change):
        with open(self.policy, encoding="utf-8") as text:
            policy = json.load(text)
        change(policy)
        path = self.agent.path("changed.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(policy, out)
        return path

    def assert_accepted(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("ACCEPTED", result.stdout)

    def assert_rejected(self, result, *checks):
        """By these and no others."""
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertEqual(failed(result), list(checks))
        self.assertIn("REJECTED", result.stdout)
