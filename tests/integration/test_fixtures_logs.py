"""evidencectl replay over logs of other machines, each with an expected.json
that other tools computed, and over every log of our own captures."""

import json
import os
import unittest

from fixtures import (FIXTURES, SOURCE, ask, cases, differences, expected,
                      role_options, verdict_differences)

# Who made the case, and the opinion of another tool, are not ours to print;
# `detail` is free text.
NOT_COMPARED = {"id", "kind", "origin", "what", "roles", "overall",
                "error_class", "error_class_alternatives",
                "other_error_classes", "second_opinion_tpm2_eventlog",
                "detail", "ccel_acpi_table"}


def compared(want):
    keys = {key: value for key, value in want.items()
            if key not in NOT_COMPARED}
    # Of what is no log at all, the class depends on which log was sought.
    if want.get("error_class_alternatives"):
        keys.pop("parse_error", None)
    return keys


class Fixtures(unittest.TestCase):
    def check_kind(self, kind, leave_out=()):
        for folder in cases(kind):
            with self.subTest(os.path.basename(folder)):
                want = expected(folder)
                roles = {role: value for role, value in want["roles"].items()
                         if role not in leave_out}
                code, found = ask("replay", *role_options(folder, roles))
                self.assertEqual(verdict_differences(want, code, found), [])
                self.assertEqual(differences(compared(want), found), [])

    def test_tcg_logs(self):
        self.check_kind("tcg-eventlog")

    def test_ima_lists(self):
        self.check_kind("ima")

    def test_cc_logs(self):
        # The ACPI table says where the log is, and nothing of what is in it.
        self.check_kind("ccel", leave_out=("table",))


def captures():
    """The folders of our own captures: those of the project, and those beside
    it where they are at hand."""
    folders = []
    for root in (os.path.join(SOURCE, "tests/testdata/vm"),
                 os.path.join(FIXTURES, "vm")):
        if not os.path.isdir(root):
            continue
        folders += [os.path.join(root, name)
                    for name in sorted(os.listdir(root))
                    if os.path.isdir(os.path.join(root, name))]
    return folders


class Captures(unittest.TestCase):
    def replay(self, folder, name):
        return ask("replay", "--log", os.path.join(folder, name),
                   "--registers", os.path.join(folder, "pcrs.json"))

    def test_every_boot_log_gives_its_registers(self):
        for folder in captures():
            with self.subTest(folder):
                code, found = self.replay(folder, "binary_bios_measurements")
                self.assertEqual(code, 0, found["check_details"])
                self.assertEqual(found["given_registers_mismatch"], [])
                with open(os.path.join(folder, "pcrs.json")) as text:
                    banks = json.load(text)
                # The log has no bank that the TPM lacks, and none is left out.
                self.assertEqual(set(found["given_registers_match"]),
                                 set(banks))
                self.assertIs(found["secure_boot"], "secureboot" in folder)

    def test_every_ima_list_read_after_the_registers_gives_them(self):
        for folder in captures():
            with self.subTest(folder):
                code, found = self.replay(folder, "ima_binary_after")
                self.assertEqual(code, 0, found["check_details"])
                self.assertEqual(found["form"], "binary")
                self.assertEqual(found["template_hash_mismatch_indexes"], [])
                for prefix in found["given_registers_prefix"].values():
                    self.assertLessEqual(prefix["10"], found["count"])

    def test_a_list_that_the_register_has_outgrown_is_rejected(self):
        rejected = 0
        for folder in captures():
            _, after = self.replay(folder, "ima_binary_after")
            code, before = self.replay(folder, "ima_binary")
            behind = [bank for bank, prefix
                      in after["given_registers_prefix"].items()
                      if prefix["10"] > before["count"]]
            with self.subTest(folder):
                self.assertEqual(code, 1 if behind else 0)
            if behind:
                rejected += 1
                self.assertEqual(before["error_class"], "digest_mismatch")
        self.assertGreater(rejected, 0)

    def test_every_form_and_bank_of_a_list_is_the_same_list(self):
        forms = set()
        for folder in captures():
            lists = [name for name in sorted(os.listdir(folder))
                     if name.startswith(("ima_ascii", "ima_binary_runtime"))]
            for name in lists:
                with self.subTest(os.path.join(folder, name)):
                    path = os.path.join(folder, name)
                    code, found = ask("replay", "--log", path, "--events",
                                      "all")
                    self.assertEqual(code, 0, found["check_details"])
                    kind = name.split("_runtime")[0]
                    bank = name.rsplit("_", 1)[1] if "sha" in name else "sha1"
                    self.assertEqual(found["form"], kind.split("_")[1])
                    self.assertEqual(found["logged_template_digest_alg"],
                                     [bank])
                    self.assertEqual(found["not_reconstructible_indexes"], [])
                    self.assertEqual(
                        found["replay_logged_digests"]["10"],
                        found["replay_recomputed"][bank]["10"])
                    self.same_as_binary(folder, found)
                    forms.add((kind, bank))
        if os.path.isdir(os.path.join(FIXTURES, "vm")):
            self.assertEqual(len(forms), 2 * 4)

    def same_as_binary(self, folder, found):
        """Entry for entry as the list that was read last, up to its end."""
        _, after = ask("replay", "--log",
                       os.path.join(folder, "ima_binary_after"), "--events",
                       "all")
        words = [entry["meaning"] for entry in after["last_entries"]]
        mine = [entry["meaning"] for entry in found["last_entries"]]
        count = min(len(words), len(mine))
        self.assertEqual(mine[:count], words[:count])


if __name__ == "__main__":
    unittest.main()
