#ifndef EVIDENCE_LOG_EVENT_LOG_H_
#define EVIDENCE_LOG_EVENT_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/log/log_event.h"
#include "evidence/log/spec_id.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

inline constexpr size_t kMaxBootLogSize = 16U << 20;
inline constexpr size_t kMaxBootEvents = 1U << 16;
inline constexpr size_t kMaxImaLogSize = 64U << 20;
inline constexpr size_t kMaxImaEvents = 1000000;
inline constexpr size_t kMaxEventSize = 1U << 20;

// kCcel is laid out as kTcg2, but its registers are those of a TD.
enum class LogFormat : uint8_t { kTcg1, kTcg2, kCcel, kIma };

// A parsed log. It keeps views into the bytes it was parsed from.
struct EventLog {
  LogFormat format = LogFormat::kTcg2;
  std::vector<LogEvent> events;
  // Bytes from the first event to the end of the last whole event; what
  // follows is padding.
  size_t length = 0;
  // The banks that events carry (TCG: from the SpecID event, or SHA-1; IMA:
  // empty, any bank can be computed).
  std::vector<HashAlgorithm> banks;
  // TCG: the first event of a crypto-agile log.
  std::optional<SpecIdEvent> spec_id;
  // TCG: the start value of PCR 0's last byte, if a StartupLocality event says.
  std::optional<uint8_t> startup_locality;
  // ASCII IMA list: its digests and template data, decoded, into which the
  // events' views point.
  std::shared_ptr<const Bytes> decoded;
};

// A TCG PC Client log, crypto-agile or in the SHA-1 form of TCG 1.2: PC Client
// Platform Firmware Profile 1.05, section 10. Integers are little-endian. Ends
// at the end of the bytes, or at padding of zeros or 0xFF only.
// INVALID_ARGUMENT: anything else.
absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes);

// A log of a confidential-computing guest (UEFI 2.10, section 38.4): as a
// crypto-agile one, but its registers are 0 to 4.
absl::StatusOr<EventLog> ParseCcel(ByteView bytes);

// Events only, as they follow the last event of `head` (a tail has no SpecID
// event of its own); offsets count from the tail's start. No padding.
absl::StatusOr<EventLog> ParseTcgLogTail(const EventLog& head, ByteView bytes);

// A binary IMA list (binary_runtime_measurements, or that of one bank),
// integers little-endian: Linux, security/integrity/ima/ima_fs.c. A tail parses
// like a list. The bank is known by where the first template name is.
absl::StatusOr<EventLog> ParseImaLog(ByteView bytes);

// An ASCII IMA list (ascii_runtime_measurements). The template data is put
// together from the text; see LogEvent::data_known.
absl::StatusOr<EventLog> ParseImaAscii(ByteView bytes);

// For logs that grow while they are read: the events before one that is cut, or
// before padding of 0xFF. Every other fault is INVALID_ARGUMENT.
absl::StatusOr<EventLog> ParseGrowingLog(LogFormat format, ByteView bytes);
// Likewise, of what follows the last event of `head`, maybe with padding.
absl::StatusOr<EventLog> ParseGrowingTail(const EventLog& head, ByteView bytes);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_EVENT_LOG_H_
