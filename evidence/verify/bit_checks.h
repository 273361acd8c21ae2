#ifndef EVIDENCE_VERIFY_BIT_CHECKS_H_
#define EVIDENCE_VERIFY_BIT_CHECKS_H_

#include <cstdint>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"

namespace evidenced {

// Each append a check for every bit that `rules`, or a default, requires or
// forbids, and one line that shows which of the others are set, those without a
// name too.

// POLICY of an SNP report, "policy/snp/guest-policy/debug".
void CheckGuestPolicy(uint64_t policy,
                      const ::evidence::v1::SnpGuestPolicyBits& rules,
                      Checks& checks);
// PLATFORM_INFO of an SNP report, "policy/snp/platform-info/smt_en".
void CheckPlatformInfo(uint64_t platform_info,
                       const ::evidence::v1::SnpPlatformBits& rules,
                       Checks& checks);

// ATTRIBUTES of a TD, "policy/tdx/attributes/debug". Those for debugging that
// have no name are forbidden: "policy/tdx/attributes/unnamed_debug".
void CheckTdAttributes(uint64_t attributes,
                       const ::evidence::v1::TdxAttributeBits& rules,
                       Checks& checks);
// XFAM of a TD, "policy/tdx/xfam/avx".
void CheckTdXfam(uint64_t xfam, const ::evidence::v1::TdxXfamBits& rules,
                 Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_BIT_CHECKS_H_
