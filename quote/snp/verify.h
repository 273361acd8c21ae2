#ifndef QUOTE_SNP_VERIFY_H_
#define QUOTE_SNP_VERIFY_H_

#include <utility>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/snp/chain.h"
#include "quote/snp/report.h"
#include "quote/snp/tcb.h"

namespace evidenced {

// A report that an endorsed key signed. Only VerifySnpReport() makes one.
class VerifiedSnpReport {
 public:
  const SnpReport& report() const { return report_; }
  const SnpEndorsement& endorsement() const { return key_.endorsement(); }
  // Who vouches for the key.
  const VerifiedSnpEndorsement& key() const { return key_; }
  SnpProduct product() const { return endorsement().product; }

  // The report's TCB versions in the layout of its product.
  SnpTcb reported_tcb() const { return Tcb(report_.reported_tcb); }
  SnpTcb current_tcb() const { return Tcb(report_.current_tcb); }
  SnpTcb committed_tcb() const { return Tcb(report_.committed_tcb); }
  SnpTcb launch_tcb() const { return Tcb(report_.launch_tcb); }

 private:
  friend absl::StatusOr<VerifiedSnpReport> VerifySnpReport(
      ByteView report, const VerifiedSnpEndorsement& endorsement);
  VerifiedSnpReport(SnpReport report, VerifiedSnpEndorsement key)
      : report_(std::move(report)), key_(std::move(key)) {}

  SnpTcb Tcb(uint64_t raw) const { return {raw, product()}; }

  SnpReport report_;
  VerifiedSnpEndorsement key_;
};

// Valid if and only if:
// - `report` is one report of version 2 to 5 with zero in its reserved fields
// - it says that a VCEK or VLEK signed it, with ECDSA P-384 and SHA-384
// - the endorsed key is of that kind, and made the signature
// - its certificate is for the report's processor, reported TCB and, if a VCEK,
//   chip
// It does not say whose report data it is, nor that the guest may be debugged
// or migrated. INVALID_ARGUMENT: layout or version. UNAUTHENTICATED: the rest.
absl::StatusOr<VerifiedSnpReport> VerifySnpReport(
    ByteView report, const VerifiedSnpEndorsement& endorsement);

}  // namespace evidenced

#endif  // QUOTE_SNP_VERIFY_H_
