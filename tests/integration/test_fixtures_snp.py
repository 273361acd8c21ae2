"""`verify snp`, `verify snp-cert`, `verify snp-table` and `verify composite`
over foreign captures."""

import json
import os
import re
import subprocess
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
    def judge(self, folder, command, without=()):
        with self.subTest(folder):
            want = fixtures.expected(folder)
            options = fixtures.role_options(folder, want["roles"])
            code, found = fixtures.ask("verify", command, "--no-policy",
                                       *(options or files_as_cas(folder)))
            faults = fixtures.verdict_differences(want, code, found)
            faults += fixtures.differences(
                {key: value for key, value in compared(want).items()
                 if key not in without}, found)
            self.assertEqual(faults, [], found)

    def judge_all(self, kind, command):
        for folder in fixtures.cases(kind):
            self.judge(folder, command)

    def test_reports(self):
        self.judge_all("snp-report", "snp")

    def test_certificates(self):
        self.judge_all("snp-cert", "snp-cert")

    def test_pinned_roots(self):
        """The header's keys are those of the independent list."""
        path = os.path.join(fixtures.FIXTURES, "pinned.json")
        if not os.path.exists(path):
            self.skipTest("SKIPPED: expected %s, found none" % path)
        with open(path, encoding="utf-8") as file:
            amd = json.load(file)["amd"]
        with open(os.path.join(fixtures.SOURCE, "third_party", "pinned_amd.h"),
                  encoding="ascii") as file:
            pinned = dict(re.findall(r'kArk(\w+)Sha256 =\s*"([0-9a-f]{64})"',
                                     file.read()))
        self.assertEqual(pinned, {
            product.capitalize(): keys["ark"]["spki_sha256"]
            for product, keys in amd.items()})

    def test_certificate_tables(self):
        self.judge_all("snp-cert-table", "snp-table")

    def refuse(self, folder):
        """A composite of another kind is named, not taken for a usage error or
        for one that is not genuine."""
        with self.subTest(folder):
            roles = fixtures.expected(folder)["roles"]
            done = subprocess.run(
                [fixtures.CLIENT, "verify", "composite", "--no-policy",
                 *fixtures.role_options(folder, {
                     role: value for role, value in roles.items()
                     if isinstance(value, str)})],
                capture_output=True, text=True, timeout=60,
                stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 2)
            self.assertIn("judges no other composite", done.stderr)

    def test_composites(self):
        judged = 0
        for folder in fixtures.cases("composite"):
            roles = fixtures.expected(folder)["roles"]
            if "hcl" in roles:
                self.judge(folder, "composite")
                judged += 1
            elif "quote" not in roles:  # of a TD
                self.refuse(folder)
        self.assertGreater(judged, 0)

    def test_hcl_reports(self):
        for folder in fixtures.cases("azure-hcl"):
            if "td_quote" not in fixtures.expected(folder)["roles"]:
                self.judge(folder, "composite", without=("kind",))


if __name__ == "__main__":
    unittest.main()
