"""The benchmarks of scripts/bench. Each yields (name, value, unit, baseline):
a ratio to the baseline of the same run counts, the absolute values are the
machine's."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from harness import AGENT, AUDIENCE, BUILD, Agent, run

DRIVER = os.path.join(BUILD, "tests/bench/evidence_bench")
LOG_DRIVER = os.path.join(BUILD, "tests/bench/log_bench")
SNP_DRIVER = os.path.join(BUILD, "tests/bench/snp_bench")
TDX_DRIVER = os.path.join(BUILD, "tests/bench/tdx_bench")
STARTS = 15
MEMORY_LIMIT_MIB = 24
START_LIMIT_MS = 150


def get_evidence():
    """p50 of GetEvidence by one client, against a bare quote and PCR read and
    an RPC of the same size without a device, taken in turns."""
    agent = Agent()
    try:
        out = run(DRIVER, "--address", agent.address, *agent.connection(),
                  "--server-cert", agent.server[0], "--server-key",
                  agent.server[1], "--audience", AUDIENCE, "--tcti",
                  agent.tpm.tcti).stdout
    finally:
        agent.stop()
    values = json.loads(out)
    baseline = values["bare_us"] + values["rpc_us"]
    yield "get-evidence/bare-quote-and-pcr-read", values["bare_us"], "us", None
    yield "get-evidence/rpc-of-the-same-size", values["rpc_us"], "us", None
    yield "get-evidence/p50", values["evidence_us"], "us", baseline


def memory():
    """Resident memory of the idle daemon; the baseline is the limit."""
    agent = Agent()
    try:
        time.sleep(1)
        with open("/proc/%d/status" % agent.process.pid,
                  encoding="ascii") as status:
            line = next(row for row in status if row.startswith("VmRSS:"))
    finally:
        agent.stop()
    yield ("memory/idle-resident", int(line.split()[1]) / 1024, "MiB",
           MEMORY_LIMIT_MIB)


def start():
    """From exec to the line that says SERVING; the baseline is the limit."""
    agent = Agent()
    try:
        times = []
        for _ in range(STARTS):
            agent.stop_process()
            began = time.monotonic()
            agent.start()
            times.append((time.monotonic() - began) * 1000)
    finally:
        agent.stop()
    yield "start/exec-to-serving", statistics.median(times), "ms", \
        START_LIMIT_MS


def logs():
    """Events of boot and IMA logs, of processor time: parsed, against the
    least that is asked; replayed and compared with registers, against OpenSSL
    computing the same hashes and nothing else; and the time for each entry as
    a list grows, against the shortest list."""
    yield from rows(LOG_DRIVER)


def snp():
    """Verification of an SNP report, of processor time, against a bare
    verification of its signature: with the chain in the cache, which is to
    take at most twice as long, and without, in all and by its parts."""
    yield from rows(SNP_DRIVER)


def tdx():
    """Verification of a TDX quote and of its platform's TCB, of processor time,
    against three bare verifications over the same curve: with PCK and
    collateral in the cache, which is to take at most two and a half times as
    long, and without, in all and by its parts."""
    yield from rows(TDX_DRIVER)


def rows(driver):
    """What a driver of its own prints."""
    out = subprocess.run([driver], check=True, stdout=subprocess.PIPE)
    for row in json.loads(out.stdout):
        yield row["name"], row["value"], row["unit"], row["baseline"]


BENCHMARKS = {"get-evidence": get_evidence, "logs": logs, "memory": memory,
              "snp": snp, "start": start, "tdx": tdx}
# What a ratio must not exceed.
LIMITS = {"snp/warm": 2.0, "tdx/warm": 2.5}
# Those that need no agent.
DRIVERS = {"logs": LOG_DRIVER, "snp": SNP_DRIVER, "tdx": TDX_DRIVER}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    needed = DRIVERS.get(options.name, AGENT)
    if not os.path.exists(needed):
        sys.exit("expected %s: build first" % needed)
    if not options.json:
        print("%-38s %10s %-4s %10s %7s" % ("benchmark", "value", "unit",
                                            "baseline", "ratio"))
    above = []
    for name, benchmark in BENCHMARKS.items():
        if options.name not in (None, name):
            continue
        for label, value, unit, baseline in benchmark():
            ratio = value / baseline if baseline else None
            if ratio is not None and ratio > LIMITS.get(label, ratio):
                above.append("%s: expected a ratio of at most %.2f, found %.2f"
                             % (label, LIMITS[label], ratio))
            if options.json:
                print(json.dumps({
                    "name": label, "value": round(value, 3), "unit": unit,
                    "baseline": round(baseline, 3) if baseline else None,
                    "ratio": round(ratio, 3) if ratio else None}))
            else:
                print("%-38s %10.2f %-4s %10s %7s" % (
                    label, value, unit,
                    "%.2f" % baseline if baseline else "-",
                    "%.2f" % ratio if ratio else "-"))
    if above:
        sys.exit("\n".join(above))


if __name__ == "__main__":
    main()
