"""The devices of an emulated SEV-SNP guest or TD:
tests/support/tee_emulator/README.md."""

import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import BUILD, SOURCE

EMULATOR = os.path.join(BUILD, "tests/support/tee_emulator/tee_emulator")
AT_REAL_PATHS = os.path.join(SOURCE,
                             "tests/support/tee_emulator/at_real_paths.sh")
WITHOUT_FUSE = os.environ.get("EVIDENCED_TESTS_WITHOUT_FUSE") == "1"
# The largest keys cost seconds, and nothing here depends on their size.
RSA_BITS = "2048"

# Made once for each run of tests.
KEYS = tempfile.mkdtemp(prefix="evidenced-tee-keys-")
atexit.register(shutil.rmtree, KEYS, ignore_errors=True)


def needs_fuse(test):
    """Fails where FUSE does not work, unless it is told to skip."""
    return unittest.skipIf(WITHOUT_FUSE, "EVIDENCED_TESTS_WITHOUT_FUSE=1")(test)


class Emulated:
    """`options` are the emulator's own, beside those of every test."""

    def __init__(self, *options):
        self.mount = tempfile.mkdtemp(prefix="evidenced-tee-")
        self.process = subprocess.Popen(
            [EMULATOR, self.mount, "--with-parent", "--keys", KEYS, *options],
            stdin=subprocess.DEVNULL)
        self.control = os.path.join(self.mount, "control")
        self.configfs_tsm = os.path.join(self.mount, "tsm/report")
        for _ in range(3000):
            if os.path.exists(self.control):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.stop()
        raise AssertionError(
            "expected tee_emulator to mount, found that it did not: FUSE? "
            "EVIDENCED_TESTS_WITHOUT_FUSE=1 skips these tests")

    def set(self, *faults):
        """Lines "key=value", each until it is changed."""
        with open(self.control, "w", encoding="ascii") as out:
            out.write("\n".join(faults))

    def get(self, counter):
        with open(self.control, encoding="ascii") as control:
            values = dict(line.rstrip().split("=", 1) for line in control)
        return int(values[counter])

    @contextlib.contextmanager
    def held(self):
        """Requests begin and do not end in here."""
        self.set("hold=1")
        try:
            yield self
        finally:
            self.set("hold=0")

    def wait_for_requests(self, count):
        """Until so many were begun."""
        for _ in range(3000):
            if self.get("requests") >= count:
                return
            time.sleep(0.01)
        raise AssertionError("expected %d requests, found %d" % (
            count, self.get("requests")))

    def stop(self):
        """It unmounts on its way out."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        subprocess.run(["umount", "-l", self.mount], check=False,
                       stderr=subprocess.DEVNULL)
        if not os.path.ismount(self.mount):
            os.rmdir(self.mount)


class Emulator(Emulated):
    """An SEV-SNP guest."""

    def __init__(self, product="milan", signing_key="vcek", version=3):
        self.certificates = os.path.join(KEYS, product.capitalize())
        super().__init__("--rsa-bits", RSA_BITS, "--product", product,
                         "--signing-key", signing_key, "--report-version",
                         str(version))
        self.sev_guest = os.path.join(self.mount, "sev-guest")


class Td(Emulated):
    """A TD, with what Intel's service says of its platform beside it."""

    def __init__(self, version=4, td="1.0", *options):
        self.certificates = os.path.join(KEYS, "Tdx")
        self.collateral = os.path.join(self.certificates, "collateral")
        super().__init__("--tee", "tdx", "--quote-version", str(version),
                         "--td", td, *options)
        self.tdx_guest = os.path.join(self.mount, "tdx_guest")
        self.measurements = os.path.join(self.mount, "measurements")
        self.ccel_table = os.path.join(self.mount, "CCEL")
        self.ccel_log = os.path.join(self.mount, "CCEL.data")
        with open(os.path.join(self.certificates, "root.sha256"),
                  encoding="ascii") as text:
            self.root_sha256 = text.read().strip()

    def rtmr(self, index):
        return os.path.join(self.measurements, "rtmr%d:sha384" % index)

    def read_rtmr(self, index):
        with open(self.rtmr(index), "rb") as register:
            return register.read()

    def extend(self, index, digest):
        """As a workload does by the kernel: nobody logs it."""
        with open(self.rtmr(index), "wb", buffering=0) as register:
            register.write(digest)

    def measure(self, index, text):
        """Extends the register, with an event in the log."""
        self.set("measure=%d:%s" % (index, text))

    def quote(self, data):
        entry = os.path.join(self.configfs_tsm, "tee-py")
        os.mkdir(entry)
        try:
            with open(os.path.join(entry, "inblob"), "wb") as inblob:
                inblob.write(data)
            with open(os.path.join(entry, "outblob"), "rb") as outblob:
                return outblob.read()
        finally:
            os.rmdir(entry)
