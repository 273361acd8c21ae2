"""Another program, python3-ecdsa, looks at the signatures of SNP reports: of
foreign captures, of emulated processors, and of what becomes of both when
something is changed. It agrees with evidencectl on each."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
import unittest

import ecdsa

import fixtures
from second_opinion import flipped, public_key, read

EMULATOR = os.path.join(fixtures.BUILD,
                        "tests/support/tee_emulator/tee_emulator")
SIGNED = 0x2A0
R, S, NUMBER = 0x2A0, 0x2E8, 72
ORDER = ecdsa.NIST384p.order


def number(report, offset):
    return int.from_bytes(report[offset:offset + NUMBER], "little")


def signed_by(report, key):
    try:
        return key.verify(b"", report[:SIGNED], hashfunc=hashlib.sha384,
                          sigdecode=lambda _, __: (number(report, R),
                                                   number(report, S)))
    except ecdsa.BadSignatureError:
        return False


def with_number(report, offset, value):
    return (report[:offset] + value.to_bytes(NUMBER, "little")
            + report[offset + NUMBER:])


def variants(report):
    """What to ask both: the report, and others by their names."""
    yield "as it is", report
    for offset in (0x000, 0x00A, 0x050, 0x090, 0x180, 0x1A0, 0x1E0, 0x29F,
                   R, R + 47, R + 48, S, S + 47, S + 71, 0x330, 0x49F):
        yield "a bit at 0x%03x" % offset, flipped(report, offset)
    yield "r is zero", with_number(report, R, 0)
    yield "s is zero", with_number(report, S, 0)
    yield "r plus order", with_number(report, R, number(report, R) + ORDER)
    yield "s plus order", with_number(report, S, number(report, S) + ORDER)
    # Every ECDSA signature has this twin.
    yield "order less s", with_number(report, S, ORDER - number(report, S))


class Emulator:
    """An emulated processor, of which report() gives a report."""

    def __init__(self, folder, product, kind, version):
        self.keys = os.path.join(folder, "keys")
        self.mount = os.path.join(folder, "mount")
        os.makedirs(self.mount, exist_ok=True)
        self.process = subprocess.Popen(
            [EMULATOR, self.mount, "--keys", self.keys, "--product", product,
             "--signing-key", kind, "--report-version", version,
             "--rsa-bits", "2048"],
            stdin=subprocess.DEVNULL)
        for _ in range(3000):
            if os.path.isdir(os.path.join(self.mount, "tsm/report")):
                break
            if self.process.poll() is not None:
                raise AssertionError("expected an emulator, found exit %d; is "
                                     "FUSE there?" % self.process.returncode)
            time.sleep(0.02)
        self.key = os.path.join(self.keys, product.capitalize(), kind + ".pem")

    def report(self, data):
        entry = os.path.join(self.mount, "tsm/report/second_opinion")
        os.mkdir(entry)
        with open(os.path.join(entry, "inblob"), "wb") as inblob:
            inblob.write(data)
        report = read(os.path.join(entry, "outblob"))
        os.rmdir(entry)
        return report

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


class SecondOpinion(unittest.TestCase):
    def compare(self, report, ek):
        """How many variants both refuse, and how many both take."""
        key = public_key(read(ek))
        found = {True: 0, False: 0}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "report")
            for name, variant in variants(report):
                with self.subTest(name), open(path, "wb") as file:
                    file.write(variant)
                    file.flush()
                    _, mine = fixtures.ask("verify", "snp", "--no-policy",
                                           "--report", path, "--ek", ek)
                    theirs = signed_by(variant, key)
                    self.assertIs(mine["checks"]["signature_valid"], theirs)
                    found[theirs] += 1
        return found

    def test_agrees_on_captures(self):
        judged = 0
        for folder in fixtures.cases("snp-report"):
            want = fixtures.expected(folder)
            verdict = want.get("checks", {}).get("signature_valid")
            if verdict is None:
                continue
            with self.subTest(folder):
                roles = want["roles"]
                report = read(os.path.join(folder, roles["report"]))
                ek = os.path.join(folder, roles["ek"])
                self.assertIs(signed_by(report, public_key(read(ek))), verdict)
                found = self.compare(report, ek)
                # The report, its twin, and two bits behind the signature.
                if verdict:
                    self.assertEqual(found[True], 4)
                judged += 1
        self.assertGreater(judged, 0)

    def test_agrees_on_emulated_processors(self):
        if os.environ.get("EVIDENCED_TESTS_WITHOUT_FUSE") == "1":
            text = "SKIPPED: EVIDENCED_TESTS_WITHOUT_FUSE=1, so no emulator"
            print("\n" + "=" * 72 + "\n" + text + "\n" + "=" * 72,
                  file=sys.stderr)
            self.skipTest(text)
        for product, kind, version in (("milan", "vcek", "2"),
                                       ("genoa", "vlek", "3"),
                                       ("turin", "vcek", "5")):
            with self.subTest(product), \
                    tempfile.TemporaryDirectory() as folder:
                emulator = Emulator(folder, product, kind, version)
                try:
                    report = emulator.report(bytes(range(64)))
                finally:
                    emulator.stop()
                self.assertEqual(report[0x50:0x90], bytes(range(64)))
                found = self.compare(report, emulator.key)
                self.assertEqual(found[True], 4)


if __name__ == "__main__":
    unittest.main()
