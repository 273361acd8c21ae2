#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "evidence/log/ima_template.h"
#include "evidence/log/parse_events.h"
#include "evidence/log/pcr.h"
#include "evidence/log/replay.h"
#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr HashAlgorithm kTemplateBanks[] = {
    HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384,
    HashAlgorithm::kSha512};
constexpr uint32_t kMaxTemplateName = 255;
// Room for the entries at once: growing step by step costs ten times as much.
// Entries of ima-ng with SHA-256 and a path are larger.
constexpr size_t kSmallEntrySize = 96;
// More of a path would not be in the digest.
constexpr uint32_t kMaxLegacyPath = kLegacyNameSize - 1;

absl::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool IsTemplateName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxTemplateName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > 0x20 && c < 0x7f; });
}

absl::Status WrongPcr(const LogEvent& event) {
  ByteWriter swapped;
  swapped.Be(event.reg);
  ByteReader in(swapped.view());
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected a PCR of 0 to %d in the entry at offset %d, found %d%s",
      kMaxPcr, event.offset, event.reg,
      in.Le<uint32_t>() <= kMaxPcr ? ", as in a big-endian list" : ""));
}

absl::Status ReadHead(ByteReader& in, HashAlgorithm bank, LogEvent& event) {
  event.offset = in.position();
  event.reg = in.Le<uint32_t>();
  if (event.reg > kMaxPcr) return WrongPcr(event);
  const ByteView digest = in.Take(DigestSize(bank));
  event.digests.push_back({bank, digest});
  event.violation = std::all_of(digest.begin(), digest.end(),
                                [](uint8_t byte) { return byte == 0; });
  return absl::OkStatus();
}

absl::Status ReadTemplateName(ByteReader& in, LogEvent& event) {
  const auto size = in.Le<uint32_t>();
  if (size > kMaxTemplateName) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a template name of at most %d bytes at offset %d, found %d",
        kMaxTemplateName, event.offset, size));
  }
  event.template_name = AsText(in.Take(size));
  if (in.ok() && !IsTemplateName(event.template_name)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a printable template name at offset %d, found \"%s\"",
        event.offset, Printable(event.template_name)));
  }
  return absl::OkStatus();
}

// The template "ima" has no length of its data: a SHA-1 file digest, then the
// length of the path and the path.
absl::Status ReadLegacyData(ByteReader& in, ByteView bytes, LogEvent& event) {
  const size_t start = in.position();
  in.Take(kLegacyDigestSize);
  const auto size = in.Le<uint32_t>();
  if (size > kMaxLegacyPath) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a path of at most %d bytes at offset %d, found %d",
        kMaxLegacyPath, event.offset, size));
  }
  in.Take(size);
  event.data = bytes.subspan(start, in.position() - start);
  return absl::OkStatus();
}

absl::Status ReadEntry(ByteReader& in, ByteView bytes, HashAlgorithm bank,
                       LogEvent& event) {
  RETURN_IF_ERROR(ReadHead(in, bank, event));
  RETURN_IF_ERROR(ReadTemplateName(in, event));
  RETURN_IF_ERROR(event.template_name == kLegacyTemplate
                      ? ReadLegacyData(in, bytes, event)
                      : ReadSizedData(in, "template data", event));
  event.size = in.position() - event.offset;
  return absl::OkStatus();
}

}  // namespace

// Nothing in a list says how long its template digests are, but the name of the
// first template stands behind one: its length is small, and its bytes are
// printable. In a digest that happens once in 2^24 times at the most.
std::optional<HashAlgorithm> ImaTemplateBank(ByteView bytes) {
  for (const HashAlgorithm bank : kTemplateBanks) {
    ByteReader in(bytes);
    in.Take(sizeof(uint32_t) + DigestSize(bank));
    const auto size = in.Le<uint32_t>();
    if (!in.ok()) break;
    const ByteView name = in.Take(std::min<uint64_t>(size, in.remaining()));
    if (size <= kMaxTemplateName && IsTemplateName(AsText(name))) return bank;
  }
  return std::nullopt;
}

void NoteSm3(EventLog& log) {
  const auto first = std::find_if(log.events.begin(), log.events.end(),
                                  [](const LogEvent& event) {
                                    return !event.violation && event.data_known;
                                  });
  if (first == log.events.end() ||
      first->digests[0].algorithm != HashAlgorithm::kSha256 ||
      TemplateDigestMatches(log, *first)) {
    return;
  }
  LogEvent other = *first;
  other.digests[0].algorithm = HashAlgorithm::kSm3_256;
  if (!TemplateDigestMatches(log, other)) return;
  for (LogEvent& event : log.events) {
    event.digests[0].algorithm = HashAlgorithm::kSm3_256;
  }
}

absl::StatusOr<EventLog> ReadImaLog(ByteView bytes, Ending ending) {
  if (bytes.size() > kMaxImaLogSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected an IMA list of at most %d bytes, found %d",
                        kMaxImaLogSize, bytes.size()));
  }
  EventLog log;
  log.format = LogFormat::kIma;
  log.events.reserve(
      std::min(kMaxImaEvents, bytes.size() / kSmallEntrySize + 1));
  const HashAlgorithm bank =
      ImaTemplateBank(bytes).value_or(HashAlgorithm::kSha1);
  ByteReader in(bytes);
  while (in.remaining() > 0) {
    LogEvent event;
    RETURN_IF_ERROR(ReadEntry(in, bytes, bank, event));
    if (!in.ok() && ending == Ending::kMayBeCut) break;
    if (!in.ok()) {
      return in.Check(absl::StrFormat("entry %d", log.events.size()));
    }
    if (log.events.size() == kMaxImaEvents) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected at most %d entries, found more", kMaxImaEvents));
    }
    log.length = in.position();
    log.events.push_back(std::move(event));
  }
  NoteSm3(log);
  return log;
}

absl::StatusOr<EventLog> ParseImaLog(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected an IMA list, found it empty"));
  }
  return ReadImaLog(bytes, Ending::kExact);
}

}  // namespace evidenced
