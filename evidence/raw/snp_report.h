#ifndef EVIDENCE_RAW_SNP_REPORT_H_
#define EVIDENCE_RAW_SNP_REPORT_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_keys.h"
#include "quote/base/bytes.h"
#include "quote/snp/product.h"
#include "quote/snp/report.h"
#include "quote/snp/tcb.h"

namespace evidenced {

struct RawSnpInput {
  ByteView report;
  RawSnpFiles files;
  std::optional<ByteView> table;  // a certificate table, for what files lack
  // What the report data must begin with; the rest of it must be zero.
  std::optional<Bytes> report_data;
  RawSnpTrust trust;
};

// The verdict on an SNP report that was handed over by itself, with all that
// was read on the way.
struct RawSnpReport {
  RawVerdict verdict;
  absl::Status layout;  // of the report
  std::optional<SnpReport> report;
  RawSnpKeys keys;

  // By the report's CPUID, else by the certificate. nullopt: neither says.
  std::optional<SnpProduct> product() const;
  // In the layout of the product, of all but Turin if there is none.
  SnpTcb Tcb(uint64_t raw) const;
};

// Every check of VerifySnpReport() and VerifySnpEndorsement() that can be made
// with what was given, each by a name of its own. It accepts what they accept.
// Without a VCEK or VLEK, or without a chain for it, there is no verdict.
RawSnpReport JudgeSnpReport(const RawSnpInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_SNP_REPORT_H_
