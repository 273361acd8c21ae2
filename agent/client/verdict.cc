#include "agent/client/verdict.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace evidenced {
namespace {

// Of several logs that extend one register, the one that says most of it.
constexpr absl::string_view kBySubstance[] = {
    "matched", "untouched",  "weak",  "unlogged",
    "behind",  "not in log", "no log"};

size_t Rank(const RegisterExplanation& words) {
  return static_cast<size_t>(
      std::find(std::begin(kBySubstance), std::end(kBySubstance), words.state) -
      std::begin(kBySubstance));
}

absl::string_view StateText(const LogVerdict& log,
                            const RegisterVerdict& verdict) {
  if (!log.quoted_events.has_value()) return "behind";
  switch (verdict.state) {
    case RegisterState::kMatched:
      return verdict.events > 0 ? "matched" : "untouched";
    case RegisterState::kWeak:
      return "weak";
    case RegisterState::kUnlogged:
      return "unlogged";
  }
  return "unlogged";
}

bool Contains(const std::vector<HashAlgorithm>& banks, HashAlgorithm bank) {
  return std::find(banks.begin(), banks.end(), bank) != banks.end();
}

}  // namespace

std::string Verdict::Reason() const {
  for (const Check& check : checks) {
    if (check.outcome == Outcome::kFail) {
      return absl::StrCat(check.name, ": ", check.found);
    }
  }
  return accepted() ? "" : "the evidence could not be verified";
}

absl::string_view OriginText(StateOrigin origin) {
  switch (origin) {
    case StateOrigin::kLive:
      return "live";
    case StateOrigin::kRecordedInFile:
      return "recorded";
    case StateOrigin::kGivenApart:
      return "recorded, state given apart";
  }
  return "recorded";
}

std::string RoleText(uint32_t role) {
  if (role == 1) return "1, the agent is the TLS server";
  if (role == 3) return "3, no TLS";
  return absl::StrCat(role, ", unknown");
}

RegisterExplanation ExplainByLog(const VerifiedLog& log, HashAlgorithm bank,
                                 uint32_t reg) {
  RegisterExplanation words;
  for (const RegisterVerdict& verdict : log.verdict.registers) {
    if (verdict.reg != reg) continue;
    words.log = log.label;
    const bool compared = Contains(verdict.compared, bank);
    const bool missing = Contains(verdict.missing, bank);
    words.state = compared || missing
                      ? std::string(StateText(log.verdict, verdict))
                      : "not in log";
    if (words.state != "unlogged") continue;
    words.missing = verdict.missing;
    if (verdict.bank == bank && verdict.replayed != verdict.quoted) {
      words.replayed = verdict.replayed;
    }
  }
  return words;
}

RegisterExplanation ExplainRegister(const VerifiedEvidence& evidence,
                                    HashAlgorithm bank, uint32_t reg) {
  RegisterExplanation best;
  for (const VerifiedLog& log : evidence.logs()) {
    RegisterExplanation words = ExplainByLog(log, bank, reg);
    if (Rank(words) < Rank(best)) best = std::move(words);
  }
  return best;
}

RegisterExplanation ExplainRtmr(const VerifiedEvidence& evidence,
                                uint32_t index) {
  const Bytes& value = evidence.tdx()->quote.body().td.rtmr.at(index);
  RegisterExplanation words;
  const VerifiedLog* log = evidence.FindLog(kCcelLabel);
  if (log != nullptr) {
    words = ExplainByLog(*log, HashAlgorithm::kSha384, index + 1);
  }
  if (!words.log.empty()) return words;
  // No event of a log extends it.
  if (std::all_of(value.begin(), value.end(),
                  [](uint8_t byte) { return byte == 0; })) {
    words.state = "untouched";
  } else if (log != nullptr) {
    words.state = "unlogged";
    words.log = log->label;
  }
  return words;
}

bool AkCertificateVouches(const Verdict& verdict,
                          const Certificate& certificate) {
  if (!verdict.ak_by_issuer || verdict.evidence == nullptr ||
      !verdict.evidence->tpm().has_value()) {
    return false;
  }
  const Bytes& ak = verdict.evidence->tpm()->quote.ak().key.spki_sha256();
  const std::vector<Certificate>& all = verdict.evidence->ak_certificates();
  const auto for_ak = [&ak](const Certificate& each) {
    return each.spki_sha256() == ak;
  };
  // Of several for the AK, nothing here says which one the policy took.
  return for_ak(certificate) &&
         std::count_if(all.begin(), all.end(), for_ak) == 1;
}

std::string AkCertificateRemark(const Verdict& verdict,
                                const Certificate& certificate) {
  if (AkCertificateVouches(verdict, certificate)) {
    return "verified: vouches for the AK, by the policy";
  }
  if (verdict.evidence != nullptr && verdict.evidence->tpm().has_value() &&
      certificate.spki_sha256() !=
          verdict.evidence->tpm()->quote.ak().key.spki_sha256()) {
    return "NOT VERIFIED, and for another key than the AK";
  }
  return "not verified: counts for nothing";
}

}  // namespace evidenced
