"""An agent on an emulated TD, and a verifier in Python for it."""

import hashlib

import cpu_agent
from cpu_agent import CpuAgent
from second_opinion import le
from tdx_quote import Quote

EVERY_LABEL = ("tpm", "tpm.ak", "log.tcg2", "log.ccel", "log.ima")
NO_EVENT = 0xffffffff


def paths_of(td):
    """Lines of the configuration's [paths]."""
    return "\n".join('%s = "%s"' % pair for pair in (
        ("configfs_tsm", td.configfs_tsm), ("sev_guest", "/nonexistent"),
        ("tdx_guest", td.tdx_guest), ("tdx_measurements", td.measurements),
        ("ccel_table", td.ccel_table), ("ccel_log", td.ccel_log)))


class TdxAgent(CpuAgent):
    label = "tdx"
    every_label = EVERY_LABEL


def trust(td):
    """Options of evidencectl for a verifier that trusts the emulated root."""
    return ("--trusted-intel-root", td.root_sha256)


def collateral(td):
    return ("--collateral", td.collateral)


def events_of(log):
    """(RTMR, digest, data, end) of each event behind the first, which says of
    what form the log is: UEFI 2.10, section 38.4. The log may end with its
    area's padding."""
    at = 32 + le(log, 28, 4)
    while at < len(log) and le(log, at, 4) != NO_EVENT:
        size = le(log, at + 62, 4)
        end = at + 66 + size
        assert end <= len(log), "an event is cut"
        yield le(log, at, 4) - 1, log[at + 14:at + 62], log[at + 66:end], end
        at = end


def whole_events(log):
    """The log without the padding of its area."""
    end = 32 + le(log, 28, 4)
    for *_, end in events_of(log):
        pass
    return log[:end]


def quoted_events(log, quoted):
    """The smallest number of events that gives all these registers at once;
    None: no number does."""
    rtmrs = [bytes(48)] * 4
    if rtmrs == quoted:
        return 0
    for count, (index, digest, _, _) in enumerate(events_of(log), 2):
        rtmrs[index] = hashlib.sha384(rtmrs[index] + digest).digest()
        if rtmrs == quoted:
            return count
    return None


def check_bound(test, evidence, challenge):
    """The quote signs this challenge and what came with it, and it is genuine.
    Gives the parts by their labels."""
    quote = Quote(evidence.statement)
    test.assertEqual(set(quote.checks().values()), {True})
    return cpu_agent.check_bound(test, evidence, challenge, "tdx",
                                 quote.report_data)
