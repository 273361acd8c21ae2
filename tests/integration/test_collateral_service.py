"""`collateral fetch` from services that are busy, broken, strangers, or lie:
nothing is written, and the reason is said."""

import json
import ssl
import time
import unittest

import collateral_service
from collateral_service import endless, status, truncated
from test_collateral import (PCK_CRL, QE, ROOT_CRL, SNP_CHAIN, SNP_CRL, TCB)


class Service(collateral_service.Collateral):
    def bad(self, subject, code, *more, **options):
        """Standard error of a fetch that wrote nothing."""
        found, out, err = self.fetch(subject, *more, cache=False, **options)
        self.assertEqual(found, code, out + err)
        self.assertEqual(out, "")
        self.assertNotIn("\x1b", err)
        self.no_bundle()
        return err

    def change(self, path, old, new):
        headers, body = self.service.answers[path]
        self.assertIn(old, body)
        self.service.answers[path] = (headers, body.replace(old, new))

    # Busy.

    def test_a_busy_service_is_asked_again_when_it_says(self):
        self.service.acts = {
            SNP_CHAIN: [status(429, {"Retry-After": "1"}),
                        status(503, {"Retry-After": "0"}), None]}
        start = time.monotonic()
        self.good("report.bin")
        self.assertGreater(time.monotonic() - start, 1)
        self.assertEqual(self.service.asked.count(SNP_CHAIN), 3)

    def test_a_service_that_stays_busy_is_left_in_peace(self):
        self.service.acts = {TCB: [status(429, {"Retry-After": "0"})]}
        err = self.bad("quote.bin", 2)
        self.assertLess(self.service.asked.count(TCB), 10)
        self.assertIn("Intel's PCS", err)
        self.assertIn("429", err)
        self.assertIn("try again", err)

    def test_a_service_that_wants_peace_for_long_gets_it(self):
        self.service.acts = {TCB: [status(429, {"Retry-After": "7200"})]}
        start = time.monotonic()
        err = self.bad("quote.bin", 2)
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual(self.service.asked.count(TCB), 1)
        self.assertRegex(err, r"try again at 20\d\d-")

    # Other answers.

    def test_an_unknown_chip_and_an_unknown_fmspc(self):
        vcek, = [path for path in self.service.answers if "SPL" in path]
        del self.service.answers[vcek]
        del self.service.answers[TCB]
        self.assertIn("AMD's KDS does not know the VCEK",
                      self.bad("report.bin", 2))
        self.assertIn("Intel's PCS does not know the TCB info of the FMSPC "
                      "90c06f000000", self.bad("quote.bin", 2))

    def test_a_broken_service(self):
        self.service.acts = {QE: [status(500, {}, b"\x1b[2Jsorry")]}
        err = self.bad("quote.bin", 2)
        self.assertIn("expected 200, found 500", err)
        self.assertEqual(self.service.asked.count(QE), 1)

    def test_an_answer_that_ends_early(self):
        for path in (TCB, QE, PCK_CRL, ROOT_CRL):
            self.service.acts = {path: [truncated]}
            self.assertIn("cannot get", self.bad("quote.bin", 2))

    def test_an_answer_without_end(self):
        for subject, path in (("quote.bin", TCB), ("report.bin", SNP_CRL)):
            self.service.acts = {path: [endless]}
            self.assertIn("expected an answer of at most",
                          self.bad(subject, 2))

    def test_an_error_that_says_too_much(self):
        for code, words in ((500, "expected 200, found 500"),
                            (404, "does not know the TCB info")):
            self.service.acts = {TCB: [status(code, {}, bytes(16 << 20))]}
            err = self.bad("quote.bin", 2)
            self.assertIn(words, err)
            self.assertIn("with a body of more than", err)
        self.service.acts = {TCB: [
            status(503, {"Retry-After": "0"}, bytes(16 << 20)), None]}
        self.good("quote.bin", cache=False)

    def test_headers_without_end(self):
        self.service.acts = {SNP_CHAIN: [status(
            200, {"X-%d" % i: "a" * 1000 for i in range(90)})]}
        self.assertIn("expected headers of at most",
                      self.bad("report.bin", 2))

    def test_a_service_that_says_nothing(self):
        self.service.acts = {SNP_CHAIN: [lambda handler: time.sleep(4)]}
        start = time.monotonic()
        err = self.bad("report.bin", 2, "--timeout", "1")
        self.assertLess(time.monotonic() - start, 4)
        self.assertIn("timed out", err)

    # Elsewhere.

    def test_a_service_that_moved(self):
        self.service.acts = {SNP_CHAIN: [status(
            301, {"Location": self.service.url + "/moved"}, b"moved")]}
        self.service.answers["/moved"] = self.service.answers[SNP_CHAIN]
        self.good("report.bin")

    def test_a_service_that_moved_out_of_tls(self):
        for there in ("http://localhost:%d/x" % self.service.port,
                      "file:///etc/passwd", "ftp://localhost/x"):
            self.service.acts = {SNP_CHAIN: [status(
                302, {"Location": there}, b"moved")]}
            self.bad("report.bin", 2)

    def test_a_service_that_moves_for_ever(self):
        self.service.acts = {SNP_CHAIN: [status(
            302, {"Location": self.service.url + SNP_CHAIN}, b"moved")]}
        self.bad("report.bin", 2)
        self.assertLess(len(self.service.asked), 10)

    # Strangers.

    def test_a_server_of_another_ca(self):
        err = self.bad("report.bin", 2, ca=self.stranger().ca)
        self.assertIn("certificate", err)
        self.assertEqual(self.service.asked, [])

    def stranger(self):
        return collateral_service.harness.Authority(self.shared, "stranger")

    def test_a_server_of_another_name(self):
        other = self.authority.issue("other", "DNS:other.example",
                                     "serverAuth")
        service = self.serve(other)
        err = self.bad("report.bin", 2, url=service.url)
        self.assertIn("certificate", err)
        self.assertEqual(service.asked, [])

    def test_the_systems_roots_are_trusted_without_a_ca_file(self):
        options = self.options()
        place = options.index("--ca-file")
        del options[place:place + 2]
        code, _, err = collateral_service.fetch(
            "--report", self.machines.path("report.bin"), *options,
            "--no-cache")
        self.assertEqual(code, 2)
        self.assertIn("certificate", err)

    def test_tls_1_2_will_do(self):
        service = self.serve(self.identity, ssl.TLSVersion.TLSv1_2)
        self.good("report.bin", url=service.url, cache=False)

    def test_http_is_refused(self):
        url = "http://localhost:%d" % self.service.port
        err = self.bad("report.bin", 2, url=url)
        self.assertIn("expected a service as https://", err)
        self.assertEqual(self.service.asked, [])

    def test_the_environment_names_no_proxy(self):
        environment = dict(
            collateral_service.os.environ, https_proxy="http://localhost:1",
            HTTPS_PROXY="http://localhost:1", ALL_PROXY="http://localhost:1")
        code, out, err = collateral_service.fetch(
            "--report", self.machines.path("report.bin"), *self.options(),
            "--no-cache", env=environment)
        self.assertEqual(code, 0, out + err)
        self.assertNotEqual(
            self.fetch("report.bin", "--proxy", "http://localhost:1",
                       cache=False)[0], 0)

    # Liars: exit status 1.

    def test_the_tcb_info_of_another_fmspc(self):
        other = TCB.replace("90C06F000000", "00A06D080000")
        self.service.answers[other] = self.service.answers[TCB]
        code, out, err = collateral_service.fetch(
            "--fmspc", "00a06d080000", *self.options(), "--no-cache")
        self.assertEqual(code, 1, out + err)
        self.assertIn("expected the TCB info of the FMSPC 00a06d080000", err)
        self.assertIn("nothing was written", err)
        self.no_bundle()

    def test_a_signature_that_does_not_verify(self):
        self.change(TCB, b"UpToDate", b"Revoked!")
        err = self.bad("quote.bin", 1)
        self.assertIn("does not verify", err)
        self.assertIn("Intel's PCS", err)

    def test_the_reason_is_in_json_too(self):
        self.change(TCB, b"UpToDate", b"Revoked!")
        code, out, _ = self.fetch("quote.bin", "--json")
        self.assertEqual(code, 1)
        answer = json.loads(out)
        self.assertEqual(answer["overall"], "reject")
        self.assertEqual(answer["error_class"], "collateral_invalid")
        self.assertIn("tcb?fmspc=90C06F000000", answer["error"])

    def test_an_issuer_chain_that_is_missing_or_garbled(self):
        for path in (TCB, QE, PCK_CRL):
            headers, body = self.machines.answers[path]
            name, = headers
            for found in ({}, {name: "%zz"}, {name: "%1B%5B2J"},
                          {name: headers[name][:600]},
                          {name: headers[name] * 2}):
                self.service.answers[path] = (found, body)
                self.assertIn("does not verify", self.bad("quote.bin", 1))
            self.service.answers[path] = (headers, body)
        self.good("quote.bin")

    def test_a_vcek_that_is_none(self):
        vcek, = [path for path in self.service.answers if "SPL" in path]
        self.service.answers[vcek] = ({}, b"<html>\x1b[2J</html>")
        self.assertIn("AMD's KDS", self.bad("report.bin", 1))

    def test_roots_that_nobody_trusts(self):
        options = self.options()
        place = options.index("--trusted-ark")
        for subject, option in (("report.bin", "--report"),
                                ("quote.bin", "--quote")):
            code, out, err = collateral_service.fetch(
                option, self.machines.path(subject), *options[:place],
                "--no-cache")
            self.assertEqual(code, 1, out + err)
            self.no_bundle()

    def test_collateral_that_is_not_current(self):
        for subject in ("report.bin", "quote.bin"):
            err = self.bad(subject, 1, at="2026-03-01T00:00:00Z")
            self.assertIn("2026-03-01T00:00:00Z", err)


if __name__ == "__main__":
    unittest.main()
