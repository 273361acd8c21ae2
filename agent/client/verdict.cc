#include "agent/client/verdict.h"

#include "absl/strings/str_cat.h"

namespace evidenced {
namespace {

absl::string_view StateText(const LogVerdict& verdict, RegisterState state) {
  if (!verdict.quoted_events.has_value()) return "behind";
  switch (state) {
    case RegisterState::kMatched:
      return "matched";
    case RegisterState::kWeak:
      return "weak";
    case RegisterState::kUnlogged:
      return "unlogged";
  }
  return "unlogged";
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

RegisterExplanation ExplainRegister(const VerifiedEvidence& evidence,
                                    HashAlgorithm bank, uint32_t reg) {
  RegisterExplanation best{"no log", "", {}};
  for (const VerifiedLog& log : evidence.logs()) {
    for (const RegisterVerdict& verdict : log.verdict.registers) {
      if (verdict.reg != reg || best.state == "matched") continue;
      best.state = std::string(StateText(log.verdict, verdict.state));
      best.log = log.label;
      if (best.state == "unlogged" && verdict.bank == bank) {
        best.replayed = verdict.replayed;
      }
    }
  }
  return best;
}

}  // namespace evidenced
