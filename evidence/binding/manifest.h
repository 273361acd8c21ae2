#ifndef EVIDENCE_BINDING_MANIFEST_H_
#define EVIDENCE_BINDING_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Media types of the parts: docs/wire.md, "Manifest".
inline constexpr absl::string_view kMediaTpmQuote =
    "application/vnd.evidenced.tpm-quote";
inline constexpr absl::string_view kMediaTpmPublic =
    "application/vnd.evidenced.tpm-public";
inline constexpr absl::string_view kMediaTcg2 =
    "application/vnd.evidenced.tcg2";
inline constexpr absl::string_view kMediaIma = "application/vnd.evidenced.ima";

enum class EntryKind : uint8_t { kPresent = 1, kMissing = 2, kSigns = 3 };

struct ManifestEntry {
  EntryKind kind = EntryKind::kPresent;
  std::string label;
  std::string media_type;  // kPresent only
  uint64_t length = 0;     // kPresent only: bytes of the whole part
  Bytes sha384;            // kPresent only: 48 bytes
  std::string reason;      // kMissing only
};

// What belongs to one evidence, and what is missing and why: docs/wire.md,
// "Manifest". Entries are sorted by label.
struct Manifest {
  std::vector<ManifestEntry> entries;

  // nullptr: not listed.
  const ManifestEntry* Find(absl::string_view label) const;
  // The label of the statement that signs.
  const std::string& signer() const;
};

ManifestEntry PresentEntry(absl::string_view label,
                           absl::string_view media_type, ByteView part);
ManifestEntry MissingEntry(absl::string_view label, absl::string_view reason);
ManifestEntry SigningEntry(absl::string_view label);

// Sorts the entries by label. INVALID_ARGUMENT: the result would not parse.
absl::StatusOr<Bytes> EncodeManifest(std::vector<ManifestEntry> entries);

// Refuses what is not exactly the grammar; see RefusalReason().
absl::StatusOr<Manifest> ParseManifest(ByteView bytes);

// The number of entries that a manifest says it has, read without parsing any:
// a parsed one has as many. 0 if the bytes end before it.
uint16_t StatedEntryCount(ByteView manifest);

// The two halves of ParseManifest(): the entries, and the rule that exactly
// one of them signs and is "snp", "tdx" or "tpm" ("signer-not-in-manifest").
absl::StatusOr<Manifest> ParseManifestEntries(ByteView bytes);
absl::Status CheckManifestSigner(const Manifest& manifest);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_MANIFEST_H_
