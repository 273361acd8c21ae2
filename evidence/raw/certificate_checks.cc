#include "evidence/raw/certificate_checks.h"

namespace evidenced {

void JudgeDates(ValidityTime time, absl::FunctionRef<absl::Status()> judge,
                RawVerdict& verdict) {
  constexpr char kExpected[] = "certificates that are valid at the time given";
  if (time.checked()) {
    verdict.Add(kCertificateValidityCheck, kExpected, judge(),
                "all of them are");
  } else {
    verdict.NotChecked(kCertificateValidityCheck, kExpected,
                       "dates are shown, and not judged");
  }
}

const Certificate* FindSelfIssued(std::span<const Certificate> certificates) {
  for (const Certificate& certificate : certificates) {
    if (certificate.subject() == certificate.issuer()) return &certificate;
  }
  return nullptr;
}

}  // namespace evidenced
