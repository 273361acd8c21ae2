"""Two other programs replay the logs of our captures: tpm2_eventlog, and the
few lines of log_replay.py. They agree with evidencectl in every register."""

import os
import re
import shutil
import subprocess
import unittest

from fixtures import FIXTURES, SOURCE, ask, expected
from log_replay import replay_ima, replay_tcg

ROOT = os.path.join(SOURCE, "tests/testdata/vm")
FOLDERS = [os.path.join(ROOT, name) for name in sorted(os.listdir(ROOT))
           if os.path.isdir(os.path.join(ROOT, name))]


def boot_logs():
    """Those of our captures, and those of other machines that are logs, where
    they are at hand."""
    logs = [os.path.join(folder, "binary_bios_measurements")
            for folder in FOLDERS]
    foreign = os.path.join(FIXTURES, "tcg-eventlog")
    for name in sorted(os.listdir(foreign) if os.path.isdir(foreign) else []):
        folder = os.path.join(foreign, name)
        if expected(folder)["parse"] == "ok":
            logs.append(os.path.join(folder, expected(folder)["roles"]["log"]))
    return logs


def read(path):
    with open(path, "rb") as file:
        return file.read()


def tpm2_eventlog(path):
    """The registers at the end of its output, {bank: {register: hex}}; None if
    it refuses the log."""
    done = subprocess.run(["tpm2_eventlog", path], capture_output=True,
                          timeout=60, text=True, errors="replace")
    if done.returncode != 0:
        return None
    values = {}
    bank = None
    for line in done.stdout[done.stdout.index("\npcrs:"):].splitlines():
        heading = re.fullmatch(r"  (\w+):", line)
        register = re.fullmatch(r"    (\d+) *: 0x([0-9a-f]+)", line)
        if heading:
            bank = values.setdefault(heading.group(1), {})
        elif register:
            bank[register.group(1)] = register.group(2)
    return values


class SecondOpinions(unittest.TestCase):
    def test_tpm2_eventlog_agrees(self):
        if shutil.which("tpm2_eventlog") is None:
            self.skipTest("SKIPPED: expected tpm2_eventlog, found none")
        refused = []
        for path in boot_logs():
            with self.subTest(path):
                _, mine = ask("replay", "--log", path)
                theirs = tpm2_eventlog(path)
                if theirs is None:
                    refused.append(path)
                    continue
                # It begins PCR 0 at zero, whatever locality started the TPM,
                # and extends it with the events that point to a manifest.
                manifest = any("reference manifest" in event["meaning"]
                               for event in mine["events"])
                if mine["startup_locality"] is not None or manifest:
                    for registers in (*theirs.values(),
                                      *mine["replay"].values()):
                        registers.pop("0", None)
                self.assertGreater(len(theirs), 0)
                self.assertEqual(theirs, mine["replay"])
        # Two logs are beyond it: one with events of Windows, one without any
        # event that extends.
        self.assertLessEqual(len(refused), 2, refused)

    def test_an_independent_replay_of_boot_logs_agrees(self):
        for path in boot_logs():
            with self.subTest(path):
                _, mine = ask("replay", "--log", path)
                replayed = {bank: registers for bank, registers
                            in mine["replay"].items() if registers}
                self.assertEqual(replay_tcg(read(path)), replayed)

    def test_an_independent_replay_of_ima_lists_agrees(self):
        for folder in FOLDERS:
            for name in ("ima_binary", "ima_binary_after"):
                with self.subTest(os.path.join(folder, name)):
                    path = os.path.join(folder, name)
                    _, mine = ask("replay", "--log", path)
                    log = read(path)
                    for bank, registers in mine["replay_recomputed"].items():
                        self.assertEqual(replay_ima(log, bank), registers)


if __name__ == "__main__":
    unittest.main()
