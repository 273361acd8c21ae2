#ifndef EVIDENCE_BINDING_TRANSCRIPT_H_
#define EVIDENCE_BINDING_TRANSCRIPT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

enum class TranscriptMode : uint8_t {
  kDirect = 0x01,
  kBatch = 0x02,
  kBoot = 0x03,
  kLeaf = 0x10,
};

enum class AttesterRole : uint8_t { kTlsServer = 1, kNoTls = 3 };

// The items of a transcript: docs/wire.md, "Report data". Absent ones are not
// in it. Which are required depends on mode and role.
struct Transcript {
  TranscriptMode mode = TranscriptMode::kDirect;
  std::optional<uint8_t> role;           //  1
  std::optional<std::string> audience;   //  2
  std::optional<Bytes> nonce;            //  3
  std::optional<Bytes> spki;             //  6, SHA-256
  std::optional<Bytes> certificate;      //  7, SHA-256
  std::optional<Bytes> peer;             //  8, SHA-256
  std::optional<Bytes> manifest_sha384;  //  9
  std::optional<Bytes> instance;         // 10, 32 bytes
  struct BatchItem {
    uint64_t tree_size = 0;
    Bytes root;  // 48 bytes
  };
  std::optional<BatchItem> batch;    // 12
  std::optional<Bytes> user_sha384;  // 14
  std::optional<Bytes> csr_sha384;   // 15
};

// Refuses a set of items that the mode's row in the table does not allow, and
// items of another length; see RefusalReason().
absl::StatusOr<Bytes> EncodeTranscript(const Transcript& transcript);

// The inverse. Refuses everything that EncodeTranscript() would not write.
absl::StatusOr<Transcript> ParseTranscript(ByteView bytes);

inline constexpr size_t kReportDataSize = 64;
// What bound report data begins with, and nothing else that an agent has signed
// may.
inline constexpr absl::string_view kReportMagic = "EVIDENCE";
using ReportData = std::array<uint8_t, kReportDataSize>;

// The 64 bytes that a CPU TEE signs for `transcript` (not of mode kLeaf).
absl::StatusOr<ReportData> MakeReportData(const Transcript& transcript);

// SHA-384 over the transcript without item 9, which may be unset.
absl::StatusOr<Bytes> MakeAnchor(const Transcript& transcript);

// extraData of the TPM quote, 32 bytes: first form, under a CPU report; second
// form, the quote itself signs.
Bytes TpmExtraDataUnderReport(ByteView anchor);
Bytes TpmExtraDataSigning(const ReportData& report_data);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_TRANSCRIPT_H_
