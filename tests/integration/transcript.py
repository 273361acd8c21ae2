"""What the hardware must have signed, a second time: docs/wire.md."""

import hashlib
import struct

DIRECT = 1
TLS_SERVER = 1


def sha384(data):
    return hashlib.sha384(data).digest()


def encode(magic, items):
    body = b"".join(struct.pack(">HI", tag, len(value)) + value
                    for tag, value in sorted(items.items()))
    return magic + bytes([DIRECT]) + struct.pack(">H", len(items)) + body


def items_of(challenge, instance):
    """Without item 9. `challenge`: audience, nonce, user_data and, over TLS,
    spki, certificate and peer."""
    items = {1: bytes([TLS_SERVER]), 2: challenge["audience"].encode(),
             3: challenge["nonce"], 6: challenge["spki"],
             7: challenge["certificate"], 8: challenge["peer"], 10: instance}
    if challenge.get("user_data"):
        items[14] = sha384(challenge["user_data"])
    return items


def anchor(challenge, instance):
    return sha384(b"evidenced anchor v1\0" + encode(
        b"evidenced transcript v1\0", items_of(challenge, instance)))


def tpm_extra_data(challenge, instance):
    """Of a quote under a CPU report."""
    return hashlib.sha256(b"evidenced tpm v1\0" +
                          anchor(challenge, instance)).digest()


def report_data(challenge, instance, manifest):
    items = items_of(challenge, instance)
    items[9] = sha384(manifest)
    flags = 0x01 | 0x02 | 0x04 | (0x08 if 14 in items else 0)
    header = b"EVIDENCE" + bytes([1, DIRECT, 1, flags, 0, 0, 0, 0])
    return header + sha384(encode(b"evidenced transcript v1\0", items))


def entries_of(manifest):
    """Label -> "signs", ("missing", reason) or ("present", media type, length,
    digest)."""
    magic = b"evidenced manifest v1\0"
    assert manifest.startswith(magic)
    at = len(magic)

    def take(size):
        nonlocal at
        piece = manifest[at:at + size]
        assert len(piece) == size
        at += size
        return piece

    def text():
        return take(take(1)[0]).decode("ascii")

    count = struct.unpack(">H", take(2))[0]
    entries = {}
    for _ in range(count):
        kind = take(1)[0]
        label = text()
        if kind == 1:
            media_type = text()
            length = struct.unpack(">Q", take(8))[0]
            entries[label] = ("present", media_type, length, take(48))
        else:
            entries[label] = ("missing", text()) if kind == 2 else "signs"
    assert at == len(manifest)
    assert list(entries) == sorted(entries)
    return entries
