"""A stand-in for AMD's and Intel's services: HTTPS on loopback, with stored
answers, and whatever a service may do wrong."""

import base64
import http.server
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading
import unittest

import harness

MAKE = os.path.join(harness.BUILD, "tests/integration/make_collateral")
# When what make_collateral makes is valid.
AT = "2026-01-01T00:00:00Z"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802, the name is http.server's
        service = self.server.service
        service.asked.append(self.path)
        for act in service.acts.get(self.path, [])[:1]:
            if len(service.acts[self.path]) > 1:
                service.acts[self.path].pop(0)
            if act is not None:
                act(self)
                return
        answer = service.answers.get(self.path)
        if answer is None:
            self.answer(404, {}, b"no such thing")
        else:
            self.answer(200, *answer)

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.title(), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that end a connection are what is tested."""


class Service:
    """`answers`: path -> (headers, body). `acts`: path -> what to do instead,
    each in turn, the last for ever; None is the answer."""

    def __init__(self, certificate, key, answers, tls=None):
        self.answers = answers
        self.acts = {}
        self.asked = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if tls is not None:
            context.minimum_version = context.maximum_version = tls
        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.service = self
        self.server.socket = context.wrap_socket(self.server.socket,
                                                 server_side=True)
        self.port = self.server.server_address[1]
        self.url = "https://localhost:%d" % self.port
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def status(code, headers=None, body=b"busy"):
    return lambda handler: handler.answer(code, headers or {}, body)


def truncated(handler):
    """Half of what was announced, then the end of the connection."""
    _, body = handler.server.service.answers[handler.path]
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) // 2])
    handler.close_connection = True


def endless(handler):
    """More than anybody takes, without a length."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for _ in range(1024):
        handler.wfile.write(bytes(1 << 16))


class Machines:
    """An SNP and a TDX machine, and the answers about them."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "machines")
        os.mkdir(self.folder)
        harness.run(MAKE, self.folder)
        self.roots = self.read("roots.json")
        self.answers = {}
        for url, answer in self.read("answers.json").items():
            path = "/" + url.split("/", 3)[3]
            self.answers[path] = (answer["headers"],
                                  base64.b64decode(answer["body"]))

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as text:
            return json.load(text)


def fetch(*arguments, env=None):
    """Exit status, standard output and standard error."""
    done = subprocess.run([harness.CLIENT, "collateral", "fetch", *arguments],
                          capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, env=env)
    return done.returncode, done.stdout, done.stderr


class Collateral(unittest.TestCase):
    """A service for both machines, and a client that trusts it."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="evidenced-collateral-")
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.machines = Machines(cls.shared)
        cls.authority = harness.Authority(cls.shared, "mirror")
        cls.identity = cls.authority.issue("service", "DNS:localhost",
                                           "serverAuth")

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="evidenced-collateral-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.out = self.path("bundle")
        self.cache = self.path("cache")
        self.service = self.serve(self.identity)

    def serve(self, identity, tls=None):
        service = Service(*identity, dict(self.machines.answers), tls)
        self.addCleanup(service.stop)
        return service

    def path(self, name):
        return os.path.join(self.folder, name)

    def options(self, url=None, ca=None, at=AT):
        return ["--out", self.out, "--kds", url or self.service.url,
                "--pcs", url or self.service.url,
                "--ca-file", ca or self.authority.ca, "--at", at,
                "--trusted-ark", self.machines.roots["ark"],
                "--trusted-intel-root", self.machines.roots["intel"]]

    def fetch(self, subject, *more, cache=True, **options):
        """Of "report.bin", "quote.bin" and so on."""
        option = "--quote" if "quote" in subject else "--report"
        kept = ["--cache", self.cache] if cache else ["--no-cache"]
        return fetch(option, self.machines.path(subject),
                     *self.options(**options), *kept, *more)

    def good(self, subject, *more, **options):
        """The JSON answer of a fetch that wrote a bundle."""
        code, out, err = self.fetch(subject, "--json", *more, **options)
        self.assertEqual(code, 0, out + err)
        self.assertEqual(err, "")
        return json.loads(out)

    def no_bundle(self):
        """That nothing was written, nor left behind."""
        left = [name for name in os.listdir(self.folder) if name != "cache"]
        self.assertEqual(left, [])

    def bundle(self):
        """File name -> bytes."""
        files = {}
        for name in os.listdir(self.out):
            with open(os.path.join(self.out, name), "rb") as file:
                files[name] = file.read()
        return files
