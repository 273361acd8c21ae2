"""The main job: evidence of a software TPM, fetched and verified over mTLS."""

import hashlib
import json
import os
import secrets
import signal
import subprocess
import unittest

import grpc
from evidence.v1 import evidence_pb2, saved_pb2, service_pb2, service_pb2_grpc

from harness import AGENT, AUDIENCE, CLIENT, Agent, run


def registers_of(text):
    """Bank -> index -> hex, from what tpm2_pcrread prints: "  sha256:", then
    "    0 : 0xAB...". A bank that is not active has a name and no more."""
    banks = {}
    for line in text.split("\n"):
        name, _, value = (word.strip() for word in line.partition(":"))
        if value:
            banks[bank][name] = value.removeprefix("0x").lower()
        elif name:
            bank = name
            banks[bank] = {}
    return {bank: values for bank, values in banks.items() if values}


class MainJob(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent()
        cls.addClassCleanup(cls.agent.stop)

    def test_verifies_over_tcp_and_ipv6(self):
        for port, host in zip(self.agent.ports, ("127.0.0.1", "[::1]")):
            result = self.agent.client("verify", "--no-policy",
                                       target="%s:%d" % (host, port))
            self.assertEqual(result.returncode, 0,
                             result.stdout + result.stderr)
            self.assertIn("Secure Boot", result.stdout)

    def test_verifies_over_the_unix_socket(self):
        result = run(CLIENT, "verify", "unix:" + self.agent.socket,
                     "--audience", "local", "--no-policy", check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_neither_policy_nor_no_policy_is_usage(self):
        self.assertEqual(self.agent.client("verify").returncode, 2)

    def test_first_policy_accepts_the_machine_it_was_made_from(self):
        policy = self.agent.path("policy.json")
        result = run(CLIENT, "policy", "from-evidence", self.agent.address,
                     *self.agent.connection(), "-o", policy)
        with open(policy, encoding="utf-8") as text:
            self.assertIn("trust on first use", text.read())
        result = self.agent.client("verify", "--policy", policy)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("ACCEPTED", result.stdout)

    def test_policy_with_another_pcr_value_is_rejected_with_both_values(self):
        policy = self.agent.path("other-pcr.json")
        run(CLIENT, "policy", "from-evidence", self.agent.address,
            *self.agent.connection(), "-o", policy)
        with open(policy, encoding="utf-8") as text:
            rules = json.load(text)
        found = rules["pcrs"][0]["values"][0]
        expected = "00" * (len(found) // 2)
        rules["pcrs"][0]["values"] = [expected]
        with open(policy, "w", encoding="utf-8") as out:
            json.dump(rules, out)
        result = self.agent.client("verify", "--policy", policy)
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stdout.startswith("REJECTED: policy/pcr/"),
                        result.stdout[:200])
        self.assertIn(expected, result.stdout)
        self.assertIn(found, result.stdout)

    def test_recorded_evidence_verifies_and_says_so(self):
        saved = self.agent.path("evidence.bin")
        result = self.agent.client("get", "-o", saved)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        result = run(CLIENT, "verify", saved, "--no-policy")
        self.assertIn("recorded", result.stdout)
        self.assertIn(AUDIENCE, result.stdout)

    def test_no_file_takes_the_place_of_the_agent(self):
        folder = self.agent.path("cwd")
        os.mkdir(folder)
        planted = os.path.join(folder, "localhost:1")
        result = self.agent.client("get", "-o", planted)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        planted_too = run(CLIENT, "verify", planted, "--no-policy")
        self.assertIn("recorded", planted_too.stdout)
        result = subprocess.run(
            [CLIENT, "verify", "localhost:1", "--no-policy", "--timeout", "5",
             *self.agent.connection()], cwd=folder, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=60)
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("no connection", result.stderr)

    def test_a_file_of_some_pcrs_verifies_alone(self):
        saved = self.agent.path("some.bin")
        result = self.agent.client("get", "-o", saved, "--pcrs", "sha256:0-7")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        result = run(CLIENT, "verify", saved, "--no-policy")
        self.assertIn("sha256:0-7", result.stdout)

    def test_checkquote_accepts_the_extracted_quote(self):
        saved = self.agent.path("checkquote.bin")
        folder = self.agent.path("extracted")
        result = self.agent.client("get", "-o", saved, "--extract", folder)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        extra_data = self._extra_data(saved)
        run("tpm2_checkquote", "-u", os.path.join(folder, "ak.pem"), "-m",
            os.path.join(folder, "quote.attest"), "-s",
            os.path.join(folder, "quote.sig"), "-g", "sha256", "-q",
            extra_data.hex())

    @staticmethod
    def _extra_data(saved):
        """From the TPMS_ATTEST itself: magic, type, qualifiedSigner, then
        extraData."""
        evidence = saved_pb2.SavedEvidence()
        with open(saved, "rb") as data:
            evidence.ParseFromString(data.read())
        attest = evidence.evidence.statement[2:]
        signer = int.from_bytes(attest[6:8], "big")
        start = 8 + signer
        size = int.from_bytes(attest[start:start + 2], "big")
        return attest[start + 2:start + 2 + size]

    def test_measurements_agree_with_pcrread_in_every_bank(self):
        result = self.agent.client("measurements", "--json", check=True)
        read = registers_of(run("tpm2_pcrread", "-T",
                                self.agent.tpm.tcti).stdout)
        self.assertEqual(sorted(read), ["sha1", "sha256", "sha384"])
        self.assertEqual([len(bank) for bank in read.values()], [24, 24, 24])
        self.assertEqual(json.loads(result.stdout)["pcrs"], read)

    def test_log_comes_whole(self):
        for label, path in (("log.tcg2", self.agent.boot_log),
                            ("log.ima", self.agent.ima_log)):
            out = self.agent.path(label)
            self.agent.client("log", label, "-o", out, check=True)
            with open(out, "rb") as copy, open(path, "rb") as source:
                self.assertEqual(copy.read(), source.read())

    def test_platform_and_health(self):
        result = self.agent.client("platform", check=True)
        self.assertIn("tpm", result.stdout)
        for service in ([], ["evidence.v1.EvidenceService"], ["source/tpm"]):
            result = self.agent.client("health", *service)
            self.assertEqual(result.returncode, 0,
                             result.stdout + result.stderr)

    def test_another_language_needs_the_proto_alone(self):
        with open(self.agent.authority.ca, "rb") as ca, \
                open(self.agent.verifier[0], "rb") as cert, \
                open(self.agent.verifier[1], "rb") as key:
            credentials = grpc.ssl_channel_credentials(
                ca.read(), key.read(), cert.read())
        nonce = secrets.token_bytes(32)
        with grpc.secure_channel(
                "localhost:%d" % self.agent.ports[0], credentials) as channel:
            stub = service_pb2_grpc.EvidenceServiceStub(channel)
            evidence = stub.GetEvidence(service_pb2.GetEvidenceRequest(
                nonce=nonce, audience=AUDIENCE,
                labels=["tpm.ak", "log.tcg2", "log.ima"]), timeout=20)
        self.assertEqual(evidence.signer, "tpm")
        self.assertEqual(evidence.binding.mode, evidence_pb2.DIRECT)
        parts = {part.label: part for part in evidence.parts}
        with open(self.agent.boot_log, "rb") as log:
            self.assertEqual(parts["log.tcg2"].data, log.read())
        self.assertIn(hashlib.sha384(parts["tpm.ak"].data).digest(),
                      evidence.manifest)

    def test_check_config_and_version(self):
        self.assertEqual(
            run(AGENT, "--config", self.agent.config,
                "--check-config").returncode, 0)
        self.assertRegex(run(AGENT, "--version").stdout, r"evidenced \d+\.\d")
        usage = run(AGENT, "--nothing", check=False)
        self.assertEqual(usage.returncode, 2, usage.stderr)
        folder = run(AGENT, "--config", self.agent.folder, check=False)
        self.assertEqual(folder.returncode, 1, folder.stderr)
        self.assertIn("Is a directory", folder.stderr)

    def test_request_log_holds_no_nonce(self):
        saved = self.agent.path("nonce.bin")
        self.agent.client("get", "-o", saved, check=True)
        state = saved_pb2.SavedEvidence()
        with open(saved, "rb") as data:
            state.ParseFromString(data.read())
        log = self.agent.log_text()
        self.assertIn("GetEvidence", log)
        self.assertNotIn(state.state.nonce.hex(), log.lower())


class OtherMachines(unittest.TestCase):
    def start(self, **options):
        agent = Agent(**options)
        self.addCleanup(agent.stop)
        return agent

    def assert_accepted_by_its_first_policy(self, agent):
        policy = agent.path("policy.json")
        run(CLIENT, "policy", "from-evidence", agent.address,
            *agent.connection(), "-o", policy)
        result = agent.client("verify", "--policy", policy)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("ACCEPTED", result.stdout)
        return result.stdout

    def test_rsa_attestation_key(self):
        agent = self.start(tpm_config='ak_type = "rsa"')
        text = self.assert_accepted_by_its_first_policy(agent)
        self.assertRegex(text, r"attestation key +RSA")

    def test_kernel_without_an_ima_list(self):
        agent = self.start(ima=False)
        text = self.assert_accepted_by_its_first_policy(agent)
        self.assertRegex(text, r"part/log\.ima .*missing: no-device")


class Stopping(unittest.TestCase):
    def test_sigterm_ends_the_agent_with_success(self):
        agent = Agent()
        self.addCleanup(agent.stop)
        agent.process.send_signal(signal.SIGTERM)
        self.assertEqual(agent.process.wait(timeout=60), 0, agent.log_text())
        self.assertFalse(os.path.exists(agent.socket))


if __name__ == "__main__":
    unittest.main()
