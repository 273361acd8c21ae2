"""Evidence that was changed after it was signed, or that answers somebody
else, is rejected, with a reason."""

import os
import unittest

from evidence.v1 import saved_pb2

from harness import Agent, CLIENT, run


class Tampering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent()
        cls.addClassCleanup(cls.agent.stop)
        cls.saved = cls.agent.path("evidence.bin")
        cls.agent.client("get", "-o", cls.saved, check=True)
        cls.other_agent = Agent()
        cls.addClassCleanup(cls.other_agent.stop)

    def load(self, path=None):
        message = saved_pb2.SavedEvidence()
        with open(path or self.saved, "rb") as data:
            message.ParseFromString(data.read())
        return message

    def verify(self, message, *arguments):
        path = self.agent.path("tampered.bin")
        with open(path, "wb") as out:
            out.write(message.SerializeToString())
        return run(CLIENT, "verify", path, *(arguments or ("--no-policy",)),
                   check=False)

    def assert_rejected(self, message, *reasons):
        self.assert_rejection(self.verify(message), *reasons)

    def assert_rejection(self, result, *reasons):
        """One of `reasons` begins the verdict, its first and last line."""
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertTrue(
            result.stdout.startswith(
                tuple("REJECTED: " + reason for reason in reasons)),
            "expected one of %s, found %s" % (reasons, result.stdout[:200]))

    def part(self, message, label):
        return next(part for part in message.evidence.parts
                    if part.label == label)

    def test_unchanged_evidence_is_accepted(self):
        result = self.verify(self.load())
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_wrong_nonce(self):
        message = self.load()
        message.state.nonce = bytes(32)
        self.assert_rejected(message, "binding: report-data-mismatch")

    def test_wrong_audience(self):
        message = self.load()
        message.state.audience = "spiffe://fleet.example/verifier/2"
        self.assert_rejected(message, "binding: report-data-mismatch")

    def test_other_server_certificate(self):
        message = self.load()
        message.state.certificate_sha256 = bytes(32)
        self.assert_rejected(message, "binding: report-data-mismatch")

    def test_other_client_key(self):
        message = self.load()
        message.state.peer_spki_sha256 = bytes(32)
        self.assert_rejected(message, "binding: report-data-mismatch")

    def test_other_ak(self):
        other = self.agent.path("other.bin")
        self.other_agent.client("get", "-o", other, check=True)
        message = self.load()
        self.part(message, "tpm.ak").data = self.part(
            self.load(other), "tpm.ak").data
        self.assert_rejected(message, "quote-signature")

    def test_evidence_of_another_machine_does_not_fit_the_policy(self):
        policy = self.agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", self.saved, "-o", policy)
        other = self.agent.path("machine.bin")
        self.other_agent.client("get", "-o", other, check=True)
        result = run(CLIENT, "verify", other, "--policy", policy, check=False)
        self.assert_rejection(result, "policy/ak")

    def test_flipped_byte_anywhere(self):
        # A key that still parses is another key, by which nothing verifies.
        fields = {"statement": ("statement", "quote-signature"),
                  "manifest": ("binding: manifest-",
                               "binding: report-data-mismatch"),
                  "tpm.ak": ("attestation-key", "quote-signature",
                             "binding: part-digest"),
                  "log.tcg2": ("binding: part-digest",),
                  "log.ima": ("binding: part-digest",)}
        for field, reasons in fields.items():
            size = len(self._bytes(self.load(), field))
            positions = range(0, size, max(1, size // 12))
            for position in list(positions) + [size - 1]:
                with self.subTest(field=field, position=position):
                    message = self.load()
                    data = bytearray(self._bytes(message, field))
                    data[position] ^= 0x01
                    if field in ("statement", "manifest"):
                        setattr(message.evidence, field, bytes(data))
                    else:
                        self.part(message, field).data = bytes(data)
                    self.assert_rejected(message, *reasons)

    def _bytes(self, message, field):
        if field in ("statement", "manifest"):
            return getattr(message.evidence, field)
        return self.part(message, field).data

    def test_flipped_register(self):
        message = self.load()
        register = message.evidence.registers[0].registers[0]
        register.value = bytes([register.value[0] ^ 1]) + register.value[1:]
        self.assert_rejected(message, "pcr-digest")

    def test_removed_part(self):
        for label, reason in (
                ("tpm.ak", "attestation-key: expected a part tpm.ak"),
                ("log.tcg2", "binding: part-not-delivered"),
                ("log.ima", "binding: part-not-delivered")):
            with self.subTest(label=label):
                message = self.load()
                keep = [part for part in message.evidence.parts
                        if part.label != label]
                del message.evidence.parts[:]
                message.evidence.parts.extend(keep)
                self.assert_rejected(message, reason)

    def test_added_part(self):
        message = self.load()
        part = message.evidence.parts.add()
        part.label = "log.runtime"
        part.media_type = "application/vnd.evidenced.cel"
        part.data = b"more"
        self.assert_rejected(message, "binding: part-not-in-manifest")

    def test_part_given_twice(self):
        message = self.load()
        message.evidence.parts.add().CopyFrom(message.evidence.parts[0])
        self.assert_rejected(message, "binding: part-duplicate",
                             "part-duplicate")

    def test_log_cut(self):
        message = self.load()
        part = self.part(message, "log.tcg2")
        part.data = part.data[:-40]
        self.assert_rejected(message, "binding: part-digest")

    def test_log_reordered(self):
        message = self.load()
        part = self.part(message, "log.ima")
        half = len(part.data) // 2
        part.data = part.data[half:] + part.data[:half]
        self.assert_rejected(message, "binding: part-digest")

    def test_tail_that_no_register_vouches_for(self):
        message = self.load()
        part = self.part(message, "log.ima")
        part.tail = part.data
        self.assert_rejected(message,
                             "tail/log.ima: tail-beyond-quoted-events")

    def test_truncated_file_is_no_verdict(self):
        with open(self.saved, "rb") as data:
            whole = data.read()
        path = self.agent.path("cut.bin")
        for size in (0, 1, len(whole) // 2, len(whole) - 1):
            with open(path, "wb") as out:
                out.write(whole[:size])
            result = run(CLIENT, "verify", path, "--no-policy", check=False)
            self.assertEqual(result.returncode, 2, result.stdout)
            self.assertEqual(result.stdout, "")
            self.assertIn("expected saved evidence", result.stderr)

    def test_recorded_state_never_satisfies_an_age_limit(self):
        policy = self.agent.path("aged.json")
        run(CLIENT, "policy", "from-evidence", self.saved, "-o", policy)
        with open(policy, encoding="utf-8") as text:
            rules = text.read()
        with open(policy, "w", encoding="utf-8") as out:
            out.write(rules.replace("{", '{ "max_age_seconds": 600,', 1))
        result = run(CLIENT, "verify", self.saved, "--policy", policy,
                     check=False)
        self.assert_rejection(result, "policy/max-age")
        live = self.agent.client("verify", "--policy", policy)
        self.assertEqual(live.returncode, 0, live.stdout + live.stderr)

    def test_what_the_caller_says_of_a_file_must_be_what_it_records(self):
        for option, value, reason in (
                ("--audience", "spiffe://other.example/1", "state/audience"),
                ("--user-data", self.saved, "state/user-data"),
                ("--label", "log.ima", "state/labels"),
                ("--pcrs", "sha256:0", "state/pcrs")):
            with self.subTest(option=option):
                result = self.verify(self.load(), "--no-policy", option, value)
                self.assert_rejection(result, reason)

    def test_nothing_is_left_under_the_final_name_when_getting_fails(self):
        path = self.agent.path("never.bin")
        result = self.agent.client("get", "-o", path, "--audience",
                                   "spiffe://fleet.example/verifier/2")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
