#include "evidence/binding/transcript_items.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "evidence/binding/merkle.h"
#include "evidence/binding/refusal.h"
#include "quote/base/byte_writer.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxAudience = 2048;
constexpr size_t kMinNonce = 32;
constexpr size_t kMaxNonce = 64;
constexpr size_t kSha256Size = 32;
constexpr size_t kSha384Size = 48;
constexpr size_t kInstanceSize = 32;

constexpr uint32_t Bit(Tag tag) { return 1U << tag; }

constexpr uint32_t kOptional = Bit(kUser) | Bit(kCsr);
constexpr uint32_t kChallenge = Bit(kRole) | Bit(kAudience) | Bit(kNonce);
constexpr uint32_t kTls = Bit(kSpki) | Bit(kCertificate) | Bit(kPeer);
constexpr uint32_t kAttester = Bit(kManifest) | Bit(kInstance);

// A row of the table of modes: docs/wire.md, "Modes".
struct Row {
  uint32_t required;
  uint32_t optional;
};

absl::Status CheckAudience(absl::string_view audience) {
  RETURN_IF_ERROR(CheckLength("audience-length", "an audience", audience.size(),
                              1, kMaxAudience));
  if (std::all_of(audience.begin(), audience.end(),
                  [](char c) { return c >= 0x21 && c <= 0x7e; })) {
    return absl::OkStatus();
  }
  return Refuse("audience-characters",
                absl::StrFormat("expected an audience of bytes 0x21 to 0x7e, "
                                "found \"%s\"",
                                Printable(audience)));
}

absl::Status CheckBatch(const Transcript::BatchItem& batch) {
  RETURN_IF_ERROR(CheckLength("item-length", "a Merkle root", batch.root.size(),
                              kSha384Size, kSha384Size));
  if (batch.tree_size >= 1 && batch.tree_size <= kMaxTreeSize) {
    return absl::OkStatus();
  }
  return Refuse("tree-size",
                absl::StrFormat("expected a tree size of 1 to %d, found %d",
                                kMaxTreeSize, batch.tree_size));
}

absl::Status CheckRole(TranscriptMode mode,
                       const std::optional<uint8_t>& role) {
  if (!role.has_value()) return absl::OkStatus();
  const auto server = static_cast<uint8_t>(AttesterRole::kTlsServer);
  const auto no_tls = static_cast<uint8_t>(AttesterRole::kNoTls);
  if (*role == no_tls) return absl::OkStatus();
  if (*role == server && mode != TranscriptMode::kBoot) return absl::OkStatus();
  return Refuse(
      "role-value",
      absl::StrFormat("expected %s, found role %d",
                      mode == TranscriptMode::kBoot ? "role 3" : "role 1 or 3",
                      *role));
}

absl::StatusOr<Row> RowOf(TranscriptMode mode,
                          const std::optional<uint8_t>& role) {
  const bool tls = role.has_value() &&
                   *role == static_cast<uint8_t>(AttesterRole::kTlsServer);
  const uint32_t challenge = kChallenge | (tls ? kTls : 0);
  switch (mode) {
    case TranscriptMode::kDirect:
      return Row{challenge | kAttester, kOptional};
    case TranscriptMode::kBatch:
      return Row{kAttester | Bit(kBatchTag), 0};
    case TranscriptMode::kBoot:
      return Row{Bit(kRole) | kAttester, 0};
    case TranscriptMode::kLeaf:
      return Row{challenge, kOptional};
  }
  return Refuse("mode-not-allowed",
                absl::StrFormat("expected mode 1, 2, 3 or 16, found %d",
                                static_cast<int>(mode)));
}

// The items of `transcript` in the order of their tags, as they are, valid or
// not.
std::vector<Item> ItemsOf(const Transcript& transcript) {
  std::vector<Item> items;
  const auto add = [&items](Tag tag, const std::optional<Bytes>& value) {
    if (value.has_value()) items.push_back({tag, *value});
  };
  if (transcript.role.has_value()) items.push_back({kRole, {*transcript.role}});
  if (transcript.audience.has_value()) {
    items.push_back({kAudience, ToBytes(AsBytes(*transcript.audience))});
  }
  add(kNonce, transcript.nonce);
  add(kSpki, transcript.spki);
  add(kCertificate, transcript.certificate);
  add(kPeer, transcript.peer);
  add(kManifest, transcript.manifest_sha384);
  add(kInstance, transcript.instance);
  if (transcript.batch.has_value()) {
    ByteWriter out;
    out.Be(transcript.batch->tree_size).Put(transcript.batch->root);
    items.push_back({kBatchTag, std::move(out).Take()});
  }
  add(kUser, transcript.user_sha384);
  add(kCsr, transcript.csr_sha384);
  return items;
}

absl::Status CheckItem(const Transcript& transcript, const Item& item) {
  const size_t size = item.value.size();
  const std::string what = absl::StrFormat("item %d", item.tag);
  switch (item.tag) {
    case kRole:
      return CheckRole(transcript.mode, transcript.role);
    case kAudience:
      return CheckAudience(*transcript.audience);
    case kNonce:
      return CheckLength("nonce-length", "a nonce", size, kMinNonce, kMaxNonce);
    case kSpki:
    case kCertificate:
    case kPeer:
      return CheckLength("item-length", what, size, kSha256Size, kSha256Size);
    case kInstance:
      return CheckLength("item-length", what, size, kInstanceSize,
                         kInstanceSize);
    case kManifest:
    case kUser:
    case kCsr:
      return CheckLength("item-length", what, size, kSha384Size, kSha384Size);
    case kBatchTag:
      return CheckBatch(*transcript.batch);
  }
  return Refuse("item-unknown",
                absl::StrFormat("expected a known item, found tag %d",
                                static_cast<int>(item.tag)));
}

absl::Status CheckPresence(uint32_t present, const Row& row) {
  for (uint32_t tag = 1; tag < 32; ++tag) {
    const uint32_t bit = 1U << tag;
    if ((row.required & bit) != 0 && (present & bit) == 0) {
      return Refuse("item-missing",
                    absl::StrFormat("expected item %d in this mode and role, "
                                    "found none",
                                    tag));
    }
    if ((present & bit) != 0 && ((row.required | row.optional) & bit) == 0) {
      return Refuse("item-not-allowed",
                    absl::StrFormat("expected no item %d in this mode and "
                                    "role, found one",
                                    tag));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLength(absl::string_view reason, absl::string_view what,
                         size_t found, size_t least, size_t most) {
  if (found >= least && found <= most) return absl::OkStatus();
  return Refuse(reason, absl::StrFormat("expected %s of %d to %d bytes, found "
                                        "%d",
                                        what, least, most, found));
}

absl::StatusOr<std::vector<Item>> CheckedItems(const Transcript& transcript,
                                               AnchorRule rule) {
  ASSIGN_OR_RETURN(Row row, RowOf(transcript.mode, transcript.role));
  if (rule == AnchorRule::kWithoutManifest) row.required &= ~Bit(kManifest);
  std::vector<Item> items = ItemsOf(transcript);
  uint32_t present = 0;
  for (const Item& item : items) {
    RETURN_IF_ERROR(CheckItem(transcript, item));
    present |= Bit(item.tag);
  }
  RETURN_IF_ERROR(CheckPresence(present, row));
  return items;
}

Bytes EncodeItems(TranscriptMode mode, const std::vector<Item>& items) {
  ByteWriter out;
  out.Put(AsBytes(kTranscriptMagic))
      .Be(static_cast<uint8_t>(mode))
      .Be(static_cast<uint16_t>(items.size()));
  for (const Item& item : items) {
    out.Be(static_cast<uint16_t>(item.tag))
        .Be(static_cast<uint32_t>(item.value.size()))
        .Put(item.value);
  }
  return std::move(out).Take();
}

}  // namespace evidenced
