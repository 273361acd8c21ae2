#include "agent/collect/rtmr_log.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/digest.h"
#include "quote/tdx/quote.h"
#include "quote/tpm/quote.h"

namespace evidenced {
namespace {

// In a TD's log, register 0 is MRTD.
constexpr uint32_t kFirstRtmr = 1;

PcrValues RegistersOf(const TdMeasurements& td) {
  PcrValues values;
  uint32_t index = kFirstRtmr;
  for (const Bytes& rtmr : td.rtmr) {
    values[HashAlgorithm::kSha384][index++] = rtmr;
  }
  return values;
}

}  // namespace

absl::Status RtmrLog::Follow(ByteView quote,
                             const std::shared_ptr<const CollectedLog>& log,
                             v1::Evidence& evidence) {
  const absl::StatusOr<TdxQuote> parsed = ParseTdxQuote(quote);
  if (!parsed.ok()) return absl::DataLossError(parsed.status().message());
  if (!parsed->td.has_value()) {
    return absl::DataLossError("expected a quote of a TD, found another");
  }
  if (log == nullptr) return absl::OkStatus();
  const LogReach reach = follower_.Follow(log, RegistersOf(parsed->td->td));
  for (v1::Part& part : *evidence.mutable_parts()) {
    if (part.label() == source_.label()) AddReach(reach, part, evidence);
  }
  return absl::OkStatus();
}

}  // namespace evidenced
