"""What a client may send that gRPC itself would fall over."""

import socket
import ssl
import struct
import unittest

import harness


def frame(kind, flags, stream, payload=b""):
    """An HTTP/2 frame: RFC 9113, section 4.1."""
    return (struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) +
            struct.pack(">I", stream) + payload)


def literal(name, value):
    """A header field without index and Huffman code: RFC 7541, 6.2.2. Shorter
    than 127 bytes each."""
    return (b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value)


def call(path, extra):
    """A call of `path` with an empty message and one header too many."""
    headers = [(b":method", b"POST"), (b":scheme", b"https"), (b":path", path),
               (b":authority", b"localhost"), (b"te", b"trailers"),
               (b"content-type", b"application/grpc"), extra]
    return (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) +
            frame(1, 4, 1, b"".join(literal(*field) for field in headers)) +
            frame(0, 1, 1, b"\0" * 5))


class HostileClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = harness.Agent()
        cls.addClassCleanup(cls.agent.stop)

    def send(self, identity, data):
        """What the agent answers to `data` within 2 s."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.agent.authority.ca)
        context.load_cert_chain(*identity)
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(
                ("127.0.0.1", self.agent.ports[0])) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as tls:
                tls.settimeout(2)
                tls.sendall(data)
                answer = b""
                try:
                    while chunk := tls.recv(65536):
                        answer += chunk
                except TimeoutError:
                    pass
                return answer

    def test_header_that_aborts_grpc(self):
        # CVE-2023-1428: any valid certificate would do, a role is not needed.
        nobody = self.agent.authority.issue(
            "nobody", "URI:spiffe://fleet.example/nobody/1", "clientAuth")
        for identity in (nobody, self.agent.verifier):
            for path in (b"/grpc.health.v1.Health/Check", b"/no.Such/Method"):
                answer = self.send(
                    identity, call(path, (b"grpclb_client_stats", b"")))
                self.assertIn(b"grpc-status", answer)
                self.assertIsNone(self.agent.process.poll())


if __name__ == "__main__":
    unittest.main()
