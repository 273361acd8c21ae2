#ifndef EVIDENCE_VERIFY_LOG_STEPS_H_
#define EVIDENCE_VERIFY_LOG_STEPS_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

#include "evidence/binding/verify_binding.h"
#include "evidence/verify/check.h"
#include "evidence/verify/verified_log.h"

namespace evidenced {

// Whose registers a log of verified evidence is replayed against.
struct LogRegisters {
  QuotedRegisters pcrs;   // of a TPM
  QuotedRegisters rtmrs;  // of a TD
};

// The logs among the parts of `binding`. Appends "log/...", "replay/..." and
// "tail/..."; those that do not parse are left out.
std::vector<VerifiedLog> CheckLogs(const VerifiedBinding& binding,
                                   const LogRegisters& registers,
                                   Checks& checks);

// nullptr: none of that label.
const VerifiedLog* FindLog(const std::vector<VerifiedLog>& logs,
                           absl::string_view label);

// As SecureBootState() says of the log of who signs: a TD's own, or the boot
// log of a TPM, if PCR 7 is quoted in the SHA-256 bank.
std::optional<bool> SecureBootOfTd(const std::vector<VerifiedLog>& logs);
std::optional<bool> SecureBootOfTpm(const std::vector<VerifiedLog>& logs,
                                    const PcrValues& quoted);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_LOG_STEPS_H_
