"""`verify tdx`, `verify tdx-collateral`, `verify tdreport` and `verify composite`
of TDs over foreign captures."""

import os
import unittest

import fixtures

# In words, or what the case was made from.
INFORMATIONAL = {"id", "origin", "what", "notes", "roles", "detail",
                 "other_error_classes", "error_class_alternatives",
                 "report_type"}


def compared(want):
    """What is to be found as it stands. Of the classes of a case any will do,
    which verdict_differences() knows."""
    if isinstance(want, dict):
        return {key: compared(value) for key, value in want.items()
                if key not in INFORMATIONAL and key != "error_class"}
    if isinstance(want, list):
        return [compared(value) for value in want]
    return want


class Captures(unittest.TestCase):
    def judge(self, folder, command, without=()):
        with self.subTest(folder):
            want = fixtures.expected(folder)
            code, found = fixtures.ask(
                "verify", command, "--no-policy",
                *fixtures.role_options(folder, want["roles"]))
            faults = fixtures.verdict_differences(want, code, found)
            faults += fixtures.differences(
                {key: value for key, value in compared(want).items()
                 if key not in without}, found)
            self.assertEqual(faults, [])

    def test_quotes(self):
        for folder in fixtures.cases("tdx-quote"):
            self.judge(folder, "tdx")

    def test_reports(self):
        for folder in fixtures.cases("tdreport"):
            self.judge(folder, "tdreport")

    def test_collateral(self):
        for folder in fixtures.cases("tdx-collateral"):
            self.judge(folder, "tdx-collateral")

    def test_quotes_with_their_collateral(self):
        """What `verify tdx` says of a TCB is what the evaluation says."""
        judged = 0
        for folder in fixtures.cases("tdx-collateral"):
            want = fixtures.expected(folder)
            for name, one in want.get("evaluations", {}).items():
                with self.subTest(folder, quote=name):
                    self.judge_with_collateral(folder, want, name, one)
                    judged += 1
        self.assertGreater(judged, 0)

    def judge_with_collateral(self, folder, want, name, evaluation):
        roles = {role: value for role, value in want["roles"].items()
                 if role != "quotes"}
        code, found = fixtures.ask(
            "verify", "tdx", "--no-policy", "--quote",
            os.path.join(folder, name), *fixtures.role_options(folder, roles))
        self.assertEqual(
            fixtures.differences(evaluation["tcb_evaluation"],
                                 found["tcb_evaluation"]), [])
        level = evaluation["tcb_evaluation"]["platform_tcb_status"]
        evaluated = want["overall"] == "accept" and level != "NotSupported"
        self.assertEqual(found["tcb"]["evaluated"], evaluated)
        self.assertEqual(code, 0 if evaluated else 1)
        if evaluated:
            self.assertEqual(found["tcb"]["platform_status"], level)

    def test_reports_of_azure(self):
        judged = 0
        for folder in fixtures.cases("azure-hcl"):
            if "td_quote" in fixtures.expected(folder)["roles"]:
                self.judge(folder, "composite", without=("kind",))
                judged += 1
        self.assertGreater(judged, 0)

    def test_composites(self):
        judged = 0
        for folder in fixtures.cases("composite"):
            if "quote" in fixtures.expected(folder)["roles"]:
                self.judge(folder, "composite")
                judged += 1
        self.assertGreater(judged, 0)


if __name__ == "__main__":
    unittest.main()
