"""A TD quote, read and judged with python3-ecdsa."""

import hashlib

import ecdsa

from second_opinion import le, public_key


class Quote:
    """Where the parts of a quote are: Intel TDX DCAP Quoting Library API,
    appendix 3."""

    def __init__(self, data):
        self.data = data
        self.signed = 632 if le(data, 0, 2) == 4 else 54 + le(data, 50, 4)
        self.signature = self.signed + 4
        self.key = self.signature + 64
        # Behind the outer certification data's type and size.
        self.qe_report = self.key + 64 + 6
        self.qe_signature = self.qe_report + 384
        self.auth_data = self.qe_signature + 64 + 2
        self.auth_size = le(data, self.auth_data - 2, 2)
        chain = self.auth_data + self.auth_size + 6
        self.pck_chain = data[chain:chain + le(data, chain - 4, 4)]

    def part(self, offset, size):
        return self.data[offset:offset + size]

    @property
    def body(self):
        return self.data[48 if le(self.data, 0, 2) == 4 else 54:self.signed]

    @property
    def report_data(self):
        return self.body[520:584]

    @property
    def mrtd(self):
        return self.body[136:184]

    @property
    def rtmrs(self):
        return [self.body[at:at + 48] for at in range(328, 520, 48)]

    def checks(self):
        """As evidencectl names them."""
        key = self.part(self.key, 64)
        report = self.part(self.qe_report, 384)
        bound = hashlib.sha256(key + self.part(self.auth_data, self.auth_size))
        return {
            "quote_signature_valid": signed_by(
                point(key), self.data[:self.signed],
                self.part(self.signature, 64)),
            "qe_report_data_binds_attestation_key":
                report[320:384] == bound.digest() + bytes(32),
            "qe_report_signature_valid": signed_by(
                public_key(self.pck_chain), report,
                self.part(self.qe_signature, 64)),
        }


def point(key):
    try:
        return ecdsa.VerifyingKey.from_string(key, curve=ecdsa.NIST256p)
    except ecdsa.errors.MalformedPointError:
        return None


def signed_by(key, message, signature):
    if key is None:
        return False
    try:
        return key.verify(
            b"", message, hashfunc=hashlib.sha256,
            sigdecode=lambda _, __: (int.from_bytes(signature[:32], "big"),
                                     int.from_bytes(signature[32:], "big")))
    except ecdsa.BadSignatureError:
        return False
