#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "evidence/log/ima_ascii_fields.h"
#include "evidence/log/parse_events.h"
#include "evidence/log/pcr.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

// Two digits a byte.
constexpr size_t kMaxAsciiSize = 2 * kMaxImaLogSize;
constexpr HashAlgorithm kTemplateBanks[] = {
    HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384,
    HashAlgorithm::kSha512};
constexpr char kNewlineHint[] =
    "; if a path has a newline, only the binary list tells its entries apart";

// One line, cut at its first three spaces.
struct Line {
  size_t offset = 0;
  absl::string_view text;
  absl::string_view pcr;
  absl::string_view digest;
  absl::string_view name;
  absl::string_view fields;
  bool ended = false;  // with a newline
};

absl::Status WrongLine(const Line& line, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected %s in the line at offset %d, found \"%s\"%s", expected,
      line.offset, Printable(line.text, 80), kNewlineHint));
}

// Cuts `rest` behind its first space.
absl::string_view NextWord(absl::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const absl::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

Line SplitLine(absl::string_view text, size_t offset) {
  Line line;
  line.offset = offset;
  line.text = text;
  absl::string_view rest = text;
  // The PCR has two columns.
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  line.pcr = NextWord(rest);
  line.digest = NextWord(rest);
  line.name = NextWord(rest);
  line.fields = rest;
  return line;
}

absl::StatusOr<HashAlgorithm> BankOf(const Line& line) {
  for (const HashAlgorithm bank : kTemplateBanks) {
    if (line.digest.size() == 2 * DigestSize(bank)) return bank;
  }
  return WrongLine(line, "a template digest of 40, 64, 96 or 128 digits");
}

bool IsTemplateName(absl::string_view name) {
  constexpr size_t kMaxSize = 255;
  return !name.empty() && name.size() <= kMaxSize &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > 0x20 && c < 0x7f; });
}

// Where an entry's bytes are in what was decoded.
struct Place {
  size_t digest = 0;
  size_t data = 0;
  size_t end = 0;
};

// All lines so far.
struct List {
  EventLog log;
  Bytes decoded;
  std::vector<Place> places;
};

void Append(ByteView bytes, Bytes& out) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

absl::Status ReadLine(const Line& line, List& list) {
  LogEvent event;
  event.offset = line.offset;
  event.size = line.text.size();
  if (!absl::SimpleAtoi(line.pcr, &event.reg) || event.reg > kMaxPcr) {
    return WrongLine(line, absl::StrFormat("a PCR of 0 to %d", kMaxPcr));
  }
  ASSIGN_OR_RETURN(const HashAlgorithm bank, BankOf(line));
  const absl::StatusOr<Bytes> digest = FromHex(line.digest);
  if (!digest.ok()) return WrongLine(line, "hexadecimal digits");
  if (!IsTemplateName(line.name)) {
    return WrongLine(line, "the name of a template");
  }
  if (!list.log.events.empty() &&
      list.log.events.front().digests[0].algorithm != bank) {
    return WrongLine(line, "a template digest as long as the first");
  }
  const auto data = ImaDataFromText(line.name, line.fields);
  if (!data.ok()) return WrongLine(line, data.status().message());
  // Of a template that nobody knows, nothing else tells that it is whole.
  if (!data->has_value() && (line.fields.empty() || !line.ended)) {
    return WrongLine(line, "the fields of its template and a newline");
  }
  if (data->has_value() && (*data)->size() > kMaxEventSize) {
    return WrongLine(line, absl::StrFormat("at most %d bytes of template data",
                                           kMaxEventSize));
  }
  event.template_name = line.name;
  event.data_known = data->has_value();
  event.violation = std::all_of(digest->begin(), digest->end(),
                                [](uint8_t byte) { return byte == 0; });
  event.digests.push_back({bank, {}});
  Place place{.digest = list.decoded.size()};
  Append(*digest, list.decoded);
  place.data = list.decoded.size();
  if (data->has_value()) Append(**data, list.decoded);
  place.end = list.decoded.size();
  list.places.push_back(place);
  list.log.events.push_back(std::move(event));
  return absl::OkStatus();
}

// Only now do the decoded bytes stay where they are.
EventLog Finish(List list) {
  EventLog log = std::move(list.log);
  log.decoded = std::make_shared<const Bytes>(std::move(list.decoded));
  const ByteView decoded(*log.decoded);
  for (size_t i = 0; i < log.events.size(); ++i) {
    const Place& place = list.places[i];
    log.events[i].digests[0].value =
        decoded.subspan(place.digest, place.data - place.digest);
    log.events[i].data = decoded.subspan(place.data, place.end - place.data);
  }
  NoteSm3(log);
  return log;
}

// A last line without its end, that begins as an entry, was cut.
absl::Status WithClass(const absl::Status& status, const Line& line) {
  uint32_t pcr = 0;
  const bool cut = !line.ended && absl::SimpleAtoi(line.pcr, &pcr);
  return Classified(cut ? ErrorClass::kTruncated : ErrorClass::kMalformed,
                    status);
}

}  // namespace

absl::StatusOr<EventLog> ParseImaAscii(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected an IMA list, found it empty"));
  }
  if (bytes.size() > kMaxAsciiSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected an IMA list of at most %d bytes, found %d",
                        kMaxAsciiSize, bytes.size()));
  }
  const absl::string_view text(reinterpret_cast<const char*>(bytes.data()),
                               bytes.size());
  List list;
  list.log.format = LogFormat::kIma;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    Line line = SplitLine(text.substr(start, end - start), start);
    line.ended = end < text.size();
    RETURN_IF_ERROR(WithClass(ReadLine(line, list), line));
    if (list.log.events.size() > kMaxImaEvents) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected at most %d entries, found more", kMaxImaEvents));
    }
    start = end + 1;
  }
  list.log.length = text.size();
  return Finish(std::move(list));
}

}  // namespace evidenced
