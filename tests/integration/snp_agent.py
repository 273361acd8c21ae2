"""An agent on an emulated SEV-SNP guest, and a verifier in Python for it."""

import hashlib
import secrets
import ssl
import subprocess

import grpc
from evidence.v1 import service_pb2, service_pb2_grpc

from harness import AUDIENCE, Agent, run
import transcript

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


def certificate_sha256(pem_file):
    with open(pem_file, encoding="ascii") as pem:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.read())).digest()


def public_key(pem_file):
    """PEM, of a certificate's key."""
    return run("openssl", "x509", "-in", pem_file, "-pubkey", "-noout").stdout


def spki_sha256(pem_file):
    body = public_key(pem_file)
    der = ssl.PEM_cert_to_DER_cert(body.replace("PUBLIC KEY", "CERTIFICATE"))
    return hashlib.sha256(der).digest()


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


class SnpAgent(Agent):
    def stub(self):
        with open(self.authority.ca, "rb") as ca, \
                open(self.verifier[0], "rb") as cert, \
                open(self.verifier[1], "rb") as key:
            credentials = grpc.ssl_channel_credentials(
                ca.read(), key.read(), cert.read())
        channel = grpc.secure_channel("localhost:%d" % self.ports[0],
                                      credentials)
        return service_pb2_grpc.EvidenceServiceStub(channel)

    def challenge(self):
        """What this verifier knows itself."""
        return {"audience": AUDIENCE, "nonce": secrets.token_bytes(32),
                "user_data": b"a session's key",
                "spki": spki_sha256(self.server[0]),
                "certificate": certificate_sha256(self.server[0]),
                "peer": spki_sha256(self.verifier[0])}

    def evidence(self, challenge=None, labels=EVERY_LABEL, **request):
        challenge = challenge or self.challenge()
        return self.stub().GetEvidence(service_pb2.GetEvidenceRequest(
            nonce=challenge["nonce"], audience=challenge["audience"],
            user_data=challenge["user_data"], labels=labels, **request),
            timeout=100)

    def platform(self):
        """The sources by their labels."""
        found = self.stub().GetPlatform(service_pb2.GetPlatformRequest(),
                                        timeout=100)
        return {source.label: source for source in found.sources}

    def serves(self, source):
        return self.client("health", "source/" + source).returncode == 0


def check_bound(test, evidence, challenge):
    """The report signs this challenge and what came with it. Gives the parts
    by their labels."""
    test.assertEqual(evidence.signer, "snp")
    instance = evidence.binding.instance
    test.assertEqual(
        evidence.statement[REPORT_DATA],
        transcript.report_data(challenge, instance, evidence.manifest))
    entries = transcript.entries_of(evidence.manifest)
    test.assertEqual(entries["snp"], "signs")
    parts = {part.label: part for part in evidence.parts}
    test.assertEqual(len(parts), len(evidence.parts))
    for label, part in parts.items():
        test.assertEqual(entries[label], (
            "present", part.media_type, len(part.data),
            transcript.sha384(part.data)))
        test.assertEqual(part.tail, b"")
    if "tpm" in parts:
        test.assertIn(transcript.tpm_extra_data(challenge, instance),
                      parts["tpm"].data)
    return parts
