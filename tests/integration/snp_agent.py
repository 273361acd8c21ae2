"""An agent on an emulated SEV-SNP guest, and a verifier in Python for it."""

import subprocess

import cpu_agent
from cpu_agent import CpuAgent, public_key

EVERY_LABEL = ("tpm", "tpm.ak", "log.tcg2", "log.ima")
# AMD 56860, ATTESTATION_REPORT.
REPORT_DATA = slice(0x50, 0x90)
SIGNED = slice(0, 0x2a0)
R = slice(0x2a0, 0x2e8)
S = slice(0x2e8, 0x330)


def paths_of(emulator):
    """Lines of the configuration's [paths]."""
    return 'configfs_tsm = "%s"\nsev_guest = "%s"' % (emulator.configfs_tsm,
                                                      emulator.sev_guest)


def der_integer(little_endian):
    number = int.from_bytes(little_endian, "little")
    data = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(data)]) + data


def signature_verifies(report, vcek_file, folder):
    """By openssl's command line."""
    body = der_integer(report[R]) + der_integer(report[S])
    files = {"vcek.pub": public_key(vcek_file).encode(),
             "report.sig": b"\x30" + bytes([len(body)]) + body,
             "report.signed": report[SIGNED]}
    for name, data in files.items():
        with open(folder + "/" + name, "wb") as out:
            out.write(data)
    result = subprocess.run(
        ["openssl", "dgst", "-sha384", "-verify", "vcek.pub", "-signature",
         "report.sig", "report.signed"], cwd=folder, capture_output=True,
        check=False)
    return result.returncode == 0


class SnpAgent(CpuAgent):
    label = "snp"
    every_label = EVERY_LABEL


def check_bound(test, evidence, challenge):
    """The report signs this challenge and what came with it. Gives the parts
    by their labels."""
    parts = cpu_agent.check_bound(test, evidence, challenge, "snp",
                                  evidence.statement[REPORT_DATA])
    for part in parts.values():
        test.assertEqual(part.tail, b"")
    return parts
