#ifndef EVIDENCE_VERIFY_SNP_BIT_CHECKS_H_
#define EVIDENCE_VERIFY_SNP_BIT_CHECKS_H_

#include <cstdint>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"

namespace evidenced {

// Each append a check for every bit that `rules`, or a default, requires or
// forbids, and one line that shows which of the others are set, those without a
// name too.

// POLICY, "policy/snp/guest-policy/debug".
void CheckGuestPolicy(uint64_t policy,
                      const ::evidence::v1::SnpGuestPolicyBits& rules,
                      Checks& checks);
// PLATFORM_INFO, "policy/snp/platform-info/smt_en".
void CheckPlatformInfo(uint64_t platform_info,
                       const ::evidence::v1::SnpPlatformBits& rules,
                       Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_SNP_BIT_CHECKS_H_
