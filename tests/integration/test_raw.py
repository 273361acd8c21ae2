"""Raw quotes of a software TPM, made by tpm2-tools: `verify tpm` judges them,
`inspect` says what each file is, and what `inspect --extract` writes of saved
evidence is what tpm2-tools read."""

import json
import os
import re
import shutil
import tempfile
import unittest

import harness
from harness import CLIENT, run

NONCE = "00112233445566778899aabbccddeeff"
SELECTION = "sha256:0,1,2,3,4,5,6,7,8,9,10+sha384:7"


class RawQuotes(unittest.TestCase):
    """A quote by each kind of key, over registers that hold a boot."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="evidenced-raw-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.tpm = harness.Swtpm(cls.folder)
        cls.addClassCleanup(cls.tpm.stop)
        capture = os.path.join(harness.CAPTURES, "uki_4banks")
        cls.boot_log = os.path.join(capture, "binary_bios_measurements")
        cls.tpm.extend(cls.boot_log)
        cls.quote("ecc256", "ecc256", "ecdsa", "sha256")
        cls.quote("ecc384", "ecc384", "ecdsa", "sha384")
        cls.quote("rsassa", "rsa2048", "rsassa", "sha256")
        cls.quote("rsapss", "rsa2048", "rsapss", "sha256")

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def tool(cls, *command):
        return run(*command, env=dict(os.environ,
                                      TPM2TOOLS_TCTI=cls.tpm.tcti))

    @classmethod
    def quote(cls, name, key, scheme, digest):
        def file(suffix):
            return cls.path("%s.%s" % (name, suffix))
        kind = "ecc" if key.startswith("ecc") else "rsa"
        cls.tool("tpm2_createek", "-G", kind, "-c", file("ek"))
        cls.tool("tpm2_flushcontext", "-t")
        cls.tool("tpm2_createak", "-C", file("ek"), "-c", file("ak"), "-G",
                 key, "-g", digest, "-s", scheme, "-u", file("tpm2b"))
        cls.tool("tpm2_flushcontext", "-t")
        cls.tool("tpm2_readpublic", "-c", file("ak"), "-f", "pem", "-o",
                 file("pem"))
        cls.tool("tpm2_flushcontext", "-t")
        cls.tool("tpm2_quote", "-c", file("ak"), "-l", SELECTION, "-q", NONCE,
                 "-g", digest, "--scheme", scheme, "-m", file("attest"), "-s",
                 file("sig"), "-o", file("pcrs"))
        cls.tool("tpm2_flushcontext", "-t")

    def verify(self, name, *more, attest=None, expect=0):
        done = run(CLIENT, "verify", "tpm", "--no-policy", "--json",
                   "--attest", attest or self.path(name + ".attest"),
                   "--signature", self.path(name + ".sig"), *more, check=False)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_every_kind_of_key_with_all_material(self):
        for name in ("ecc256", "ecc384", "rsassa", "rsapss"):
            with self.subTest(name):
                found = self.verify(
                    name, "--ak-tpmt", self.path(name + ".tpm2b"),
                    "--pcr-blob", self.path(name + ".pcrs"), "--nonce", NONCE,
                    "--log", self.boot_log)
                self.assertEqual(found["binding"], "matches")
                for check in ("signature_valid", "ak_attributes",
                              "pcr_blob_selection_matches_quote",
                              "pcr_digest_matches_values", "log_matches_pcrs"):
                    self.assertIs(found["checks"][check], True, check)

    def test_a_bare_key_is_accepted_and_called_one(self):
        found = self.verify("ecc256", "--ak-pem", self.path("ecc256.pem"))
        self.assertIsNone(found["checks"]["ak_attributes"])
        self.assertEqual(found["binding"], "not checked")

    def test_registers_as_values_alone(self):
        self.tool("tpm2_quote", "-c", self.path("ecc256.ak"), "-l", SELECTION,
                  "-m", self.path("values.attest"), "-s",
                  self.path("values.sig"), "-o", self.path("values.pcrs"),
                  "-F", "values", "-g", "sha256")
        self.tool("tpm2_flushcontext", "-t")
        self.verify("values", "--ak-tpmt", self.path("ecc256.tpm2b"),
                    "--pcr-blob", self.path("values.pcrs"))

    def test_each_changed_byte_is_refused(self):
        with open(self.path("ecc256.attest"), "rb") as whole:
            attest = whole.read()
        changed = self.path("changed")
        for at in range(len(attest)):
            with open(changed, "wb") as out:
                out.write(attest[:at] + bytes([attest[at] ^ 1])
                          + attest[at + 1:])
            found = self.verify("ecc256", "--ak-pem", self.path("ecc256.pem"),
                                attest=changed, expect=1)
            self.assertEqual(found["overall"], "reject", at)

    def test_other_material_is_refused(self):
        self.verify("ecc256", "--ak-tpmt", self.path("ecc384.tpm2b"), expect=1)
        found = self.verify("ecc256", "--ak-tpmt", self.path("ecc256.tpm2b"),
                            "--nonce", NONCE[2:], expect=1)
        self.assertEqual(found["error_class"], "binding_mismatch")
        other = os.path.join(harness.CAPTURES,
                             "direct_kernel/binary_bios_measurements")
        found = self.verify("ecc256", "--ak-tpmt", self.path("ecc256.tpm2b"),
                            "--pcr-blob", self.path("ecc256.pcrs"), "--log",
                            other, expect=1)
        self.assertEqual(found["error_class"], "digest_mismatch")

    def test_without_a_key_there_is_no_verdict(self):
        found = self.verify("ecc256", expect=2)
        self.assertEqual(found["undecided"], ["signature_valid"])

    def test_inspect_knows_each_file(self):
        for suffix, kind in (("attest", "TPMS_ATTEST"),
                             ("sig", "TPMT_SIGNATURE"),
                             ("tpm2b", "TPMT_PUBLIC or TPM2B_PUBLIC"),
                             ("pem", "public key"),
                             ("pcrs", "PCR dump of tpm2-tools")):
            for name in ("ecc256", "rsassa"):
                done = run(CLIENT, "inspect", "--json",
                           self.path("%s.%s" % (name, suffix)))
                self.assertEqual(json.loads(done.stdout)["kind"], kind)
        done = run(CLIENT, "inspect", "--json", self.boot_log)
        self.assertEqual(json.loads(done.stdout)["kind"], "TCG event log")


class Extracted(unittest.TestCase):
    def setUp(self):
        self.agent = harness.Agent()
        self.addCleanup(self.agent.stop)

    def test_tpm2_tools_read_the_files(self):
        saved = self.agent.path("saved")
        self.agent.client("get", "-o", saved, check=True)
        folder = self.agent.path("extracted")
        done = run(CLIENT, "inspect", saved, "--extract", folder)
        self.assertIn("saved evidence", done.stdout)
        extra = re.search(r"extra data +([0-9a-f]+)", done.stdout).group(1)

        def file(name):
            return os.path.join(folder, name)
        run("tpm2_checkquote", "-u", file("ak.pem"), "-m",
            file("quote.attest"), "-s", file("quote.sig"), "-g", "sha256",
            "-q", extra, "-f", file("pcrs.dump"))
        shown = run("tpm2_print", "-t", "TPMS_ATTEST", file("quote.attest"))
        self.assertIn(extra, shown.stdout)
        self.assertIn("EventNum", run("tpm2_eventlog",
                                      file("log.tcg2")).stdout)
        run(CLIENT, "verify", "tpm", "--no-policy", "--attest",
            file("quote.attest"), "--signature", file("quote.sig"),
            "--ak-tpmt", file("ak.tpmt"), "--pcrs", file("pcrs.json"),
            "--nonce", extra, "--log", file("log.tcg2"))
        for name, kind in (("manifest.bin", "manifest"),
                           ("log.ima", "IMA list"),
                           ("pcrs.json", "PCR values, JSON"),
                           ("pcrs.dump", "PCR dump of tpm2-tools")):
            done = run(CLIENT, "inspect", "--json", file(name))
            self.assertEqual(json.loads(done.stdout)["kind"], kind)


if __name__ == "__main__":
    unittest.main()
