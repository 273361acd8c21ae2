#ifndef EVIDENCE_LOG_EVENT_LOG_H_
#define EVIDENCE_LOG_EVENT_LOG_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

inline constexpr size_t kMaxBootLogSize = 16u << 20;
inline constexpr size_t kMaxImaLogSize = 64u << 20;
inline constexpr size_t kMaxEventSize = 1u << 20;

// One event of any log, reduced to what replay and description need. Views
// point into the log's bytes.
struct LogEvent {
  size_t offset = 0;  // of its first byte in the log
  size_t size = 0;    // bytes
  uint32_t reg = 0;   // PCR index (CCEL: measurement register index)
  // Whether it extends `reg`; EV_NO_ACTION events do not.
  bool extends = true;
  // TCG logs: the event type. IMA: 0.
  uint32_t type = 0;
  // What each bank is extended with. TCG logs: as logged. IMA: computed from
  // the template data on demand, so empty here; see `template_data`.
  std::map<HashAlgorithm, ByteView> digests;
  // TCG logs: the event data. IMA: the template data.
  ByteView data;
  // IMA: the template's name, such as "ima-ng"; empty for TCG logs.
  absl::string_view template_name;
  // IMA: the logged digest is all zero, so every bank is extended with 0xFF.
  bool violation = false;
};

enum class LogFormat : uint8_t { kTcg1, kTcg2, kIma };

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
  // TCG: the start value of PCR 0's last byte (StartupLocality); 0 if none.
  uint8_t startup_locality = 0;
};

// A TCG PC Client log, crypto-agile or in the SHA-1 form of TCG 1.2: PC Client
// Platform Firmware Profile 1.05, section 10. Ends at the end of the bytes, or
// at padding of zeros or 0xFF only. INVALID_ARGUMENT: anything else.
absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes);

// Events only, as they follow the first event of `head` (a tail has no SpecID
// event of its own). No padding is allowed.
absl::StatusOr<EventLog> ParseTcgLogTail(const EventLog& head, ByteView bytes);

// A binary IMA list (binary_runtime_measurements), integers little-endian:
// Linux security/integrity/ima/ima_fs.c, ima_measurements_show().
absl::StatusOr<EventLog> ParseImaLog(ByteView bytes);

// How much of `bytes` is whole events: for logs that grow while they are read.
// A log whose last event is cut gives the length before it; every other fault
// is INVALID_ARGUMENT.
absl::StatusOr<size_t> WholeEventsLength(LogFormat format, ByteView bytes);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_EVENT_LOG_H_
