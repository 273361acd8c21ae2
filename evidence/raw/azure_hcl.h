#ifndef EVIDENCE_RAW_AZURE_HCL_H_
#define EVIDENCE_RAW_AZURE_HCL_H_

#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/azure_td.h"
#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_report.h"
#include "evidence/raw/tdx_quote.h"
#include "evidence/raw/tpm_quote.h"
#include "quote/azure/hcl_report.h"
#include "quote/base/bytes.h"
#include "quote/crypto/public_key.h"

namespace evidenced {

struct RawAzureInput {
  ByteView hcl;
  RawSnpFiles files;  // of the hardware report's key
  RawSnpTrust trust;
  // Of a TD: the quote that was made of its TDREPORT.
  std::optional<RawTdxInput> td_quote;
  // A quote of the VM's TPM. Its `ak` is the one that the runtime data names,
  // and its `policy` is the one below.
  std::optional<RawTpmInput> quote;
  const ::evidence::v1::AppraisalPolicy* policy = nullptr;
};

// Finds the AK in runtime data, which are JSON.
using AzureAkReader =
    absl::FunctionRef<absl::StatusOr<PublicKey>(absl::string_view json)>;

// The verdict on an HCL report of an SNP guest or a TD and a quote of its TPM,
// with all that was read on the way.
struct RawAzureHcl {
  RawVerdict verdict;   // on all of it; of a part as "snp/...", "tpm/..."
  absl::Status layout;  // of the HCL report
  std::optional<AzureHclReport> hcl;
  std::optional<absl::StatusOr<PublicKey>> ak;
  // One of both.
  std::optional<RawSnpReport> snp;
  std::optional<RawAzureTd> td;
  std::optional<RawTpmInput> quote_input;  // as it was judged
  std::optional<RawTpmQuote> quote;
};

// Genuine if and only if:
// - `hcl` is one HCL report, of a version that is known, with an SNP report or
// a
//   TDREPORT
// - that is genuine: see JudgeSnpReport() and JudgeAzureTd()
// - its report data is the hash of the runtime data, which hence the vendor's
//   key covers, and these name an AK
// - the quote, if there is one, is genuine by that AK: see JudgeTpmQuote()
// The chain vouches for the AK as far as one trusts the paravisor that the
// report's measurement names.
RawAzureHcl JudgeAzureHcl(const RawAzureInput& in, AzureAkReader read_ak);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_AZURE_HCL_H_
