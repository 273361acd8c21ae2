#include "evidence/verify/cpu_steps.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "evidence/verify/add_check.h"
#include "evidence/verify/snp_steps.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kSnp = "snp";
constexpr absl::string_view kTdx = "tdx";

absl::Status NoRoot(absl::string_view name, absl::string_view what,
                    Checks& checks) {
  absl::Status status =
      absl::UnauthenticatedError(absl::StrCat("no root is trusted for ", what));
  AddFailure(checks, name, "a root that is trusted", status);
  return status;
}

}  // namespace

const Bytes* VerifiedCpu::report_data() const {
  if (snp.has_value()) return &snp->report().report_data;
  return tdx.has_value() ? &tdx->quote.body().report_data : nullptr;
}

bool IsCpuSigner(absl::string_view signer) {
  return signer == kSnp || signer == kTdx;
}

absl::StatusOr<VerifiedCpu> CheckCpuStatement(
    const ::evidence::v1::Evidence& evidence,
    const std::optional<SnpCollateral>& snp,
    const std::optional<TdxCollateral>& tdx, Checks& checks) {
  VerifiedCpu out;
  if (evidence.signer() == kSnp) {
    if (!snp.has_value()) return NoRoot("endorsement", "SNP reports", checks);
    ASSIGN_OR_RETURN(out.snp, CheckSnpReport(evidence, *snp, checks));
  } else if (evidence.signer() == kTdx) {
    if (!tdx.has_value()) return NoRoot("pck-chain", "TDX quotes", checks);
    ASSIGN_OR_RETURN(out.tdx, CheckTdxQuote(evidence, *tdx, checks));
  }
  return out;
}

}  // namespace evidenced
