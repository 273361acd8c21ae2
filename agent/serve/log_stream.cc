#include "agent/serve/log_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace evidenced {

LogStream::LogStream(grpc::CallbackServerContext& context,
                     const v1::StreamEventLogRequest& request, RequestLog log)
    : start_(request.start()),
      count_(request.count()),
      log_(std::move(log)),
      stall_(context, kChunkPatience) {}

void LogStream::Start(
    absl::StatusOr<std::shared_ptr<const LogSnapshot>> snapshot) {
  if (!snapshot.ok()) return End(snapshot.status());
  snapshot_ = *std::move(snapshot);
  const size_t events = snapshot_->offsets.size();
  if (start_ > events) {
    return End(absl::InvalidArgumentError(absl::StrFormat(
        "expected a start of 0 to %d events, found %d", events, start_)));
  }
  event_ = static_cast<size_t>(start_);
  last_ = count_ == 0 || count_ > events - event_
              ? events
              : event_ + static_cast<size_t>(count_);
  const auto offset_of = [this, events](size_t event) {
    return event == events ? snapshot_->bytes.size()
                           : snapshot_->offsets[event];
  };
  offset_ = offset_of(event_);
  end_ = offset_of(last_);
  WriteNext();
}

void LogStream::OnWriteDone(bool ok) {
  stall_.Disarm();
  if (!ok) {
    return End(absl::CancelledError(
        "the client has gone, or took no data for too long"));
  }
  WriteNext();
}

void LogStream::WriteNext() {
  if (offset_ >= end_) return End(absl::OkStatus());
  const auto& offsets = snapshot_->offsets;
  const size_t limit = std::min(end_, offset_ + kMaxChunk);
  // The chunk ends with the last event that ends within the limit; one that is
  // larger than a chunk goes in pieces.
  const auto first = offsets.begin() + static_cast<std::ptrdiff_t>(event_);
  const auto wanted = offsets.begin() + static_cast<std::ptrdiff_t>(last_);
  auto next = std::lower_bound(first, wanted, limit);
  size_t chunk_end = limit;
  const bool cuts = limit < end_ && (next == wanted || *next != limit);
  if (cuts && next != first && *(next - 1) > offset_) {
    --next;
    chunk_end = *next;
  }
  chunk_.Clear();
  chunk_.set_offset(offset_);
  chunk_.set_first_event(event_);
  chunk_.set_events(static_cast<uint64_t>(next - first));
  chunk_.set_data(snapshot_->bytes.data() + offset_, chunk_end - offset_);
  offset_ = chunk_end;
  event_ += static_cast<size_t>(next - first);
  stall_.Arm();
  StartWrite(&chunk_);
}

void LogStream::End(const absl::Status& status) {
  log_.Write(status);
  ticket_ = nullptr;
  Finish(ToGrpc(status));
}

}  // namespace evidenced
