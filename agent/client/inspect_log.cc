// Event logs.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

// Of a CC log: "sha384 RTMR0".
void AddCcRegisters(const EventLog& log, const PcrValues& values,
                    Table& table) {
  for (const auto& [bank, registers] : values) {
    for (const auto& [reg, value] : registers) {
      table.Row({absl::StrCat(HashName(bank), " ", RegisterName(log, reg)),
                 Hex(value)});
    }
  }
}

// A log without events may be anything, such as padding.
absl::StatusOr<Inspection> ShowLog(const EventLog& log,
                                   std::span<const HashAlgorithm> banks,
                                   const Palette& palette,
                                   const std::string& recognised = "") {
  if (log.events.empty()) {
    return absl::InvalidArgumentError("expected events, found none");
  }
  const bool cc = log.format == LogFormat::kCcel;
  const LogView view{"log", &log, log.events, std::nullopt, nullptr};
  const PcrValues replayed = Replay(log, banks);
  Table table;
  if (cc) {
    AddCcRegisters(log, replayed, table);
  } else {
    AddPcrValues(replayed, table);
  }
  Inspection out;
  if (!recognised.empty()) {
    out.json["recognised_by"] = recognised;
    Table by;
    by.Row({"recognised by", recognised});
    out.text = by.Render();
  }
  out.json["event_count"] = log.events.size();
  out.json["register_kind"] =
      cc ? "CC measurement registers: index 0 = MRTD, 1..4 = RTMR0..3" : "PCR";
  out.json["events"] = EventsToJson(view, EventLimit());
  out.json["replay"] = PcrValuesToJson(replayed);
  absl::StrAppend(&out.text, "  ", Count(log.events.size(), "event"), "\n",
                  RenderEvents(view, EventLimit()),
                  Heading(cc ? "Register values that its events give"
                             : "PCR values that its events give",
                          palette),
                  table.Render());
  return out;
}

// Any bank can be computed; these are what TPMs have.
absl::StatusOr<Inspection> ShowIma(LogFileForm form, ByteView bytes,
                                   const Palette& palette,
                                   const std::string& recognised = "") {
  constexpr HashAlgorithm kBanks[] = {
      HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384};
  ASSIGN_OR_RETURN(const EventLog log, ParseLogFile(form, bytes));
  return ShowLog(log, kBanks, palette, recognised);
}

bool ExtendsAny(const EventLog& log) {
  return std::any_of(log.events.begin(), log.events.end(),
                     [](const LogEvent& event) { return event.extends; });
}

// By what it is told from a TPM's log, which is laid out alike.
absl::StatusOr<std::string> WhyCcLog(const EventLog& log) {
  constexpr uint32_t kCcHeader = 1;
  const size_t banks =
      log.spec_id.has_value() ? log.spec_id->algorithms.size() : 0;
  const uint32_t header = log.events.front().reg;
  if (banks == 1 && header == kCcHeader) {
    return "its header, which is of register 1: a TPM log's is of PCR 0";
  }
  const bool sha384 =
      banks == 1 && log.banks == std::vector{HashAlgorithm::kSha384};
  if (sha384 && ExtendsAny(log)) {
    return "what is in it: SHA-384 alone, and no event beyond register 4. A "
           "TPM log may look so too: see --format tcg2";
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected a header of register 1, or SHA-384 alone with events of "
      "registers 0 to 4, found a header of register ",
      header, " and ", Count(banks, "bank")));
}

}  // namespace

absl::StatusOr<Inspection> InspectCcelTable(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const CcelTable ccel, ParseCcelTable(bytes));
  Table table;
  AddCcelTable(ccel, table);
  return Inspection{.json = {{"ccel_acpi_table", CcelTableToJson(ccel)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectCcLog(ByteView bytes,
                                        const Palette& palette) {
  ASSIGN_OR_RETURN(const EventLog log, ParseCcel(bytes));
  ASSIGN_OR_RETURN(const std::string why, WhyCcLog(log));
  return ShowLog(log, log.banks, palette, why);
}

absl::StatusOr<Inspection> InspectTcgLog(ByteView bytes,
                                         const Palette& palette) {
  ASSIGN_OR_RETURN(const EventLog log, ParseTcgLog(bytes));
  return ShowLog(log, log.banks, palette);
}

absl::StatusOr<Inspection> InspectLogAs(LogFileForm form, ByteView bytes,
                                        const Palette& palette) {
  const std::string why = absl::StrCat("--format ", LogFileFormName(form));
  if (form == LogFileForm::kIma || form == LogFileForm::kImaAscii) {
    return ShowIma(form, bytes, palette, why);
  }
  ASSIGN_OR_RETURN(const EventLog log, ParseLogFile(form, bytes));
  return ShowLog(log, log.banks, palette, why);
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
