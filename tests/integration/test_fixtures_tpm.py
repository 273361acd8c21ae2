"""`verify tpm` and `verify tpm-cert` over foreign captures."""

import unittest

import fixtures

# In words, or what the case was made from.
INFORMATIONAL = {"id", "kind", "origin", "what", "roles", "detail",
                 "overall", "error_class", "other_error_classes",
                 "error_class_alternatives", "undecided", "not_checked",
                 "subject", "issuer", "chain_error"}


def without_words(value):
    if isinstance(value, dict):
        return {key: without_words(item) for key, item in value.items()
                if key not in INFORMATIONAL}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return value


def check_names(texts):
    """"signature_valid (why)" or "signature_valid: why", without why."""
    return {text.split(":")[0].split(" ")[0] for text in texts}


class Captures(unittest.TestCase):
    def judge(self, kind, command):
        for folder in fixtures.cases(kind):
            with self.subTest(folder):
                want = fixtures.expected(folder)
                code, found = fixtures.ask(
                    "verify", command, "--no-policy",
                    *fixtures.role_options(folder, want["roles"]))
                faults = fixtures.verdict_differences(want, code, found)
                faults += fixtures.differences(without_words(want), found)
                for key in ("undecided", "not_checked"):
                    missing = (check_names(want.get(key, []))
                               - check_names(found.get(key, [])))
                    if missing:
                        faults.append("%s: expected %s too" % (key, missing))
                self.assertEqual(faults, [], found)

    def test_quotes(self):
        self.judge("tpm-quote", "tpm")

    def test_certificates(self):
        self.judge("tpm-cert", "tpm-cert")


if __name__ == "__main__":
    unittest.main()
