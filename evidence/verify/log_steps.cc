#include "evidence/verify/log_steps.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/binding/refusal.h"
#include "evidence/log/describe.h"
#include "evidence/verify/add_check.h"

namespace evidenced {
namespace {

constexpr absl::string_view kTcg2Label = "log.tcg2";
constexpr uint32_t kSecureBootPcr = 7;

// No digest covers a tail, so only a replay could vouch for it.
void CheckTails(const VerifiedBinding& binding, Checks& checks) {
  for (const auto& [label, tail] : binding.tails()) {
    if (IsKnownLog(label)) continue;
    AddFailure(checks, absl::StrCat("tail/", label),
               "no tail of a log that this version does not replay",
               Refuse("tail-beyond-quoted-events",
                      absl::StrFormat("found %d bytes", tail.size())));
  }
}

std::optional<bool> SecureBootBy(const VerifiedLog* log) {
  if (log == nullptr) return std::nullopt;
  return SecureBootState(log->log, log->events, log->verdict);
}

}  // namespace

std::vector<VerifiedLog> CheckLogs(const VerifiedBinding& binding,
                                   const LogRegisters& registers,
                                   Checks& checks) {
  std::vector<VerifiedLog> logs;
  CheckTails(binding, checks);
  for (const auto& [label, part] : binding.parts()) {
    if (!IsKnownLog(label)) continue;
    const auto tail = binding.tails().find(label);
    auto log = ReadVerifiedLog(
        label, part, tail == binding.tails().end() ? Bytes{} : tail->second,
        label == kCcelLabel ? registers.rtmrs : registers.pcrs);
    if (!log.ok()) {
      AddFailure(checks, absl::StrCat("log/", label), "a well-formed log",
                 log.status());
      continue;
    }
    AddCheck(checks, absl::StrCat("log/", label), Outcome::kPass,
             "a well-formed log",
             absl::StrFormat("%d events", log->events.size()));
    CheckLog(*log, checks);
    logs.push_back(*std::move(log));
  }
  return logs;
}

const VerifiedLog* FindLog(const std::vector<VerifiedLog>& logs,
                           absl::string_view label) {
  for (const VerifiedLog& log : logs) {
    if (log.label == label) return &log;
  }
  return nullptr;
}

std::optional<bool> SecureBootOfTd(const std::vector<VerifiedLog>& logs) {
  return SecureBootBy(FindLog(logs, kCcelLabel));
}

// The bank is the one that every firmware fills. The attester chooses what it
// quotes, and the state in a saved file may ask for any bank: without this, one
// that the firmware does not fill could stand alone.
std::optional<bool> SecureBootOfTpm(const std::vector<VerifiedLog>& logs,
                                    const PcrValues& quoted) {
  const auto bank = quoted.find(HashAlgorithm::kSha256);
  if (bank == quoted.end() || !bank->second.contains(kSecureBootPcr)) {
    return std::nullopt;
  }
  return SecureBootBy(FindLog(logs, kTcg2Label));
}

}  // namespace evidenced
