"""An agent on an emulated confidential VM, and a verifier in Python for it."""

import hashlib
import secrets
import ssl

import grpc
from evidence.v1 import service_pb2, service_pb2_grpc

from harness import AUDIENCE, Agent, run
import transcript


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


class CpuAgent(Agent):
    """`label`: of the CPU's report; `every_label`: what else is asked for."""
    label = None
    every_label = ()

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

    def evidence(self, challenge=None, labels=None, stub=None, **request):
        challenge = challenge or self.challenge()
        labels = self.every_label if labels is None else labels
        return (stub or self.stub()).GetEvidence(
            service_pb2.GetEvidenceRequest(
                nonce=challenge["nonce"], audience=challenge["audience"],
                user_data=challenge["user_data"], labels=labels, **request),
            timeout=100)

    def platform(self):
        """The sources by their labels."""
        found = self.stub().GetPlatform(service_pb2.GetPlatformRequest(),
                                        timeout=100)
        return {source.label: source for source in found.sources}

    def serves(self, source):
        result = self.client("health", "source/" + source)
        if result.returncode not in (0, 1):
            raise AssertionError("health: exit %d\n%s%s" % (
                result.returncode, result.stdout, result.stderr))
        return result.returncode == 0


def check_bound(test, evidence, challenge, signer, report_data):
    """The report, whose data these are, signs this challenge and what came
    with it. Gives the parts by their labels."""
    test.assertEqual(evidence.signer, signer)
    instance = evidence.binding.instance
    test.assertEqual(
        report_data,
        transcript.report_data(challenge, instance, evidence.manifest))
    entries = transcript.entries_of(evidence.manifest)
    test.assertEqual(entries[signer], "signs")
    parts = {part.label: part for part in evidence.parts}
    test.assertEqual(len(parts), len(evidence.parts))
    for label, part in parts.items():
        test.assertEqual(entries[label], (
            "present", part.media_type, len(part.data),
            transcript.sha384(part.data)))
    if "tpm" in parts:
        test.assertIn(transcript.tpm_extra_data(challenge, instance),
                      parts["tpm"].data)
    return parts
