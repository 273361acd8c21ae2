// Event logs.
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/ccel_table_words.h"
#include "agent/client/inspection.h"
#include "agent/client/json_tpm.h"
#include "agent/client/render_log.h"
#include "agent/client/render_tpm.h"
#include "agent/client/render_verdict.h"
#include "evidence/log/event_log.h"
#include "evidence/log/log_file.h"
#include "evidence/log/replay.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// A log without events may be anything, such as padding.
absl::StatusOr<Inspection> ShowLog(const EventLog& log,
                                   std::span<const HashAlgorithm> banks,
                                   const Palette& palette) {
  if (log.events.empty()) {
    return absl::InvalidArgumentError("expected events, found none");
  }
  const LogView view{"log", &log, log.events, std::nullopt, nullptr};
  const PcrValues replayed = Replay(log, banks);
  Table table;
  AddPcrValues(replayed, table);
  return Inspection{
      .json = {{"event_count", log.events.size()},
               {"events", EventsToJson(view, EventLimit())},
               {"replay", PcrValuesToJson(replayed)}},
      .text = absl::StrCat("  ", Count(log.events.size(), "event"), "\n",
                           RenderEvents(view, EventLimit()),
                           Heading("PCR values that its events give", palette),
                           table.Render())};
}

// Any bank can be computed; these are what TPMs have.
absl::StatusOr<Inspection> ShowIma(LogFileForm form, ByteView bytes,
                                   const Palette& palette) {
  constexpr HashAlgorithm kBanks[] = {
      HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384};
  ASSIGN_OR_RETURN(const EventLog log, ParseLogFile(form, bytes));
  return ShowLog(log, kBanks, palette);
}

}  // namespace

absl::StatusOr<Inspection> InspectCcelTable(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const CcelTable ccel, ParseCcelTable(bytes));
  Table table;
  AddCcelTable(ccel, table);
  return Inspection{.json = {{"ccel_acpi_table", CcelTableToJson(ccel)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectTcgLog(ByteView bytes,
                                         const Palette& palette) {
  ASSIGN_OR_RETURN(const EventLog log, ParseTcgLog(bytes));
  return ShowLog(log, log.banks, palette);
}

absl::StatusOr<Inspection> InspectImaLog(ByteView bytes,
                                         const Palette& palette) {
  return ShowIma(LogFileForm::kIma, bytes, palette);
}

absl::StatusOr<Inspection> InspectImaAscii(ByteView bytes,
                                           const Palette& palette) {
  return ShowIma(LogFileForm::kImaAscii, bytes, palette);
}

}  // namespace evidenced
