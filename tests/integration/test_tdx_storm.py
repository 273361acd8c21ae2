"""A workload that extends RTMRs while quotes are taken: every evidence
verifies or says that the log is behind its registers, and which of both a
second reader of quote and log says too."""

from concurrent.futures import ThreadPoolExecutor
import collections
import json
import os
import time
import unittest

from evidence.v1 import saved_pb2
from cpu_agent import check_bound
from harness import CLIENT, run
from td_workload import Workload
from tdx_agent import (TdxAgent, collateral, events_of, paths_of,
                       quoted_events, trust)
from tdx_quote import Quote
from tee import Td, needs_fuse

EVIDENCES = 1000
# Events of each register that come before the evidence that they are counted
# by: there is one for each evidence, and the log has room for all.
AHEAD = 200
CLIENTS = 3
# While so many are taken, every workload extends its register.
STRETCH = 100
LABELS = ["log.ccel"]
# By workloads of both kinds.
EXTENDED = (2, 3)
EVENT_CHECKS = ["policy/tdx/rtmr%d/required-events" % i for i in EXTENDED]


@needs_fuse
class Storm(unittest.TestCase):
    def setUp(self):
        self.td = Td()
        self.addCleanup(self.td.stop)
        self.agent = TdxAgent(tee=paths_of(self.td), banks=None, ima=False)
        self.addCleanup(self.agent.stop)
        self.folder = self.agent.path("saved")
        os.mkdir(self.folder)
        self.policy = self.make_policy()
        # How many events there were when each evidence had been taken.
        self.seen = []

    def take(self, count, workloads=()):
        """So many, one after the other: paths of saved evidence."""
        stub = self.agent.stub()
        fixed = self.agent.challenge()
        paths = []
        for _ in range(count):
            challenge = dict(fixed, nonce=os.urandom(32))
            evidence = self.agent.evidence(challenge, LABELS, stub)
            # The signatures are evidencectl's to check.
            check_bound(self, evidence, challenge, "tdx",
                        Quote(evidence.statement).report_data)
            paths.append(self.save(evidence, challenge))
            self.seen.append([workload.done for workload in workloads])
        return paths

    def save(self, evidence, challenge):
        state = saved_pb2.VerifierState(
            role=1, audience=challenge["audience"], nonce=challenge["nonce"],
            spki_sha256=challenge["spki"],
            certificate_sha256=challenge["certificate"],
            peer_spki_sha256=challenge["peer"],
            user_data=challenge["user_data"], requested=LABELS,
            requested_unix_ms=int(time.time() * 1000), target="storm")
        path = os.path.join(self.folder, challenge["nonce"].hex())
        with open(path, "wb") as out:
            out.write(saved_pb2.SavedEvidence(
                evidence=evidence, state=state).SerializeToString())
        return path

    def make_policy(self):
        """Wants the boot's events in both registers, which only a log shows
        that replays to them."""
        with open(self.td.ccel_log, "rb") as log:
            events = list(events_of(log.read()))
        evidence = self.agent.evidence(self.agent.challenge(), LABELS,
                                       self.agent.stub())
        rules = {"mr_tds": [Quote(evidence.statement).mrtd.hex()],
                 "rtmrs": [{"index": rtmr, "required_events": [
                     digest.hex() for index, digest, _, _ in events
                     if index == rtmr]} for rtmr in EXTENDED]}
        path = self.agent.path("policy.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"accept_signers": ["tdx"], "tdx": rules}, out)
        return path

    def judge(self, path):
        """"replayed" if the log explains every RTMR at once, "unlogged" if it
        does so for some, "behind" if no number of its events does."""
        with open(path, "rb") as data:
            evidence = saved_pb2.SavedEvidence.FromString(data.read()).evidence
        part, = evidence.parts
        count = quoted_events(part.data + part.tail,
                              Quote(evidence.statement).rtmrs)
        result = run(CLIENT, "verify", path, "--policy", self.policy, "--json",
                     "--events", "0", *trust(self.td), *collateral(self.td),
                     check=False)
        verdict = json.loads(result.stdout)
        log = verdict["logs"]["log.ccel"]
        states = {rtmr["state"] for rtmr in verdict["tdx"]["rtmrs"]}
        if count is not None:
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertEqual(log["quoted_events"], count)
            self.assertEqual(states, {"matched"})
            return "replayed"
        # Genuine all the same, and nothing is claimed of what was extended.
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual({check["name"] for check in verdict["checks"]
                          if check["outcome"] == "fail"} - set(EVENT_CHECKS),
                         set())
        if log["quoted_events"] is None:
            self.assertEqual(log["error"], "LOG_BEHIND_REGISTER")
            return "behind"
        self.assertIn("unlogged", states)
        return "unlogged"

    def assert_extended_throughout(self):
        """From the first evidence to the last."""
        self.assertEqual(len(self.seen), EVIDENCES)
        ends = self.seen[::STRETCH] + self.seen[-1:]
        for before, after in zip(ends, ends[1:]):
            for fewer, more in zip(before, after):
                self.assertLess(fewer, more)

    def test_every_evidence_verifies_or_says_that_the_log_is_behind(self):
        def room():
            return len(self.seen) + AHEAD
        workloads = [Workload(self.td.mount, 3, "register-first", room),
                     Workload(self.td.mount, 2, "log-first", room)]
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for workload in workloads:
                workload.start()
            try:
                shares = [EVIDENCES // CLIENTS] * CLIENTS
                shares[0] += EVIDENCES - sum(shares)
                paths = sum(pool.map(lambda share: self.take(share, workloads),
                                     shares), [])
                self.assertEqual([w.is_alive() for w in workloads],
                                 [True] * len(workloads))
            finally:
                for workload in workloads:
                    workload.stop()
            taken = time.monotonic() - began
            counts = collections.Counter(pool.map(self.judge, paths))
        print("\n%d and %d extends, %r; taken in %.0f s, judged in %.0f s" % (
            *(w.done for w in workloads), dict(counts), taken,
            time.monotonic() - began - taken))
        self.assert_extended_throughout()
        self.assertEqual(sum(counts.values()), EVIDENCES)
        # Else nothing of this was tried.
        self.assertGreater(counts["replayed"], 0)
        self.assertGreater(counts["unlogged"] + counts["behind"], 0)
        # It is over, and the log has caught up.
        self.assertEqual(self.judge(self.take(1)[0]), "replayed")


if __name__ == "__main__":
    unittest.main()
