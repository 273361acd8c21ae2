"""`collateral fetch` from services that answer as they should: the bundle, the
cache, and verdicts from the bundle alone."""

import concurrent.futures
import glob
import json
import os
import re
import unittest
import urllib.parse

import collateral_service
import fixtures
import harness
from collateral_service import AT

SNP_CHAIN = "/vcek/v1/Milan/cert_chain"
SNP_CRL = "/vcek/v1/Milan/crl"
TCB = "/tdx/certification/v4/tcb?fmspc=90C06F000000"
QE = "/tdx/certification/v4/qe/identity"
PCK_CRL = "/sgx/certification/v4/pckcrl?ca=platform&encoding=der"
ROOT_CRL = "/IntelSGXRootCA.der"
TDX_FILES = {"tcb_info.json", "qe_identity.json", "tcb_signing_chain.pem",
             "pck_crl.der", "root_crl.der", "crl_issuer_chain.pem"}


class Fetched(collateral_service.Collateral):
    def body(self, path):
        return self.machines.answers[path][1]

    def chain(self, path):
        header, = self.machines.answers[path][0].values()
        return urllib.parse.unquote_to_bytes(header)

    def vcek(self):
        path, = [path for path in self.machines.answers if "SPL" in path]
        return path

    def test_snp(self):
        answer = self.good("report.bin")
        self.assertEqual(answer["tee"], "snp")
        self.assertEqual(answer["missing"], [])
        self.assertEqual({file["role"]: file["url"]
                          for file in answer["files"]},
                         {"ek": self.service.url + self.vcek(),
                          "ca": self.service.url + SNP_CHAIN,
                          "crl": self.service.url + SNP_CRL})
        self.assertEqual(self.bundle(), {"ek.der": self.body(self.vcek()),
                                         "ca.pem": self.body(SNP_CHAIN),
                                         "crl.der": self.body(SNP_CRL)})

    def test_vlek(self):
        answer = self.good("vlek_report.bin")
        self.assertEqual(set(self.bundle()), {"ca.pem", "crl.der"})
        self.assertEqual([file["role"] for file in answer["missing"]], ["ek"])
        self.assertIn("cloud provider", answer["missing"][0]["why"])

    def test_tdx(self):
        answer = self.good("quote.bin")
        self.assertEqual(answer["tee"], "tdx")
        self.assertEqual(self.bundle(), {
            "tcb_info.json": self.body(TCB),
            "qe_identity.json": self.body(QE),
            "tcb_signing_chain.pem": self.chain(TCB),
            "pck_crl.der": self.body(PCK_CRL),
            "root_crl.der": self.body(ROOT_CRL),
            "crl_issuer_chain.pem": self.chain(PCK_CRL)})
        tcb, = [file for file in answer["files"] if file["role"] == "tcb_info"]
        self.assertEqual(tcb["next_update"], "2026-01-30T12:00:00Z")

    def test_fmspc_alone_or_with_a_quote_that_does_not_say_it(self):
        code, out, err = collateral_service.fetch(
            "--fmspc", "90c06f000000", *self.options(), "--no-cache")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(set(self.bundle()), TDX_FILES)

        code, out, err = self.fetch("bare_quote.bin")
        self.assertEqual(code, 2, out + err)
        self.assertIn("--fmspc", err)
        answer = self.good("bare_quote.bin", "--fmspc", "90c06f000000")
        self.assertEqual([file["role"] for file in answer["missing"]],
                         ["pck_chain"])

        code, out, err = self.fetch("quote.bin", "--fmspc", "00a06d080000")
        self.assertEqual(code, 2, out + err)
        self.assertIn("expected 90c06f000000", err)

    def test_text_says_what_came_from_where(self):
        code, out, err = self.fetch("report.bin")
        self.assertEqual((code, err), (0, ""), out)
        self.assertRegex(out, r"ek\.der +valid until +2026-01-02 .* fetched now")
        self.assertRegex(out, r"crl\.der +next update +2026-01-02 ")
        self.assertIn("  %s%s\n" % (self.service.url, SNP_CHAIN), out)
        _, out, _ = self.fetch("report.bin")
        self.assertRegex(out, r"ca\.pem .* cached 20\d\d-")

    def test_the_service_is_asked_once(self):
        self.good("quote.bin")
        self.assertEqual(len(self.service.asked), 4)
        before = self.bundle()
        again = self.good("quote.bin")
        self.assertEqual(len(self.service.asked), 4)
        self.assertTrue(all(file["from_cache"] for file in again["files"]))
        self.assertEqual(self.bundle(), before)
        self.good("quote.bin", cache=False)
        self.assertEqual(len(self.service.asked), 8)

    def test_refresh_asks_for_everything(self):
        self.good("quote.bin")
        fresh = self.good("quote.bin", "--refresh")
        self.assertEqual(len(self.service.asked), 8)
        self.assertFalse(any(file["from_cache"] for file in fresh["files"]))
        self.assertEqual(fresh["remarks"], [])
        # What is kept is for when nobody answers, with its age.
        self.service.acts = {path: [collateral_service.status(500)]
                             for path in (TCB, QE, PCK_CRL, ROOT_CRL)}
        kept = self.good("quote.bin", "--refresh")
        self.assertTrue(all(file["from_cache"] for file in kept["files"]))
        self.assertEqual(len(kept["remarks"]), 4)
        for remark in kept["remarks"]:
            self.assertRegex(remark, "was fetched .* ago")
        for more in (["--offline"], ["--no-cache"]):
            code, out, err = self.fetch("quote.bin", "--refresh", *more,
                                        cache="--no-cache" not in more)
            self.assertEqual(code, 2, out + err)
            self.assertIn("--refresh", err)

    def test_offline_needs_the_cache_alone(self):
        code, out, err = self.fetch("quote.bin", "--offline")
        self.assertEqual(code, 2, out + err)
        self.assertIn("in the cache", err)
        self.no_bundle()
        self.good("quote.bin")
        asked = len(self.service.asked)
        answer = self.good("quote.bin", "--offline")
        self.assertTrue(all(file["from_cache"] for file in answer["files"]))
        self.assertEqual(len(self.service.asked), asked)
        code, out, err = self.fetch("quote.bin", "--offline",
                                    at="2026-03-01T00:00:00Z")
        self.assertEqual(code, 2, out + err)
        self.assertIn("expected", err)
        code, out, err = self.fetch("quote.bin", "--offline", cache=False)
        self.assertEqual(code, 2, out + err)

    def test_a_damaged_cache_is_fetched_anew(self):
        self.good("quote.bin")
        kept = glob.glob(os.path.join(self.cache, "*"))
        self.assertEqual(len(kept), 4)
        for number, name in enumerate(kept):
            with open(name, "r+b") as file:
                whole = file.read()
                file.seek(0)
                file.truncate()
                file.write([b"", whole[:50], bytes(100),
                            whole.replace(b"body", b"BODY")][number])
        answer = self.good("quote.bin")
        self.assertFalse(any(file["from_cache"] for file in answer["files"]))
        self.assertEqual(len(self.service.asked), 8)
        self.good("quote.bin", "--offline")

    def test_the_cache_has_a_place_of_its_own(self):
        environment = dict(os.environ, XDG_CACHE_HOME=self.path("xdg"))
        code, out, err = collateral_service.fetch(
            "--report", self.machines.path("report.bin"), *self.options(),
            env=environment)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(len(os.listdir(self.path("xdg/evidencectl"))), 3)

    def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(self):
        with open(self.cache, "w", encoding="ascii") as file:
            file.write("in the way")
        answer = self.good("report.bin")
        self.assertEqual(len(answer["remarks"]), 1)
        self.assertIn("not kept in the cache", answer["remarks"][0])

    def test_a_second_fetch_refreshes_the_bundle(self):
        self.good("quote.bin")
        os.remove(os.path.join(self.out, "pck_crl.der"))
        self.good("quote.bin")
        self.assertEqual(set(self.bundle()), TDX_FILES)
        # The other kind, or anything else, is left as it is.
        code, out, err = self.fetch("report.bin")
        self.assertEqual(code, 2, out + err)
        self.assertEqual(set(self.bundle()), TDX_FILES)

    def test_many_at_once_do_not_harm_each_other(self):
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            done = list(pool.map(lambda _: self.fetch("quote.bin"), range(12)))
        self.assertEqual([code for code, _, _ in done], [0] * 12, done)
        self.assertEqual(set(self.bundle()), TDX_FILES)
        self.assertEqual(sorted(os.listdir(self.folder)), ["bundle", "cache"])
        self.assertEqual(len(os.listdir(self.cache)), 4)

    def test_saved_evidence_names_its_machine(self):
        from evidence.v1 import saved_pb2  # made when the tests are built
        saved = saved_pb2.SavedEvidence()
        for signer, name in (("snp", "report.bin"), ("tdx", "quote.bin")):
            with open(self.machines.path(name), "rb") as file:
                saved.evidence.statement = file.read()
            saved.evidence.signer = signer
            path = self.path(signer)
            with open(path, "wb") as file:
                file.write(saved.SerializeToString())
            self.out = self.path(signer + ".bundle")
            code, out, err = collateral_service.fetch(
                "--evidence", path, *self.options(), "--no-cache", "--json")
            self.assertEqual(code, 0, out + err)
            self.assertEqual(json.loads(out)["tee"], signer)
        saved.evidence.signer = "tpm"
        with open(self.path("tpm"), "wb") as file:
            file.write(saved.SerializeToString())
        code, out, err = collateral_service.fetch(
            "--evidence", self.path("tpm"), *self.options())
        self.assertEqual(code, 2, out + err)
        self.assertIn("found tpm", err)


class Verdicts(collateral_service.Collateral):
    """What was fetched is all that verify needs."""

    def verify(self, *arguments):
        return harness.run(harness.CLIENT, "verify", *arguments, "--no-policy",
                           "--at", AT, "--json", check=False)

    def test_snp(self):
        self.good("report.bin")
        self.service.stop()
        done = self.verify(
            "snp", "--report", self.machines.path("report.bin"),
            "--collateral", self.out,
            "--trusted-ark", self.machines.roots["ark"])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["overall"], "accept")
        self.assertNotIn("revocation", answer["undecided"])
        # What an option gives takes the place of the bundle's.
        done = self.verify(
            "snp", "--report", self.machines.path("report.bin"),
            "--collateral", self.out, "--ca", self.path("bundle/ek.der"),
            "--trusted-ark", self.machines.roots["ark"])
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual([one["subject"] for one
                          in json.loads(done.stdout)["ca_certificates"]],
                         ["CN=SEV-VCEK"])

    def test_tdx(self):
        self.good("quote.bin")
        self.service.stop()
        done = self.verify(
            "tdx", "--quote", self.machines.path("quote.bin"),
            "--collateral", self.out,
            "--trusted-intel-root", self.machines.roots["intel"])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["overall"], "accept")
        self.assertEqual(answer["tcb"]["status"], "UpToDate")
        self.assertIs(answer["checks"]["revocation"], True)


class Captures(collateral_service.Collateral):
    """Intel's own answers of 2023, by Intel's own root."""

    def test_intel(self):
        case, = [case for case in fixtures.cases("tdx-collateral")
                 if case.endswith("pcs-50806f-2023")]
        roles = fixtures.expected(case)["roles"]

        def read(role):
            with open(os.path.join(case, roles[role]), "rb") as file:
                return file.read()

        def chain(role):
            return urllib.parse.quote(read(role))
        signers = chain("tcb_signing_chain")
        self.service.answers = {
            TCB.replace("90C06F000000", "50806F000000"):
                ({"TCB-Info-Issuer-Chain": signers}, read("tcb_info")),
            QE: ({"SGX-Enclave-Identity-Issuer-Chain": signers},
                 read("qe_identity")),
            PCK_CRL: ({"SGX-PCK-CRL-Issuer-Chain": chain("crl_issuer_chain")},
                      read("pck_crl")),
            ROOT_CRL: ({}, read("root_crl"))}
        for quote in roles["quotes"]:
            code, out, err = collateral_service.fetch(
                "--quote", os.path.join(case, quote), "--out", self.out,
                "--pcs", self.service.url, "--ca-file", self.authority.ca,
                "--cache", self.cache, "--at", "2023-06-20T00:00:00Z")
            self.assertEqual(code, 0, out + err)
            self.assertEqual(self.bundle()["tcb_info.json"], read("tcb_info"))


    def test_amd(self):
        """Of AMD's there is no list of the same time: a real report leads to
        its product's chain, that is good, and the list is asked for."""
        judged = 0
        for case in fixtures.cases("snp-report"):
            want = fixtures.expected(case)
            if want["overall"] != "accept":
                continue
            product = re.search("milan|genoa|turin", case).group()
            kind = "vlek" if "vlek" in case else "vcek"
            base = "/%s/v1/%s/" % (kind, product.capitalize())
            with open(os.path.join(case, want["roles"]["ca"]), "rb") as file:
                self.service.answers = {base + "cert_chain": ({}, file.read())}
            self.service.asked.clear()
            code, out, err = collateral_service.fetch(
                "--report", os.path.join(case, want["roles"]["report"]),
                "--product", product, "--out", self.out, "--no-cache",
                "--kds", self.service.url, "--ca-file", self.authority.ca)
            self.assertEqual(code, 2, case + out + err)
            self.assertIn("does not know the revocation list", err)
            self.assertEqual(self.service.asked,
                             [base + "cert_chain", base + "crl"])
            judged += 1
        self.assertGreater(judged, 0)


if __name__ == "__main__":
    unittest.main()
