"""Who is let in: certificates, roles, TLS versions, audiences."""

import os
import unittest

import grpc
from evidence.v1 import service_pb2, service_pb2_grpc

from harness import Agent, Authority, AUDIENCE, CLIENT, run


class Channel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent()
        cls.addClassCleanup(cls.agent.stop)

    def s_client(self, *arguments):
        return run("openssl", "s_client", "-connect", self.agent.address,
                   "-CAfile", self.agent.authority.ca, "-alpn", "h2",
                   "-ign_eof", *arguments, check=False)

    def with_certificate(self):
        return ["-cert", self.agent.verifier[0], "-key",
                self.agent.verifier[1]]

    def test_client_without_certificate(self):
        with open(self.agent.authority.ca, "rb") as ca:
            credentials = grpc.ssl_channel_credentials(ca.read())
        with grpc.secure_channel(
                "localhost:%d" % self.agent.ports[0], credentials) as channel:
            stub = service_pb2_grpc.EvidenceServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as refused:
                stub.GetPlatform(service_pb2.GetPlatformRequest(), timeout=10)
        self.assertEqual(refused.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_client_with_a_certificate_of_another_ca(self):
        other = Authority(self.agent.folder, "other")
        identity = other.issue("stranger", "URI:" + AUDIENCE, "clientAuth")
        result = self.agent.client("platform", identity=identity)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)

    def test_client_with_a_san_that_has_no_role(self):
        identity = self.agent.authority.issue(
            "nobody", "URI:spiffe://fleet.example/nobody", "clientAuth")
        result = self.agent.client("verify", "--no-policy", identity=identity)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn("role", result.stderr)

    def test_role_health_gets_no_evidence(self):
        identity = self.agent.authority.issue(
            "probe", "URI:spiffe://fleet.example/probe/1", "clientAuth")
        self.assertEqual(
            self.agent.client("platform", identity=identity).returncode, 0)
        self.assertEqual(
            self.agent.client("health", identity=identity).returncode, 0)
        self.assertEqual(
            self.agent.client("measurements", identity=identity).returncode, 2)

    def test_audience_that_is_not_the_clients(self):
        result = self.agent.client("get", "-o", self.agent.path("no.bin"),
                                   "--audience", "spiffe://other.example/1")
        self.assertEqual(result.returncode, 2)
        self.assertIn("audience", result.stderr)

    def test_tls_1_2_is_refused(self):
        result = self.s_client("-tls1_2", *self.with_certificate())
        self.assertNotEqual(result.returncode, 0)
        self.assertNotIn("Cipher    : ECDHE", result.stdout)

    def test_no_session_ticket_is_given(self):
        result = run("timeout", "2", "openssl", "s_client", "-connect",
                     self.agent.address, "-CAfile", self.agent.authority.ca,
                     "-alpn", "h2", "-tls1_3", "-ign_eof",
                     *self.with_certificate(), check=False)
        self.assertIn("TLSv1.3", result.stdout)
        self.assertNotIn("New Session Ticket arrived", result.stdout)

    def test_server_of_another_name(self):
        result = run(CLIENT, "platform", self.agent.address, "--ca",
                     self.agent.authority.ca, "--cert",
                     self.agent.verifier[0], "--key", self.agent.verifier[1],
                     "--server-name", "elsewhere.example", "--timeout", "5",
                     check=False)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)

    def test_key_that_others_can_read_is_refused(self):
        os.chmod(self.agent.server[1], 0o644)
        self.addCleanup(os.chmod, self.agent.server[1], 0o600)
        from harness import AGENT
        result = run(AGENT, "--config", self.agent.config, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(self.agent.server[1], result.stderr)

    def test_second_agent_on_the_same_socket_is_refused(self):
        from harness import AGENT
        result = run(AGENT, "--config", self.agent.config, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(self.agent.socket, result.stderr)
        self.assertEqual(
            run(CLIENT, "platform", "unix:" + self.agent.socket,
                check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
