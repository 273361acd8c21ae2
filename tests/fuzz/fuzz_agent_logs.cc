// An agent that sends whatever logs it likes beside a true quote. What is
// claimed of such logs is what the quoted registers vouch for: the replay of
// the quoted events gives each matched register in a bank stronger than SHA-1,
// no tail goes beyond them, and Secure Boot is what the registers say.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence/log/replay.h"
#include "evidence/verify/verify.h"
#include "quote/base/byte_reader.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Bytes;
using evidenced::EvidenceBuilder;
using evidenced::Require;
using evidenced::VerifiedEvidence;
using evidenced::VerifiedLog;

// Keys take long to make, and the honest logs are always the same.
const EvidenceBuilder& Honest() {
  static const auto* const kHonest = new EvidenceBuilder();
  return *kHonest;
}

Bytes TakeSized(evidenced::ByteReader& in) {
  const size_t size = in.Be<uint16_t>();
  return evidenced::ToBytes(in.Take(std::min(size, in.remaining())));
}

// The quoted events alone, as a log.
evidenced::PcrValues ReplayQuoted(const VerifiedLog& log,
                                  evidenced::HashAlgorithm bank) {
  evidenced::EventLog quoted = log.log;
  quoted.events.assign(log.quoted().begin(), log.quoted().end());
  const std::vector<evidenced::HashAlgorithm> banks = {bank};
  return evidenced::Replay(quoted, banks);
}

void CheckClaims(const VerifiedLog& log, const VerifiedEvidence& evidence) {
  const auto bank = evidenced::HashAlgorithm::kSha256;
  const auto replayed = ReplayQuoted(log, bank);
  for (const auto& verdict : log.verdict.registers) {
    if (!log.verdict.Matched(verdict.reg) || verdict.events == 0) continue;
    Require(replayed.at(bank).at(verdict.reg) ==
            evidence.pcrs().at(bank).at(verdict.reg));
  }
  if (!log.tail.empty()) {
    Require(log.quoted().size() == log.events.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  evidenced::ByteReader in(evidenced::ByteView(data, size));
  EvidenceBuilder agent = Honest();
  // A bit for each log that is the input's; the others stay honest.
  const uint8_t which = in.U8();
  if ((which & 1U) != 0) agent.boot_log = TakeSized(in);
  if ((which & 2U) != 0) agent.ima_log = TakeSized(in);
  if ((which & 4U) != 0) agent.boot_tail = TakeSized(in);
  if ((which & 8U) != 0) agent.ima_tail = TakeSized(in);
  if (agent.boot_log.empty() || agent.ima_log.empty()) return 0;
  const auto verification = evidenced::VerifyEvidence(agent.Build());
  if (verification.evidence == nullptr) return 0;
  for (const VerifiedLog& log : verification.evidence->logs()) {
    CheckClaims(log, *verification.evidence);
  }
  Require(verification.evidence->secure_boot().value_or(true));
  return 0;
}
