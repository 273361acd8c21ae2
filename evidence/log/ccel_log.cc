#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "evidence/log/parse_events.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr uint32_t kMaxCcRegister = 4;

}  // namespace

absl::Status CheckCcRegisters(const EventLog& log) {
  for (const LogEvent& event : log.events) {
    if (!event.extends || event.reg <= kMaxCcRegister) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a CC register of 0 to %d in the event at offset %d, found %d",
        kMaxCcRegister, event.offset, event.reg));
  }
  return absl::OkStatus();
}

absl::StatusOr<EventLog> ReadCcel(ByteView bytes, Ending ending) {
  ASSIGN_OR_RETURN(EventLog log, ReadTcgLog(bytes, ending));
  if (log.format != LogFormat::kTcg2) {
    return absl::InvalidArgumentError(
        "expected a SpecID event first in a CC event log, found another");
  }
  RETURN_IF_ERROR(CheckCcRegisters(log));
  log.format = LogFormat::kCcel;
  log.startup_locality.reset();
  return log;
}

}  // namespace evidenced
