#ifndef EVIDENCE_RAW_CERTIFICATE_CHECKS_H_
#define EVIDENCE_RAW_CERTIFICATE_CHECKS_H_

#include <span>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"

namespace evidenced {

// What chains of every vendor have in common.

inline constexpr absl::string_view kCertificateValidityCheck =
    "certificate-validity";

// The dates alone: `judge` is asked only if `time` is to be checked.
void JudgeDates(ValidityTime time, absl::FunctionRef<absl::Status()> judge,
                RawVerdict& verdict);

// The first that names itself as its issuer; nullptr: none.
const Certificate* FindSelfIssued(std::span<const Certificate> certificates);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_CERTIFICATE_CHECKS_H_
