#ifndef EVIDENCE_LOG_EVENT_LOG_H_
#define EVIDENCE_LOG_EVENT_LOG_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

inline constexpr size_t kMaxBootLogSize = 16U << 20;
inline constexpr size_t kMaxBootEvents = 1U << 16;
inline constexpr size_t kMaxImaLogSize = 64U << 20;
inline constexpr size_t kMaxImaEvents = 1000000;
inline constexpr size_t kMaxEventSize = 1U << 20;

enum class LogFormat : uint8_t { kTcg1, kTcg2, kIma };

struct EventDigest {
  HashAlgorithm algorithm;
  ByteView value;
};

// One event of any log, reduced to what replay and description need. Views
// point into the log's bytes.
struct LogEvent {
  size_t offset = 0;  // of its first byte in the log
  size_t size = 0;    // bytes
  uint32_t reg = 0;   // PCR index
  // Whether it extends `reg`; EV_NO_ACTION events do not.
  bool extends = true;
  // TCG logs: the event type. IMA: 0.
  uint32_t type = 0;
  // As logged. TCG logs: what each bank is extended with. IMA: the SHA-1
  // template digest alone.
  absl::InlinedVector<EventDigest, 4> digests;
  // TCG logs: the event data. IMA: the template data, that is what each bank's
  // digest is of.
  ByteView data;
  // IMA: the template's name, such as "ima-ng"; empty for TCG logs.
  absl::string_view template_name;
  // IMA: the logged digest is all zero, so every bank is extended with 0xFF.
  bool violation = false;

  // nullptr: none of `algorithm`.
  const EventDigest* Find(HashAlgorithm algorithm) const;
};

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
  // TCG: every digest that the SpecID event announces, unknown ones too.
  struct AnnouncedDigest {
    uint16_t id = 0;  // TPM_ALG_ID
    uint16_t size = 0;
  };
  std::vector<AnnouncedDigest> announced;
  // TCG: the start value of PCR 0's last byte (StartupLocality); 0 if none.
  uint8_t startup_locality = 0;
};

// A TCG PC Client log, crypto-agile or in the SHA-1 form of TCG 1.2: PC Client
// Platform Firmware Profile 1.05, section 10. Integers are little-endian. Ends
// at the end of the bytes, or at padding of zeros or 0xFF only.
// INVALID_ARGUMENT: anything else.
absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes);

// Events only, as they follow the last event of `head` (a tail has no SpecID
// event of its own); offsets count from the tail's start. No padding.
absl::StatusOr<EventLog> ParseTcgLogTail(const EventLog& head, ByteView bytes);

// A binary IMA list (binary_runtime_measurements), integers little-endian:
// Linux, security/integrity/ima/ima_fs.c. A tail parses like a list.
absl::StatusOr<EventLog> ParseImaLog(ByteView bytes);

// For logs that grow while they are read: the events before a last one that is
// cut. Every other fault is INVALID_ARGUMENT.
absl::StatusOr<EventLog> ParseGrowingLog(LogFormat format, ByteView bytes);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_EVENT_LOG_H_
