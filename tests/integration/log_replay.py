"""A replay of TCG logs and IMA lists of its own, in hashlib alone: a second
opinion that shares nothing with the project."""

import hashlib
import struct

BANKS = {0x0004: "sha1", 0x000B: "sha256", 0x000C: "sha384", 0x000D: "sha512",
         0x0012: "sm3_256"}
NO_ACTION = 3


def hash_of(bank):
    return hashlib.new("sm3" if bank == "sm3_256" else bank)


def digest(bank, data):
    hashed = hash_of(bank)
    hashed.update(data)
    return hashed.digest()


def words(data, at, count):
    return struct.unpack_from("<%dI" % count, data, at)


def tcg_events(log):
    """(register, type, {bank: digest}, data) of each event."""
    register, kind = words(log, 0, 2)
    size, = words(log, 28, 1)
    data = log[32:32 + size]
    at = 32 + size
    yield register, kind, {"sha1": log[8:28]}, data
    sizes = None
    if data.startswith(b"Spec ID Event03\0"):
        sizes = dict(struct.unpack_from("<HH", data, 28 + 4 * i)
                     for i in range(words(data, 24, 1)[0]))
    while at < len(log) and set(log[at:]) not in ({0}, {0xFF}):
        register, kind = words(log, at, 2)
        at += 8
        digests = {}
        if sizes is None:
            digests["sha1"] = log[at:at + 20]
            at += 20
        else:
            count, = words(log, at, 1)
            at += 4
            for _ in range(count):
                algorithm, = struct.unpack_from("<H", log, at)
                at += 2
                digests[BANKS.get(algorithm)] = log[at:at + sizes[algorithm]]
                at += sizes[algorithm]
        size, = words(log, at, 1)
        yield register, kind, digests, log[at + 4:at + 4 + size]
        at += 4 + size


def replay_tcg(log):
    """{bank: {register: hex}} after all events."""
    values = {}
    locality = 0
    for register, kind, digests, data in tcg_events(log):
        if kind == NO_ACTION:
            if register == 0 and data[:-1] == b"StartupLocality\0":
                locality = data[-1]
            continue
        for bank, value in digests.items():
            if bank is None:
                continue
            start = bytes(len(value) - 1) + bytes(
                [locality if register == 0 else 0])
            registers = values.setdefault(bank, {})
            registers[str(register)] = digest(
                bank, registers.get(str(register), start) + value)
    return {bank: {register: value.hex()
                   for register, value in registers.items()}
            for bank, registers in values.items()}


def ima_entries(log, digest_size):
    """(register, template digest, template name, hashed bytes) of each."""
    at = 0
    while at < len(log):
        register, = words(log, at, 1)
        template = log[at + 4:at + 4 + digest_size]
        at += 4 + digest_size
        size, = words(log, at, 1)
        name = log[at + 4:at + 4 + size]
        at += 4 + size
        if name == b"ima":
            size, = words(log, at + 20, 1)
            path = log[at + 24:at + 24 + size]
            hashed = log[at:at + 20] + path.ljust(256, b"\0")
            at += 24 + size
        else:
            size, = words(log, at, 1)
            hashed = log[at + 4:at + 4 + size]
            at += 4 + size
        yield register, template, name, hashed


def replay_ima(log, bank, digest_size=20):
    """{register: hex} after all entries, each extended with its hash."""
    values = {}
    size = hash_of(bank).digest_size
    for register, template, _, hashed in ima_entries(log, digest_size):
        value = digest(bank, hashed) if any(template) else b"\xff" * size
        before = values.get(str(register), bytes(size))
        values[str(register)] = digest(bank, before + value)
    return {register: value.hex() for register, value in values.items()}
