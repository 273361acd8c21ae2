#ifndef AGENT_SERVE_REQUEST_CHECK_H_
#define AGENT_SERVE_REQUEST_CHECK_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/service.pb.h"

#include "agent/collect/collector.h"
#include "agent/device/report_device.h"
#include "agent/serve/callers.h"
#include "quote/crypto/certificate.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// Bytes.
inline constexpr size_t kMaxRequestBytes = 128U << 10;
inline constexpr size_t kMaxUserData = 65536;
inline constexpr size_t kMinNonce = 32;
inline constexpr size_t kMaxNonce = 64;

// INVALID_ARGUMENT: an unknown bank, a PCR over 23, one twice, a bank twice.
absl::StatusOr<std::vector<PcrBankSelection>> CheckPcrSelection(
    const google::protobuf::RepeatedPtrField<::evidence::v1::PcrSelection>&
        selections);

// The challenge that `request` makes, from a caller over TLS (or the unix
// socket, where the caller has no certificate). INVALID_ARGUMENT: nonce,
// audience, labels, user data, PCRs. PERMISSION_DENIED: the audience is not
// the caller's. FAILED_PRECONDITION: `server` is not the certificate that the
// client saw.
absl::StatusOr<Challenge> CheckRequest(
    const ::evidence::v1::GetEvidenceRequest& request, const Caller& caller,
    const Certificate* server);

// What the report is to be over. INVALID_ARGUMENT: not exactly 64 bytes, or
// bytes that begin as bound evidence's do, which nobody may choose.
absl::StatusOr<ReportData> CheckRawRequest(
    const ::evidence::v1::GetRawReportRequest& request);

}  // namespace evidenced

#endif  // AGENT_SERVE_REQUEST_CHECK_H_
