"""evidencectl replay over logs of other machines, each with an expected.json
that other tools computed, and over every log of our own captures."""

import json
import os
import subprocess
import tempfile
import unittest

from fixtures import (CLIENT, FIXTURES, SOURCE, ask, cases, differences, expected,
                      role_options, verdict_differences)

# Who made the case, and the opinion of another tool, are not ours to print;
# `detail` is free text.
NOT_COMPARED = {"id", "kind", "origin", "what", "roles", "overall",
                "error_class", "error_class_alternatives",
                "other_error_classes", "second_opinion_tpm2_eventlog",
                "detail"}


def compared(want):
    keys = {key: value for key, value in want.items()
            if key not in NOT_COMPARED}
    # Of what is no log at all, the class depends on which log was sought.
    if want.get("error_class_alternatives"):
        keys.pop("parse_error", None)
    return keys


class Fixtures(unittest.TestCase):
    def check_kind(self, kind):
        for folder in cases(kind):
            with self.subTest(os.path.basename(folder)):
                want = expected(folder)
                options = role_options(folder, want["roles"])
                code, found = ask("replay", *options)
                self.assertEqual(verdict_differences(want, code, found), [])
                self.assertEqual(differences(compared(want), found), [])

    def test_tcg_logs(self):
        self.check_kind("tcg-eventlog")

    def test_ima_lists(self):
        self.check_kind("ima")

    def test_cc_logs(self):
        self.check_kind("ccel")


    def inspected(self, kind):
        """Name of the case -> what inspect says of its log, if it is one."""
        logs = {}
        for folder in cases(kind):
            want = expected(folder)
            if want["parse"] != "ok":
                continue
            code, found = ask("inspect",
                              os.path.join(folder, want["roles"]["log"]))
            self.assertEqual(code, 0, folder)
            logs[os.path.basename(folder)] = (want, found)
        return logs

    def test_cc_logs_are_known_from_tpm_logs(self):
        logs = self.inspected("ccel")
        for name, (want, found) in logs.items():
            with self.subTest(name):
                self.assertEqual(found["kind"], "CC event log")
                self.assertEqual(found["replay"], want["replay"])
                self.assertEqual(found["register_kind"],
                                 want["register_kind"])
        by = {name for name, (_, found) in logs.items()
              if "what is in it" in found["recognised_by"]}
        self.assertEqual(by, {"trustee-td-shim"})
        for name, (want, found) in self.inspected("tcg-eventlog").items():
            with self.subTest(name):
                self.assertEqual(found["kind"], "TCG event log")
                self.assertNotIn("recognised_by", found)


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

    def test_registers_may_be_a_list_of_the_sha256_bank(self):
        folder = os.path.join(SOURCE, "tests/testdata/vm/uki_4banks")
        log = os.path.join(folder, "binary_bios_measurements")
        with open(os.path.join(folder, "pcrs.json")) as text:
            bank = json.load(text)["sha256"]
        values = [bank[str(index)] for index in range(24)]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(values, file)
            file.flush()
            code, found = ask("replay", "--log", log, "--registers", file.name)
        self.assertEqual(code, 0)
        self.assertEqual(list(found["given_registers_match"]), ["sha256"])
        self.assertIn("sha256:14", found["given_registers_not_in_log"])

    def test_a_byte_of_a_digest_moves_its_register(self):
        folder = os.path.join(SOURCE, "tests/testdata/vm/direct_kernel")
        with open(os.path.join(folder, "binary_bios_measurements"),
                  "rb") as file:
            log = bytearray(file.read())
        log[-60] ^= 1
        with tempfile.NamedTemporaryFile() as file:
            file.write(log)
            file.flush()
            code, found = ask("replay", "--log", file.name, "--registers",
                              os.path.join(folder, "pcrs.json"))
        self.assertEqual(code, 1)
        self.assertEqual(found["error_class"], "digest_mismatch")


class Refusals(unittest.TestCase):
    LOG = os.path.join(SOURCE, "tests/testdata/vm/uki_4banks/ima_binary")

    def given(self, data, *arguments):
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            return ask("replay", *arguments, file.name)

    def test_no_byte_is_empty(self):
        code, found = self.given(b"", "--log")
        self.assertEqual((code, found["parse_error"]), (1, "empty"))

    def test_registers_that_are_none_reject(self):
        for data in (b"", b"{", b"[]", b'{"sha256": {"24": ""}}',
                     b'{"sha256": {"1": "00"}}', b'{"md5": []}'):
            code, found = self.given(data, "--log", self.LOG, "--registers")
            self.assertEqual(code, 1, data)
            self.assertEqual(found["parse"], "ok")
            self.assertIs(found["checks"]["registers_match"], False)

    def test_registers_of_an_unknown_bank_are_listed_and_decide_nothing(self):
        code, found = self.given(b'{"md5": {"7": "00"}}', "--log", self.LOG,
                                 "--registers")
        self.assertEqual((code, found["overall"]), (2, "incomplete"))
        self.assertEqual(found["given_registers_not_in_log"], ["md5:7"])

    def test_a_file_that_is_not_there_and_a_wrong_word_are_no_verdict(self):
        for arguments in (["--log", "/nonexistent"], ["--log", self.LOG,
                          "--format", "tcg3"], ["--log", self.LOG,
                          "--registers", "/nonexistent"], []):
            done = subprocess.run([CLIENT, "replay", *arguments],
                                  capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 2, arguments)

    def test_another_form_than_the_named_one_is_rejected(self):
        for form in ("tcg1", "tcg2", "ccel", "ima-ascii"):
            code, found = ask("replay", "--log", self.LOG, "--format", form)
            self.assertEqual((code, found["parse"]), (1, "error"), form)


if __name__ == "__main__":
    unittest.main()
