#ifndef EVIDENCE_LOG_LOG_EVENT_H_
#define EVIDENCE_LOG_LOG_EVENT_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

struct EventDigest {
  HashAlgorithm algorithm;
  ByteView value;
};

// One event of any log, reduced to what replay and description need. Views
// point into the log's bytes.
struct LogEvent {
  size_t offset = 0;  // of its first byte in the log
  size_t size = 0;    // bytes
  // PCR index. CCEL: 0 is MRTD, 1 to 4 are RTMR0 to RTMR3.
  uint32_t reg = 0;
  // Whether it extends `reg`; EV_NO_ACTION events do not.
  bool extends = true;
  // TCG logs: the event type. IMA: 0.
  uint32_t type = 0;
  // As logged. TCG logs: what each bank is extended with. IMA: the template
  // digest alone, in one bank: SHA-1, or that of the list for one bank.
  absl::InlinedVector<EventDigest, 4> digests;
  // TCG logs: the event data. IMA: the template data, that is what each bank's
  // digest is of.
  ByteView data;
  // IMA: the template's name, such as "ima-ng"; empty for TCG logs.
  absl::string_view template_name;
  // IMA: the logged digest is all zero, so every bank is extended with 0xFF.
  bool violation = false;
  // False only for an entry of an ASCII IMA list whose text does not tell the
  // template data: `data` is empty, and only the logged digest is known.
  bool data_known = true;

  // nullptr: none of `algorithm`.
  const EventDigest* Find(HashAlgorithm algorithm) const;
};

}  // namespace evidenced

#endif  // EVIDENCE_LOG_LOG_EVENT_H_
