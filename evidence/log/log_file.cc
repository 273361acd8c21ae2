#include "evidence/log/log_file.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/match.h"

#include "evidence/log/event_types.h"
#include "evidence/log/parse_events.h"
#include "evidence/log/pcr.h"
#include "evidence/log/spec_id.h"
#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

struct Name {
  LogFileForm form;
  const char* name;
};

constexpr Name kNames[] = {{LogFileForm::kTcg1, "tcg1"},
                           {LogFileForm::kTcg2, "tcg2"},
                           {LogFileForm::kCcel, "ccel"},
                           {LogFileForm::kIma, "ima"},
                           {LogFileForm::kImaAscii, "ima-ascii"}};

constexpr size_t kSha1Size = 20;
constexpr size_t kTextPrefix = 32;

// An entry begins with the number of a PCR; other text is no log, and the
// parser of the ASCII form says best what it found.
bool LooksLikeText(ByteView bytes) {
  const ByteView head = bytes.first(std::min(bytes.size(), kTextPrefix));
  return std::all_of(head.begin(), head.end(), [](uint8_t byte) {
    return (byte >= 0x20 && byte < 0x7f) || byte == '\n';
  });
}

// The head of a TCG_PCClientPCREvent.
struct Head {
  uint32_t reg = 0;
  uint32_t type = 0;
  bool digest_is_zero = false;
  ByteView data;
  bool fits = false;
};

Head ReadHead(ByteView bytes) {
  ByteReader in(bytes);
  Head head;
  head.reg = in.Le<uint32_t>();
  head.type = in.Le<uint32_t>();
  const ByteView digest = in.Take(kSha1Size);
  head.digest_is_zero = std::all_of(digest.begin(), digest.end(),
                                    [](uint8_t byte) { return byte == 0; });
  const auto size = in.Le<uint32_t>();
  head.fits = in.ok() && size <= in.remaining();
  head.data = in.Take(std::min<uint64_t>(size, in.remaining()));
  return head;
}

bool IsKnownType(uint32_t type) {
  return !absl::StartsWith(EventTypeName(type), "type ");
}

// Its first name's length is small, seen from the other end.
bool LooksLikeBigEndianIma(ByteView bytes) {
  constexpr uint32_t kMaxName = 255;
  ByteReader in(bytes);
  const auto reg = in.Be<uint32_t>();
  in.Take(kSha1Size);
  const auto size = in.Be<uint32_t>();
  return in.ok() && reg <= kMaxPcr && size > 0 && size <= kMaxName;
}

}  // namespace

absl::string_view LogFileFormName(LogFileForm form) {
  for (const Name& known : kNames) {
    if (known.form == form) return known.name;
  }
  return "";
}

std::optional<LogFileForm> LogFileFormFromName(absl::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.form;
  }
  return std::nullopt;
}

LogFileForm DetectLogFileForm(ByteView bytes) {
  if (LooksLikeText(bytes)) return LogFileForm::kImaAscii;
  const Head head = ReadHead(bytes);
  if (head.type == kEvNoAction && IsSpecId(head.data)) {
    return LogFileForm::kTcg2;
  }
  // In an IMA list the type is of a digest, and the size of a name, or both are
  // of the zeros of a violation.
  if (head.fits && head.reg <= kMaxPcr && IsKnownType(head.type) &&
      !(head.data.empty() && head.digest_is_zero)) {
    return LogFileForm::kTcg1;
  }
  return ImaTemplateBank(bytes).has_value() || LooksLikeBigEndianIma(bytes)
             ? LogFileForm::kIma
             : LogFileForm::kTcg1;
}

absl::StatusOr<EventLog> ParseLogFile(LogFileForm form, ByteView bytes) {
  switch (form) {
    case LogFileForm::kCcel:
      return ParseCcel(bytes);
    case LogFileForm::kIma:
      return ParseImaLog(bytes);
    case LogFileForm::kImaAscii:
      return ParseImaAscii(bytes);
    case LogFileForm::kTcg1:
    case LogFileForm::kTcg2:
      break;
  }
  ASSIGN_OR_RETURN(EventLog log, ParseTcgLog(bytes));
  const bool agile = log.format == LogFormat::kTcg2;
  if (agile != (form == LogFileForm::kTcg2)) {
    return absl::InvalidArgumentError(
        agile ? "expected a log in the SHA-1 form, found a SpecID event first"
              : "expected a SpecID event first, found a log in the SHA-1 form");
  }
  return log;
}

}  // namespace evidenced
