"""Another program, python3-ecdsa, looks at the signatures of TD quotes and of
what Intel's service says of TDX: of foreign captures, of an emulated TD, and
of what becomes of both when something is changed. It agrees with evidencectl
on each. openssl's command line looks at the chains."""

import json
import os
import re
import tempfile
import unittest

import ecdsa

import fixtures
from harness import run
from second_opinion import first_der, flipped, le, public_key, read
from tdx_quote import Quote, signed_by
from tee import Td, needs_fuse

ORDER = ecdsa.NIST256p.order


def with_number(data, offset, value):
    return data[:offset] + value.to_bytes(32, "big") + data[offset + 32:]


def number(data, offset):
    return int.from_bytes(data[offset:offset + 32], "big")


def variants(data):
    """What to ask both: the quote, and others by their names."""
    quote = Quote(data)
    yield "as it is", data
    for name, offset in (
            ("user data", 28), ("a TCB SVN", 54), ("RTMR3", 48 + 472 + 5),
            ("the body's end", quote.signed - 1), ("r", quote.signature),
            ("s", quote.signature + 63), ("the key", quote.key + 3),
            ("MRSIGNER of the QE", quote.qe_report + 128),
            ("report data of the QE", quote.qe_report + 320),
            ("padding of it", quote.qe_report + 383),
            ("r of the QE", quote.qe_signature),
            ("s of the QE", quote.qe_signature + 63),
            ("authentication data", quote.auth_data)):
        yield "a bit of " + name, flipped(data, offset)
    for name, offset in (("quote", quote.signature),
                         ("QE", quote.qe_signature)):
        r, s = number(data, offset), number(data, offset + 32)
        yield name + ": r is zero", with_number(data, offset, 0)
        yield name + ": s is zero", with_number(data, offset + 32, 0)
        if r + ORDER < 1 << 256:
            yield name + ": r plus order", with_number(data, offset, r + ORDER)
        # Every ECDSA signature has this twin.
        yield name + ": order less s", with_number(data, offset + 32,
                                                   ORDER - s)


class Quotes(unittest.TestCase):
    def compare(self, data):
        """How many variants pass all three checks by both."""
        passed = 0
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "quote")
            for name, variant in variants(data):
                with self.subTest(name):
                    with open(path, "wb") as file:
                        file.write(variant)
                    _, mine = fixtures.ask("verify", "tdx", "--no-policy",
                                           "--quote", path)
                    theirs = Quote(variant).checks()
                    self.assertEqual(
                        {key: mine["checks"][key] for key in theirs}, theirs)
                    passed += all(theirs.values())
        return passed

    def test_agrees_on_captures(self):
        judged = 0
        for folder in fixtures.cases("tdx-quote"):
            want = fixtures.expected(folder)
            data = read(os.path.join(folder, want["roles"]["quote"]))
            checks = want.get("checks", {})
            if (checks.get("quote_signature_valid") is None or
                    le(data, 0, 2) not in (4, 5) or
                    b"BEGIN CERTIFICATE" not in Quote(data).pck_chain):
                continue
            with self.subTest(folder):
                mine = Quote(data).checks()
                self.assertEqual(mine, {key: checks[key] for key in mine})
                # The quote and its twins.
                self.assertEqual(self.compare(data),
                                 3 if all(mine.values()) else 0)
                judged += 1
        self.assertGreater(judged, 2)

    @needs_fuse
    def test_agrees_on_an_emulated_td(self):
        for version, td in ((4, "1.0"), (5, "1.0"), (5, "1.5")):
            with self.subTest(version=version, td=td):
                tee = Td(version, td)
                self.addCleanup(tee.stop)
                data = tee.quote(bytes(range(64)))
                self.assertEqual(le(data, 0, 2), version)
                self.assertEqual(self.compare(data), 3)


def signed_slice(text):
    """The signed object of a service's answer, as it stands, and its
    signature."""
    found = re.fullmatch(
        rb'\{"(?:tcbInfo|enclaveIdentity)":(\{.*\}),'
        rb'"signature":"([0-9a-fA-F]+)"\}\s*', text, re.DOTALL)
    return found.group(1), bytes.fromhex(found.group(2).decode())


@needs_fuse
class Collateral(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tee = Td()
        cls.addClassCleanup(cls.tee.stop)

    def path(self, name):
        return os.path.join(self.tee.collateral, name)

    def test_tcb_signing_signed_it(self):
        key = public_key(read(self.path("tcb_signing_chain.pem")))
        for name in ("tcb_info.json", "qe_identity.json"):
            with self.subTest(name):
                body, signature = signed_slice(read(self.path(name)))
                self.assertTrue(signed_by(key, body, signature))
                self.assertFalse(signed_by(key, body + b" ", signature))

    def test_it_is_about_this_platform(self):
        body, _ = signed_slice(read(self.path("tcb_info.json")))
        info = json.loads(body)
        self.assertEqual((info["id"], info["version"]), ("TDX", 3))
        # 1.2.840.113741.1.13.1.4 and its OCTET STRING of 6 bytes.
        oid = bytes.fromhex("060a2a864886f84d010d01040406")
        quote = Quote(self.tee.quote(bytes(64)))
        _, behind = first_der(quote.pck_chain).split(oid)
        self.assertEqual(behind[:6].hex().upper(), info["fmspc"])
        identity = json.loads(
            signed_slice(read(self.path("qe_identity.json")))[0])
        report = quote.part(quote.qe_report, 384)
        self.assertEqual(report[128:160].hex().upper(), identity["mrsigner"])
        self.assertEqual(le(report, 256, 2), identity["isvprodid"])

    def test_openssl_takes_the_chains(self):
        with tempfile.TemporaryDirectory() as folder:
            pck = os.path.join(folder, "pck.pem")
            with open(pck, "wb") as file:
                file.write(Quote(self.tee.quote(bytes(64))).pck_chain)
            root = os.path.join(self.tee.certificates, "root.pem")
            self.assertIn("OK", run("openssl", "verify", "-CAfile", root,
                                    "-untrusted", pck, pck).stdout)
            self.assertIn("OK", run(
                "openssl", "verify", "-CAfile", root,
                self.path("tcb_signing_chain.pem")).stdout)
            for name, ca in (("root_crl", "root"),
                             ("pck_crl", "platform_ca")):
                found = run("openssl", "crl", "-inform", "DER", "-noout",
                            "-verify", "-in", self.path(name + ".der"),
                            "-CAfile", os.path.join(self.tee.certificates,
                                                    ca + ".pem"))
                self.assertIn("verify OK", found.stdout + found.stderr)

    def test_evidencectl_agrees(self):
        """On the TCB info as it is, and with its first signed byte changed."""
        with tempfile.TemporaryDirectory() as folder:
            quote = os.path.join(folder, "quote")
            with open(quote, "wb") as file:
                file.write(self.tee.quote(bytes(64)))
            tcb_info = os.path.join(folder, "tcb_info.json")
            text = read(self.path("tcb_info.json"))
            for changed in (text, text.replace(b'"90C06F', b'"90C06E')):
                with open(tcb_info, "wb") as file:
                    file.write(changed)
                body, signature = signed_slice(changed)
                key = public_key(read(self.path("tcb_signing_chain.pem")))
                _, mine = fixtures.ask(
                    "verify", "tdx-collateral", "--no-policy", "--tcb-info",
                    tcb_info, "--qe-identity", self.path("qe_identity.json"),
                    "--tcb-signing-chain", self.path("tcb_signing_chain.pem"),
                    "--pck-crl", self.path("pck_crl.der"), "--root-crl",
                    self.path("root_crl.der"), "--crl-issuer-chain",
                    self.path("crl_issuer_chain.pem"), "--quotes", quote)
                self.assertIs(mine["tcb_info"]["signature_valid"],
                              signed_by(key, body, signature))
                self.assertIs(mine["qe_identity"]["signature_valid"], True)
                self.assertIs(mine["pck_crl"]["signature_valid"], True)
                self.assertIs(mine["root_crl"]["signature_valid"], True)


if __name__ == "__main__":
    unittest.main()
