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

}  // namespace

LogSource::LogSource(Kind kind, std::string path)
    : kind_(kind),
      path_(std::move(path)),
      cap_(kind == Kind::kIma ? kMaxImaLogSize : kMaxBootLogSize) {}

absl::string_view LogSource::label() const {
  return kind_ == Kind::kIma ? "log.ima" : "log.tcg2";
}

std::shared_ptr<const CollectedLog> LogSource::Read() {
  const absl::Status status = ReadWholeFile(path_, cap_, &file_);
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
  // The IMA list may be read while its last entry is being written.
  absl::StatusOr<EventLog> log = kind_ == Kind::kIma
                                     ? ParseGrowingLog(LogFormat::kIma, bytes)
                                     : ParseTcgLog(bytes);
  if (bytes.empty() || (log.ok() && log->length == 0)) {
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
  RETURN_IF_ERROR(ReadWholeFile(path_, cap_, &file_));
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
  ASSIGN_OR_RETURN(tail.log, kind_ == Kind::kIma
                                 ? ParseGrowingLog(LogFormat::kIma, tail.bytes)
                                 : ParseTcgLogTail(head.log, tail.bytes));
  return tail;
}

}  // namespace evidenced
