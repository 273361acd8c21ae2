#include "quote/snp/verify.h"

#include "quote/base/status_macros.h"
#include "quote/snp/report_checks.h"

namespace evidenced {

absl::StatusOr<VerifiedSnpReport> VerifySnpReport(
    ByteView report, const VerifiedSnpEndorsement& endorsement) {
  const SnpEndorsement& signer = endorsement.endorsement();
  ASSIGN_OR_RETURN(SnpReport parsed, ParseSnpReport(report));
  RETURN_IF_ERROR(CheckSnpVersion(parsed));
  RETURN_IF_ERROR(CheckSnpReserved(parsed));
  RETURN_IF_ERROR(CheckSnpSignatureAlgorithm(parsed));
  RETURN_IF_ERROR(CheckSnpSigningKey(parsed));
  RETURN_IF_ERROR(CheckSnpProduct(parsed));
  RETURN_IF_ERROR(CheckSnpSignature(report, parsed, signer.key));
  RETURN_IF_ERROR(CheckSnpKeyKind(parsed, signer));
  RETURN_IF_ERROR(CheckSnpSameProduct(parsed, signer));
  RETURN_IF_ERROR(CheckSnpReportedTcb(parsed, signer));
  RETURN_IF_ERROR(CheckSnpChip(parsed, signer));
  return VerifiedSnpReport(std::move(parsed), endorsement);
}

}  // namespace evidenced
