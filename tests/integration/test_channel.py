"""Who is let in: certificates, roles, TLS versions, audiences."""

import contextlib
import os
import unittest

import grpc
from evidence.v1 import service_pb2, service_pb2_grpc

from harness import AGENT, AUDIENCE, CLIENT, Agent, Authority, run


class Channel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent()
        cls.addClassCleanup(cls.agent.stop)

    @contextlib.contextmanager
    def refused_in_the_handshake(self, words):
        """What runs inside makes the agent log `words`; without the fault,
        the same agent serves."""
        since = len(self.agent.log_text())
        yield
        self.agent.wait_for_log("Handshake failed .*" + words, since)
        self.assertEqual(self.agent.client("platform").returncode, 0)

    def s_client(self, *arguments):
        """openssl's client with a verifier's certificate, until the server
        closes or two seconds are over."""
        return run("timeout", "2", "openssl", "s_client", "-connect",
                   self.agent.address, "-CAfile", self.agent.authority.ca,
                   "-alpn", "h2", "-ign_eof", "-cert", self.agent.verifier[0],
                   "-key", self.agent.verifier[1], *arguments, check=False)

    def test_client_without_certificate(self):
        with open(self.agent.authority.ca, "rb") as ca:
            credentials = grpc.ssl_channel_credentials(ca.read())
        with self.refused_in_the_handshake(
                "peer did not return a certificate"), grpc.secure_channel(
                    "localhost:%d" % self.agent.ports[0],
                    credentials) as channel:
            stub = service_pb2_grpc.EvidenceServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as refused:
                stub.GetPlatform(service_pb2.GetPlatformRequest(), timeout=10)
        self.assertEqual(refused.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_client_with_a_certificate_of_another_ca(self):
        other = Authority(self.agent.folder, "other")
        identity = other.issue("stranger", "URI:" + AUDIENCE, "clientAuth")
        with self.refused_in_the_handshake("certificate verify failed"):
            result = self.agent.client("platform", identity=identity)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)

    def test_client_with_a_san_that_has_no_role(self):
        identity = self.agent.authority.issue(
            "nobody", "URI:spiffe://fleet.example/nobody", "clientAuth")
        since = len(self.agent.log_text())
        result = self.agent.client("verify", "--no-policy", identity=identity)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("role", result.stderr)
        self.agent.wait_for_log("code=PERMISSION_DENIED ", since)

    def test_role_health_gets_no_evidence(self):
        identity = self.agent.authority.issue(
            "probe", "URI:spiffe://fleet.example/probe/1", "clientAuth")
        self.assertEqual(
            self.agent.client("platform", identity=identity).returncode, 0)
        self.assertEqual(
            self.agent.client("health", identity=identity).returncode, 0)
        since = len(self.agent.log_text())
        result = self.agent.client("measurements", identity=identity)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.agent.wait_for_log("GetMeasurements.* code=PERMISSION_DENIED ", since)

    def test_audience_that_is_not_the_clients(self):
        since = len(self.agent.log_text())
        result = self.agent.client("get", "-o", self.agent.path("no.bin"),
                                   "--audience", "spiffe://other.example/1")
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("audience", result.stderr)
        self.agent.wait_for_log("GetEvidence.* code=PERMISSION_DENIED ", since)

    def test_tls_1_2_is_refused(self):
        with self.refused_in_the_handshake("unsupported protocol"):
            result = self.s_client("-tls1_2")
        self.assertIn("CONNECTED", result.stdout)
        self.assertIn("Cipher is (NONE)", result.stdout)

    def test_no_session_ticket_is_given(self):
        result = self.s_client("-tls1_3")
        self.assertIn("New, TLSv1.3, Cipher is TLS_", result.stdout)
        self.assertNotIn("New Session Ticket arrived", result.stdout)

    def test_server_of_another_name(self):
        result = run(CLIENT, "platform", self.agent.address,
                     *self.agent.connection(server_name="elsewhere.example"),
                     check=False)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("elsewhere.example is not in peer certificate",
                      result.stderr)

    def test_key_that_others_can_read_is_refused(self):
        os.chmod(self.agent.server[1], 0o644)
        self.addCleanup(os.chmod, self.agent.server[1], 0o600)
        result = run(AGENT, "--config", self.agent.config, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(self.agent.server[1], result.stderr)
        self.assertIn("mode 0644", result.stderr)

    def test_second_agent_on_the_same_socket_is_refused(self):
        result = run(AGENT, "--config", self.agent.config, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("expected nobody to listen at " + self.agent.socket,
                      result.stderr)
        self.assertEqual(
            run(CLIENT, "platform", "unix:" + self.agent.socket,
                check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
