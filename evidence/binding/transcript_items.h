#ifndef EVIDENCE_BINDING_TRANSCRIPT_ITEMS_H_
#define EVIDENCE_BINDING_TRANSCRIPT_ITEMS_H_

// The items of a transcript as tag and value, and the tables that say what is
// allowed. Included by transcript.cc alone.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/binding/transcript.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr absl::string_view kTranscriptMagic("evidenced transcript v1\0",
                                                    24);

enum Tag : uint16_t {
  kRole = 1,
  kAudience = 2,
  kNonce = 3,
  kSpki = 6,
  kCertificate = 7,
  kPeer = 8,
  kManifest = 9,
  kInstance = 10,
  kBatchTag = 12,
  kUser = 14,
  kCsr = 15,
};

struct Item {
  Tag tag;
  Bytes value;
};

enum class AnchorRule { kWhole, kWithoutManifest };

// Refuses with `reason` a length that is not `least` to `most`.
absl::Status CheckLength(absl::string_view reason, absl::string_view what,
                         size_t found, size_t least, size_t most);

// The items in the order of their tags, if they are what the table of modes
// allows; for an anchor item 9 need not be there.
absl::StatusOr<std::vector<Item>> CheckedItems(const Transcript& transcript,
                                               AnchorRule rule);

Bytes EncodeItems(TranscriptMode mode, const std::vector<Item>& items);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_TRANSCRIPT_ITEMS_H_
