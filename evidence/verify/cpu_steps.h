#ifndef EVIDENCE_VERIFY_CPU_STEPS_H_
#define EVIDENCE_VERIFY_CPU_STEPS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/evidence.pb.h"

#include "evidence/verify/check.h"
#include "evidence/verify/snp_collateral.h"
#include "evidence/verify/tdx_collateral.h"
#include "evidence/verify/tdx_steps.h"
#include "quote/base/bytes.h"
#include "quote/snp/verify.h"

namespace evidenced {

// What a processor signed; neither where a TPM signs.
struct VerifiedCpu {
  std::optional<VerifiedSnpReport> snp = std::nullopt;
  std::optional<VerifiedTdx> tdx = std::nullopt;

  bool signs() const { return snp.has_value() || tdx.has_value(); }
  // nullptr: it signs nothing.
  const Bytes* report_data() const;
};

// Whether this label is that of a processor's statement.
bool IsCpuSigner(absl::string_view signer);

// The statement, by its signer; the checks are those of CheckSnpReport() or
// CheckTdxQuote(). Of a signer that is no processor, nothing. nullopt: no root
// is trusted for it, and it does not verify.
absl::StatusOr<VerifiedCpu> CheckCpuStatement(
    const ::evidence::v1::Evidence& evidence,
    const std::optional<SnpCollateral>& snp,
    const std::optional<TdxCollateral>& tdx, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_CPU_STEPS_H_
