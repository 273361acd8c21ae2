"""What the second opinions of python3-ecdsa have in common."""

import base64
import re

import ecdsa
from ecdsa import der


def read(path):
    with open(path, "rb") as file:
        return file.read()


def first_der(certificate):
    """The certificate, or the first of a PEM text, as DER."""
    block = re.search(rb"-----BEGIN CERTIFICATE-----(.*?)-----END",
                      certificate, re.DOTALL)
    return base64.b64decode(block.group(1)) if block else certificate


def public_key(certificate):
    """RFC 5280, section 4.1: subjectPublicKeyInfo is the seventh field."""
    body, _ = der.remove_sequence(first_der(certificate))
    fields, _ = der.remove_sequence(body)
    _, _, fields = der.remove_constructed(fields)  # version
    _, fields = der.remove_integer(fields)  # serialNumber
    for _ in ("signature", "issuer", "validity", "subject"):
        _, fields = der.remove_sequence(fields)
    _, behind = der.remove_sequence(fields)
    spki = fields[:len(fields) - len(behind)]
    return ecdsa.VerifyingKey.from_der(spki)


def le(data, offset, size):
    return int.from_bytes(data[offset:offset + size], "little")


def flipped(data, offset, mask=1):
    return (data[:offset] + bytes([data[offset] ^ mask]) + data[offset + 1:])
