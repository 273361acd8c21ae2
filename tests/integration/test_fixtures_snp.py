"""`verify snp`, `verify snp-cert` and `verify snp-table` over foreign
captures."""

import os
import unittest

import fixtures

# In words, or what the case was made from.
INFORMATIONAL = {"id", "origin", "what", "roles", "subject", "issuer",
                 "other_error_classes", "error_class_alternatives",
                 "chain_error"}


def without_words(value):
    if isinstance(value, dict):
        return {key: without_words(item) for key, item in value.items()
                if key not in INFORMATIONAL}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return value


def compared(want):
    """What is to be found as it stands. Of the classes of a case any will do,
    which verdict_differences() knows."""
    return {key: value for key, value in without_words(want).items()
            if key != "error_class"}


def files_as_cas(folder):
    """A case without roles is a folder of CA certificates."""
    names = sorted(os.listdir(folder))
    options = []
    for name in names:
        if name != "expected.json":
            options += ["--ca", os.path.join(folder, name)]
    return options


class Captures(unittest.TestCase):
    def judge(self, kind, command):
        for folder in fixtures.cases(kind):
            with self.subTest(folder):
                want = fixtures.expected(folder)
                options = fixtures.role_options(folder, want["roles"])
                code, found = fixtures.ask(
                    "verify", command, "--no-policy",
                    *(options or files_as_cas(folder)))
                faults = fixtures.verdict_differences(want, code, found)
                faults += fixtures.differences(compared(want), found)
                self.assertEqual(faults, [], found)

    def test_reports(self):
        self.judge("snp-report", "snp")

    def test_certificates(self):
        self.judge("snp-cert", "snp-cert")

    def test_certificate_tables(self):
        self.judge("snp-cert-table", "snp-table")


if __name__ == "__main__":
    unittest.main()
