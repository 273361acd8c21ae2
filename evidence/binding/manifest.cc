#include "evidence/binding/manifest.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"

#include "evidence/binding/refusal.h"
#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr absl::string_view kMagic("evidenced manifest v1\0", 22);
constexpr size_t kDigestSize = 48;
constexpr size_t kMaxText = 255;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLabel(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxText &&
         (IsLower(text[0]) || IsDigit(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '.' || c == '-';
         });
}

bool IsReason(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxText && IsLower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '-';
         });
}

bool IsMediaType(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxText &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x21 && c <= 0x7e; });
}

absl::Status CheckText(bool valid, absl::string_view what,
                       absl::string_view text) {
  if (valid) return absl::OkStatus();
  return Refuse("manifest-text",
                absl::StrFormat("expected %s of 1 to %d allowed characters, "
                                "found \"%s\"",
                                what, kMaxText, Printable(text)));
}

absl::Status CheckEntry(const ManifestEntry& entry) {
  RETURN_IF_ERROR(CheckText(IsLabel(entry.label), "a label", entry.label));
  switch (entry.kind) {
    case EntryKind::kPresent:
      RETURN_IF_ERROR(CheckText(IsMediaType(entry.media_type), "a media type",
                                entry.media_type));
      if (entry.length == 0 || entry.sha384.size() != kDigestSize) {
        return Refuse(
            "manifest-length",
            absl::StrFormat("expected the part %s to have bytes and a digest "
                            "of %d bytes, found length %d and %d bytes",
                            entry.label, kDigestSize, entry.length,
                            entry.sha384.size()));
      }
      return absl::OkStatus();
    case EntryKind::kMissing:
      return CheckText(IsReason(entry.reason), "a reason", entry.reason);
    case EntryKind::kSigns:
      return absl::OkStatus();
  }
  return Refuse("manifest-kind",
                absl::StrFormat("expected an entry of kind 1, 2 or 3, found %d",
                                static_cast<int>(entry.kind)));
}

absl::Status CheckTruncation(const ByteReader& in) {
  absl::Status status = in.Check("manifest");
  if (status.ok()) return status;
  return Refuse("manifest-truncated", status.message());
}

std::string ReadText(ByteReader& in) { return ToString(in.Take(in.U8())); }

absl::StatusOr<ManifestEntry> ReadEntry(ByteReader& in) {
  ManifestEntry entry;
  entry.kind = static_cast<EntryKind>(in.U8());
  entry.label = ReadText(in);
  if (entry.kind == EntryKind::kPresent) {
    entry.media_type = ReadText(in);
    entry.length = in.Be<uint64_t>();
    entry.sha384 = ToBytes(in.Take(kDigestSize));
  } else if (entry.kind == EntryKind::kMissing) {
    entry.reason = ReadText(in);
  }
  RETURN_IF_ERROR(CheckTruncation(in));
  RETURN_IF_ERROR(CheckEntry(entry));
  return entry;
}

void WriteText(ByteWriter& out, absl::string_view text) {
  out.Be(static_cast<uint8_t>(text.size())).Put(AsBytes(text));
}

void WriteEntry(ByteWriter& out, const ManifestEntry& entry) {
  out.Be(static_cast<uint8_t>(entry.kind));
  WriteText(out, entry.label);
  if (entry.kind == EntryKind::kPresent) {
    WriteText(out, entry.media_type);
    out.Be(entry.length).Put(entry.sha384);
  } else if (entry.kind == EntryKind::kMissing) {
    WriteText(out, entry.reason);
  }
}

absl::Status CheckOrder(absl::string_view before, absl::string_view label) {
  // char_traits<char> compares as unsigned bytes.
  if (before < label) return absl::OkStatus();
  return Refuse("manifest-order",
                absl::StrFormat("expected labels in ascending order, each "
                                "once, found %s after %s",
                                label, before));
}

}  // namespace

const ManifestEntry* Manifest::Find(absl::string_view label) const {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), label,
      [](const auto& entry, auto wanted) { return entry.label < wanted; });
  return found == entries.end() || found->label != label ? nullptr : &*found;
}

const std::string& Manifest::signer() const {
  static const std::string* const kNone = new std::string();
  const auto found = std::find_if(
      entries.begin(), entries.end(),
      [](const auto& entry) { return entry.kind == EntryKind::kSigns; });
  return found == entries.end() ? *kNone : found->label;
}

ManifestEntry PresentEntry(absl::string_view label,
                           absl::string_view media_type, ByteView part) {
  ManifestEntry entry;
  entry.kind = EntryKind::kPresent;
  entry.label = std::string(label);
  entry.media_type = std::string(media_type);
  entry.length = part.size();
  entry.sha384 = Sha384(part);
  return entry;
}

ManifestEntry MissingEntry(absl::string_view label, absl::string_view reason) {
  ManifestEntry entry;
  entry.kind = EntryKind::kMissing;
  entry.label = std::string(label);
  entry.reason = std::string(reason);
  return entry;
}

ManifestEntry SigningEntry(absl::string_view label) {
  ManifestEntry entry;
  entry.kind = EntryKind::kSigns;
  entry.label = std::string(label);
  return entry;
}

absl::StatusOr<Bytes> EncodeManifest(std::vector<ManifestEntry> entries) {
  if (entries.size() > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected at most %d manifest entries, found %d",
                        std::numeric_limits<uint16_t>::max(), entries.size()));
  }
  Manifest manifest{std::move(entries)};
  std::sort(manifest.entries.begin(), manifest.entries.end(),
            [](const auto& a, const auto& b) { return a.label < b.label; });
  ByteWriter out;
  out.Put(AsBytes(kMagic)).Be(static_cast<uint16_t>(manifest.entries.size()));
  const ManifestEntry* before = nullptr;
  for (const ManifestEntry& entry : manifest.entries) {
    RETURN_IF_ERROR(CheckEntry(entry));
    if (before != nullptr) {
      RETURN_IF_ERROR(CheckOrder(before->label, entry.label));
    }
    WriteEntry(out, entry);
    before = &entry;
  }
  RETURN_IF_ERROR(CheckManifestSigner(manifest));
  return std::move(out).Take();
}

uint16_t StatedEntryCount(ByteView manifest) {
  ByteReader in(manifest);
  in.Take(kMagic.size());
  return in.Be<uint16_t>();
}

absl::StatusOr<Manifest> ParseManifestEntries(ByteView bytes) {
  ByteReader in(bytes);
  if (!Equal(in.Take(kMagic.size()), AsBytes(kMagic))) {
    return Refuse("manifest-magic",
                  "expected a manifest to begin with \"evidenced manifest "
                  "v1\" and a zero byte, found other bytes");
  }
  const auto count = in.Be<uint16_t>();
  RETURN_IF_ERROR(CheckTruncation(in));
  Manifest manifest;
  for (uint16_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(ManifestEntry entry, ReadEntry(in));
    if (!manifest.entries.empty()) {
      RETURN_IF_ERROR(CheckOrder(manifest.entries.back().label, entry.label));
    }
    manifest.entries.push_back(std::move(entry));
  }
  if (const absl::Status status = in.Finish("manifest"); !status.ok()) {
    return Refuse("manifest-trailing", status.message());
  }
  return manifest;
}

absl::Status CheckManifestSigner(const Manifest& manifest) {
  size_t signers = 0;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.kind != EntryKind::kSigns) continue;
    ++signers;
    if (entry.label != "snp" && entry.label != "tdx" && entry.label != "tpm") {
      return Refuse("signer-not-in-manifest",
                    absl::StrFormat("expected snp, tdx or tpm to sign, found "
                                    "%s",
                                    entry.label));
    }
  }
  if (signers == 1) return absl::OkStatus();
  return Refuse(
      "signer-not-in-manifest",
      absl::StrFormat("expected one entry of kind 3, found %d", signers));
}

absl::StatusOr<Manifest> ParseManifest(ByteView bytes) {
  ASSIGN_OR_RETURN(Manifest manifest, ParseManifestEntries(bytes));
  RETURN_IF_ERROR(CheckManifestSigner(manifest));
  return manifest;
}

}  // namespace evidenced
