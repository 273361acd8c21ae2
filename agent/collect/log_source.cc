#include "agent/collect/log_source.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/device/log_file.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxKept = 4U << 20;

// Whether the file holds the same bytes as when `log` was read from it.
bool IsSame(ByteView file, const CollectedLog& log) {
  const Bytes& events = log.snapshot.bytes;
  return file.size() == events.size() + log.padding.size() &&
         Equal(file.first(events.size()), events) &&
         Equal(file.subspan(events.size()), log.padding);
}

MissingLog WhyMissing(const absl::Status& status) {
  const std::string detail(status.message());
  if (absl::IsNotFound(status)) return {"no-device", detail};
  if (absl::IsOutOfRange(status)) return {"too-large", detail};
  return {"device-error", detail};
}

// The IMA list may be read while its last entry is being written, and so may a
// TD's log.
absl::StatusOr<EventLog> ParseFile(LogSource::Kind kind, ByteView bytes) {
  switch (kind) {
    case LogSource::Kind::kTcg2:
      return ParseTcgLog(bytes);
    case LogSource::Kind::kIma:
      return ParseGrowingLog(LogFormat::kIma, bytes);
    case LogSource::Kind::kCcel:
      break;
  }
  return ParseGrowingLog(LogFormat::kCcel, bytes);
}

// A TD's log has an area that is filled up; one that nobody wrote to is empty.
bool HoldsNothing(LogSource::Kind kind, ByteView bytes) {
  if (bytes.empty()) return true;
  if (kind != LogSource::Kind::kCcel) return false;
  const uint8_t fill = bytes.front();
  return (fill == 0x00 || fill == 0xff) &&
         std::all_of(bytes.begin(), bytes.end(),
                     [fill](uint8_t byte) { return byte == fill; });
}

}  // namespace

LogSource::LogSource(Kind kind, std::string path)
    : kind_(kind),
      path_(std::move(path)),
      cap_(kind == Kind::kIma ? kMaxImaLogSize : kMaxBootLogSize) {}

LogSource::LogSource(CcelPaths paths)
    : kind_(Kind::kCcel),
      path_(std::move(paths.log)),
      table_(std::move(paths.table)),
      cap_(kMaxBootLogSize) {}

absl::string_view LogSource::label() const {
  switch (kind_) {
    case Kind::kTcg2:
      return "log.tcg2";
    case Kind::kIma:
      return "log.ima";
    case Kind::kCcel:
      break;
  }
  return "log.ccel";
}

absl::Status LogSource::ReadFile() {
  return kind_ == Kind::kCcel
             ? ReadCcelLog({.table = table_, .log = path_}, cap_, &file_)
             : ReadWholeFile(path_, cap_, &file_);
}

std::shared_ptr<const CollectedLog> LogSource::Read() {
  const absl::Status status = ReadFile();
  missing_ = {};
  if (!status.ok()) {
    missing_ = WhyMissing(status);
    last_ = nullptr;
    return nullptr;
  }
  std::shared_ptr<const CollectedLog> recent = recent_.lock();
  if (recent != nullptr && IsSame(file_, *recent)) return recent;
  std::shared_ptr<const CollectedLog> log = Parse();
  const bool keep =
      log != nullptr &&
      log->snapshot.bytes.size() + log->padding.size() <= kMaxKept;
  last_ = keep ? log : nullptr;
  recent_ = log;
  return log;
}

std::shared_ptr<const CollectedLog> LogSource::Parse() {
  auto out = std::make_shared<CollectedLog>();
  Bytes& bytes = out->snapshot.bytes;
  bytes = std::exchange(file_, {});
  absl::StatusOr<EventLog> log = ParseFile(kind_, bytes);
  if (HoldsNothing(kind_, bytes) || (log.ok() && log->length == 0)) {
    missing_ = {"empty",
                absl::StrFormat("%s: expected events, found none", path_)};
    return nullptr;
  }
  if (!log.ok()) {
    missing_ = {"device-error",
                absl::StrFormat("%s: %s", path_, log.status().message())};
    return nullptr;
  }
  out->log = *std::move(log);
  out->padding.assign(bytes.begin() + static_cast<ptrdiff_t>(out->log.length),
                      bytes.end());
  bytes.resize(out->log.length);  // keeps the views valid
  out->snapshot.offsets.reserve(out->log.events.size());
  for (const LogEvent& event : out->log.events) {
    out->snapshot.offsets.push_back(event.offset);
  }
  out->entry = PresentEntry(
      label(), kind_ == Kind::kIma ? kMediaIma : kMediaTcg2, bytes);
  return out;
}

absl::StatusOr<LogSource::Tail> LogSource::ReadTail(const CollectedLog& head) {
  RETURN_IF_ERROR(ReadFile());
  const ByteView file = file_;
  const Bytes& events = head.snapshot.bytes;
  if (file.size() < events.size() ||
      !Equal(file.first(events.size()), events)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected the %d bytes that were read before, found others", path_,
        events.size()));
  }
  Tail tail;
  tail.bytes = ToBytes(file.subspan(events.size()));
  if (tail.bytes == head.padding) return tail;  // nothing new
  ASSIGN_OR_RETURN(tail.log, kind_ == Kind::kTcg2
                                 ? ParseTcgLogTail(head.log, tail.bytes)
                                 : ParseGrowingTail(head.log, tail.bytes));
  return tail;
}

}  // namespace evidenced
