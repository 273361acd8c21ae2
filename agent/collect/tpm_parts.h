#ifndef AGENT_COLLECT_TPM_PARTS_H_
#define AGENT_COLLECT_TPM_PARTS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/base/warn.h"
#include "agent/collect/challenge.h"
#include "agent/collect/register_quote.h"
#include "agent/device/report_device.h"
#include "agent/device/tpm_device.h"
#include "agent/device/tpm_slot.h"
#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr absl::string_view kTpmLabel = "tpm";
inline constexpr absl::string_view kAkLabel = "tpm.ak";

// What a TPM gives to evidence: the quote, the key that signed it, what the
// manifest says of both, and certificates.
struct TpmParts {
  ManifestEntry quote_entry;
  ManifestEntry ak_entry;
  RegisterQuote quote;
  Bytes ak_public;
  std::vector<TpmCertificate> certificates;
};

// Gets them. Used by the TPM's thread alone.
class TpmQuoter {
 public:
  explicit TpmQuoter(Warn warn) : warn_(std::move(warn)) {}

  // First form, under a CPU report: a quote over `anchor`. A TPM that fails
  // does not fail the evidence: the parts are missing then, with the reason,
  // and the log has a line.
  // INVALID_ARGUMENT: a PCR bank that is not active.
  absl::StatusOr<TpmParts> UnderReport(TpmSlot& slot, ByteView anchor,
                                       const Challenge& challenge);

  // Second form. The key comes before the quote, which signs the manifest that
  // has the key in it.
  const ManifestEntry& AkEntry(const TpmInfo& info);
  // Errors are those of RegisterQuoter::Quote(); the slot is told.
  absl::StatusOr<RegisterQuote> Signing(TpmSlot& slot, TpmDevice& tpm,
                                        const ReportData& report_data,
                                        const Challenge& challenge);

 private:
  void WarnOf(const absl::Status& status);
  absl::StatusOr<RegisterQuote> Quote(TpmSlot& slot, TpmDevice& tpm,
                                      ByteView extra_data,
                                      const Challenge& challenge);

  Warn warn_;
  RegisterQuoter quoter_;
  Bytes ak_public_;  // of ak_entry_
  ManifestEntry ak_entry_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_TPM_PARTS_H_
