"""Starts what an end-to-end test needs: a software TPM whose PCRs hold a
captured boot, a certificate authority, the agent; and stops exactly that."""

import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BUILD = os.environ["EVIDENCED_BUILD"]
SOURCE = os.environ["EVIDENCED_SOURCE"]
AGENT = os.path.join(BUILD, "agent/serve/evidenced")
CLIENT = os.path.join(BUILD, "agent/client/evidencectl")
EXTEND = os.path.join(BUILD, "tests/support/extend_pcrs")
CAPTURES = os.path.join(SOURCE, "tests/testdata/vm")
# Keys of the configuration's [paths], of the devices of confidential VMs.
TEE_PATHS = ("configfs_tsm", "sev_guest", "tdx_guest", "tdx_measurements",
             "ccel_table", "ccel_log")
AUDIENCE = "spiffe://fleet.example/verifier/1"


def run(*command, check=True, **options):
    """The finished process, with its output as text."""
    result = subprocess.run(command, capture_output=True, text=True,
                            errors="replace", stdin=subprocess.DEVNULL,
                            timeout=120, **options)
    if check and result.returncode != 0:
        raise AssertionError("%s: exit %d\n%s%s" % (
            " ".join(command), result.returncode, result.stdout,
            result.stderr))
    return result


def free_port_pair():
    """Two adjacent ports that were free a moment ago: swtpm's TCTI wants the
    control port right after the data port. They are below the range that
    clients' own ports come from: a TPM's client leaves thousands of those
    behind."""
    for _ in range(1000):
        port = random.randrange(10000, 32000, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("expected two adjacent free ports, found none")


class Swtpm:
    def __init__(self, folder, banks="sha1,sha256,sha384"):
        self.state = os.path.join(folder, "tpm")
        os.makedirs(self.state)
        run("swtpm_setup", "--tpm2", "--tpmstate", self.state, "--pcr-banks",
            banks, "--overwrite", "--logfile",
            os.path.join(folder, "swtpm_setup.log"))
        self.port = free_port_pair()
        self.tcti = "swtpm:host=127.0.0.1,port=%d" % self.port
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", "dir=" + self.state,
             "--server", "type=tcp,bindaddr=127.0.0.1,port=%d" % self.port,
             "--ctrl", "type=tcp,bindaddr=127.0.0.1,port=%d" % (self.port + 1),
             "--flags", "not-need-init,startup-clear"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port + 1)).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("swtpm did not listen on port %d" % self.port)

    def extend(self, boot_log, ima_log=None):
        run(EXTEND, self.tcti, boot_log, *([ima_log] if ima_log else []))

    def signal(self, number):
        self.process.send_signal(number)

    def wait_for_command(self):
        """Until a command waits in the socket of a TPM that was stopped."""
        for _ in range(1000):
            if self._unread_bytes() > 0:
                return
            time.sleep(0.01)
        raise AssertionError("expected a command to wait for the TPM")

    def _unread_bytes(self):
        local = ":%04X" % self.port
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in table]
        # local_address is column 1, tx_queue:rx_queue is column 4, in hex.
        return sum(int(row[4].split(":")[1], 16) for row in rows[1:]
                   if row[1].endswith(local) and row[3] == "01")

    def stop(self):
        """Kills it, in whatever state it is."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process = None


class Authority:
    """A certificate authority of its own, with openssl's command line."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        self.ca = os.path.join(folder, name + "-ca.pem")
        self.ca_key = os.path.join(folder, name + "-ca.key")
        self._key(self.ca_key)
        run("openssl", "req", "-x509", "-key", self.ca_key, "-days", "2",
            "-subj", "/CN=%s test CA" % name, "-out", self.ca)

    @staticmethod
    def _key(path):
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", path)
        os.chmod(path, 0o600)

    def issue(self, name, san, usage):
        """Paths of certificate and key for `san`, such as "URI:a,DNS:b"."""
        cert = os.path.join(self.folder, "%s-%s.pem" % (self.name, name))
        key = cert[:-4] + ".key"
        self._key(key)
        extensions = cert[:-4] + ".ext"
        with open(extensions, "w", encoding="ascii") as out:
            out.write("subjectAltName=%s\nextendedKeyUsage=%s\n"
                      "basicConstraints=CA:FALSE\n" % (san, usage))
        request = cert[:-4] + ".csr"
        run("openssl", "req", "-new", "-key", key, "-subj", "/CN=" + name,
            "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.ca,
            "-CAkey", self.ca_key, "-CAcreateserial", "-days", "1",
            "-extfile", extensions, "-out", cert)
        return cert, key


class Agent:
    """The daemon, its TPM, its certificates and one client for it."""

    def __init__(self, capture="uki_4banks", banks="sha1,sha256,sha384",
                 tpm_config="", config="", ima=True, tee=None):
        """`banks`: None is a machine without a TPM; `tpm_config`: more lines
        of the configuration's [tpm]; `config`: more of its tables; `ima`:
        whether the kernel keeps an IMA list; `tee`: lines of [paths] for the
        CPU's report devices (default: there are none)."""
        self.folder = tempfile.mkdtemp(prefix="evidenced-test-")
        self.process = None
        self.tpm = None
        try:
            self._set_up(capture, banks, tpm_config, config, ima,
                         self._no_tee() if tee is None else tee)
        except BaseException:
            self.stop()
            raise

    def _no_tee(self):
        return "\n".join('%s = "%s"' % (key, self.path("no-" + key))
                         for key in TEE_PATHS)

    def _set_up(self, capture, banks, tpm_config, config, ima, tee):
        source = os.path.join(CAPTURES, capture)
        self.boot_log = self.path("boot.log")
        self.ima_log = self.path("ima.log")
        shutil.copyfile(os.path.join(source, "binary_bios_measurements"),
                        self.boot_log)
        if ima:
            shutil.copyfile(os.path.join(source, "ima_binary"), self.ima_log)
        tcti = "device:" + self.path("no-tpm")
        if banks is not None:
            self.tpm = Swtpm(self.folder, banks)
            self.tpm.extend(self.boot_log, self.ima_log if ima else None)
            tcti = self.tpm.tcti
        self.authority = Authority(self.folder, "fleet")
        self.server = self.authority.issue("agent", "DNS:localhost",
                                           "serverAuth")
        self.verifier = self.authority.issue("verifier", "URI:" + AUDIENCE,
                                             "clientAuth")
        self.socket = self.path("agent.sock")
        self.config = self.path("evidenced.toml")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("""
[listen]
tcp = ["127.0.0.1:0", "[::1]:0"]
unix = "%s"
[tls]
certificate = "%s"
key = "%s"
client_ca = "%s"
[paths]
tcg2_log = "%s"
ima_log = "%s"
%s
[tpm]
tcti = "%s"
%s
[[role]]
uri = "spiffe://fleet.example/verifier/*"
roles = ["verifier"]
[[role]]
uri = "spiffe://fleet.example/probe/*"
roles = ["health"]
[[unix_role]]
uid = %d
roles = ["verifier"]
%s
""" % (self.socket, self.server[0], self.server[1], self.authority.ca,
       self.boot_log, self.ima_log, tee, tcti, tpm_config, os.getuid(),
       config))
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        self.log = open(self.path("agent.log"), "ab")
        self.process = subprocess.Popen(
            [AGENT, "--config", self.config], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log)
        line = self._serving_line()
        self.ports = [int(port) for port in re.findall(r"tcp \S*:(\d+)", line)]
        self.address = "127.0.0.1:%d" % self.ports[0]

    def _serving_line(self):
        text = b""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.2)
            if ready:
                piece = os.read(self.process.stdout.fileno(), 4096)
                text += piece
                if b"serving on" in text and text.endswith(b"\n"):
                    return text.decode()
            if self.process.poll() is not None:
                break
        raise AssertionError("expected a line 'serving on', found %r; log:\n%s"
                             % (text, self.log_text()))

    def log_text(self):
        with open(self.path("agent.log"), encoding="utf-8",
                  errors="replace") as log:
            return log.read()

    def wait_for_log(self, pattern, since=0):
        """Until a line that matches stands in the agent's log, behind its
        first `since` characters: what the agent itself says of a refusal,
        which no client that failed alone brings about."""
        for _ in range(500):
            text = self.log_text()[since:]
            if re.search(pattern, text):
                return
            time.sleep(0.02)
        raise AssertionError("expected the agent to log %r, found:\n%s"
                             % (pattern, text))

    def connection(self, identity=None, server_name="localhost"):
        cert, key = identity or self.verifier
        return ["--ca", self.authority.ca, "--cert", cert, "--key", key,
                "--server-name", server_name]

    def client(self, command, *arguments, identity=None, target=None,
               check=False):
        return run(CLIENT, command, target or self.address,
                   *self.connection(identity), *arguments, check=check)

    def stop_process(self):
        """The daemon alone; start() starts it again."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.process = None

    def stop(self):
        self.stop_process()
        if self.tpm is not None:
            self.tpm.stop()
            self.tpm = None
        shutil.rmtree(self.folder, ignore_errors=True)
