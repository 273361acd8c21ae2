#include "agent/client/render_replay.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/client/ccel_table_words.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_verdict.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

std::string FormText(const LogReplay& replay) {
  switch (replay.form) {
    case LogFileForm::kTcg1:
      return "TCG log in the SHA-1 form of TCG 1.2";
    case LogFileForm::kTcg2:
      return "TCG log, crypto-agile";
    case LogFileForm::kCcel:
      return "event log of a confidential-computing guest (CCEL)";
    case LogFileForm::kIma:
      return "IMA list, binary";
    case LogFileForm::kImaAscii:
      return "IMA list, ASCII";
  }
  return "";
}

std::string BankNames(const std::vector<HashAlgorithm>& banks) {
  return absl::StrJoin(banks, ", ", [](std::string* out, HashAlgorithm bank) {
    absl::StrAppend(out, HashName(bank));
  });
}

std::string SizeText(const EventLog& log, ByteView bytes) {
  const size_t padding = bytes.size() - log.length;
  return padding == 0 ? Count(log.length, "byte")
                      : absl::StrFormat("%s, and %d of padding with 0x%02x",
                                        Count(log.length, "byte"), padding,
                                        bytes.back());
}

std::string OnOff(bool on) { return on ? "on" : "OFF"; }

// Who vouches for it comes with the word.
std::string SecureBootText(const LogReplay& replay) {
  if (replay.secure_boot.has_value()) {
    return absl::StrCat(OnOff(*replay.secure_boot),
                        ", and the given PCR 7 bears it out");
  }
  if (!replay.boot->secure_boot_variable.has_value()) return "not measured";
  return absl::StrCat(OnOff(*replay.boot->secure_boot_variable),
                      replay.compared.empty() ? ", by the log's word alone"
                                              : ", by the log's word alone: no "
                                                "given PCR 7 bears it out");
}

std::string RenderBoot(const LogReplay& replay, const Palette& palette) {
  const BootFacts& facts = *replay.boot;
  Table table;
  table.Row({"Secure Boot", SecureBootText(replay)});
  for (const auto& [name, counts] : facts.databases) {
    table.Row({name, DescribeSignatureCounts(counts)});
  }
  table.Row({"boot services", facts.exit_boot_services_seen
                                  ? "left: an operating system was started"
                                  : "no event tells that they were left"});
  if (!facts.digests_of_other.empty()) {
    table.Row({"unexplained",
               absl::StrCat("the digest is not of the data in event ",
                            absl::StrJoin(facts.digests_of_other, ", "))});
  }
  return absl::StrCat(Heading("What it says", palette), table.Render());
}

std::string RenderIma(const LogReplay& replay, const Palette& palette) {
  const ImaFacts& facts = *replay.ima;
  Table table;
  for (const auto& [name, count] : facts.templates) {
    table.Row({Plain(name),
               count == 1 ? "1 entry" : absl::StrCat(count, " entries")});
  }
  table.Row({"violations", absl::StrCat(facts.violations)});
  if (!facts.without_data.empty()) {
    table.Row({"without data",
               absl::StrFormat("%d entries of templates that are not known: "
                               "only their logged digest was used",
                               facts.without_data.size())});
  }
  return absl::StrCat(Heading("What it is made of", palette), table.Render());
}

std::string PrefixText(const LogReplay& replay,
                       const ComparedRegister& compared) {
  const size_t count = replay.log->events.size();
  std::string text = compared.entries == count
                         ? "matches"
                         : absl::StrFormat("matches after %d of %d entries",
                                           compared.entries, count);
  if (compared.extension == ImaExtension::kPaddedSha1) {
    absl::StrAppend(&text,
                    ", extended with padded SHA-1 as by Linux before 5.8");
  }
  return text;
}

std::string StateText(const LogReplay& replay,
                      const ComparedRegister* compared) {
  if (compared == nullptr) return "";
  if (!compared->matches) return "DIFFERS";
  const std::string text =
      replay.ima.has_value() ? PrefixText(replay, *compared) : "matches";
  return compared->bank == HashAlgorithm::kSha1
             ? absl::StrCat(text, "; SHA-1 is weak")
             : text;
}

const ComparedRegister* FindCompared(const LogReplay& replay,
                                     HashAlgorithm bank, uint32_t reg) {
  const auto found =
      std::find_if(replay.compared.begin(), replay.compared.end(),
                   [bank, reg](const ComparedRegister& compared) {
                     return compared.bank == bank && compared.reg == reg;
                   });
  return found == replay.compared.end() ? nullptr : &*found;
}

std::string RenderReplayed(const LogReplay& replay, const Palette& palette) {
  std::string out =
      Heading(replay.compared.empty()
                  ? "Registers, by the log"
                  : "Registers, by the log, against those that were given",
              palette);
  if (replay.replayed.empty()) {
    absl::StrAppend(&out, "  none can be computed\n");
  }
  for (const auto& [bank, registers] : replay.replayed) {
    absl::StrAppend(&out, "  ", HashName(bank), "\n");
    Table table(4);
    for (const auto& [reg, value] : registers) {
      const ComparedRegister* compared = FindCompared(replay, bank, reg);
      table.Row({RegisterName(*replay.log, reg), StateText(replay, compared),
                 Hex(value)});
      if (compared != nullptr && !compared->matches) {
        table.Row({"", "given", Hex(compared->given)});
      }
    }
    absl::StrAppend(&out, table.empty() ? "    none\n" : table.Render());
  }
  if (!replay.others.empty()) {
    absl::StrAppend(&out, "  given, and not in the log: ",
                    Count(replay.others.size(), "register"), "\n");
  }
  return out;
}

// Whether a given register that the log gives vouches for an event.
bool Vouched(const LogReplay& replay, size_t index) {
  const LogEvent& event = replay.log->events[index];
  return event.extends &&
         std::any_of(
             replay.compared.begin(), replay.compared.end(),
             [&](const ComparedRegister& compared) {
               return compared.matches && compared.reg == event.reg &&
                      (replay.boot.has_value() || index < compared.entries);
             });
}

// How many events the given registers reach: those of a boot log altogether.
size_t Reach(const LogReplay& replay) {
  size_t reach = replay.boot.has_value() ? replay.log->events.size() : 0;
  for (const ComparedRegister& compared : replay.compared) {
    if (compared.matches) reach = std::max(reach, compared.entries);
  }
  return reach;
}

LogView ViewOf(const LogReplay& replay) {
  LogView view{.log = &*replay.log, .events = replay.log->events};
  if (replay.compared.empty()) return view;
  view.quoted_events = Reach(replay);
  view.vouched = [&replay](size_t index) { return Vouched(replay, index); };
  view.registers_are_given = true;
  return view;
}

std::string RenderLog(const LogReplay& replay, ByteView bytes, EventLimit limit,
                      const Palette& palette) {
  const EventLog& log = *replay.log;
  Table table;
  table.Row({"form", FormText(replay)});
  table.Row({"banks", replay.ima.has_value()
                          ? absl::StrCat("any; the logged digests are ",
                                         HashName(replay.ima->logged))
                          : BankNames(log.banks)});
  const auto extending =
      std::count_if(log.events.begin(), log.events.end(),
                    [](const LogEvent& event) { return event.extends; });
  table.Row({"events", absl::StrFormat("%d, %d of which extend a register",
                                       log.events.size(), extending)});
  table.Row({"size", SizeText(log, bytes)});
  if (replay.table.has_value() && replay.table->ok()) {
    AddCcelTable(**replay.table, table);
  }
  if (log.startup_locality.has_value()) {
    table.Row({"start", absl::StrCat("PCR 0 begins with locality ",
                                     *log.startup_locality)});
  }
  const LogView view = ViewOf(replay);
  return absl::StrCat(table.Render(),
                      replay.boot.has_value() ? RenderBoot(replay, palette)
                                              : RenderIma(replay, palette),
                      RenderReplayed(replay, palette),
                      Heading("Events", palette), RenderEvents(view, limit));
}

}  // namespace

absl::StatusOr<std::optional<LogFileForm>> ParseLogForm(
    absl::string_view name) {
  if (name.empty()) return std::optional<LogFileForm>();
  const std::optional<LogFileForm> form = LogFileFormFromName(name);
  if (form.has_value()) return form;
  return absl::InvalidArgumentError(
      absl::StrCat("expected the format tcg1, tcg2, ccel, ima or ima-ascii, "
                   "found ",
                   Plain(name)));
}

std::string RenderReplay(absl::string_view name, const LogReplay& replay,
                         ByteView bytes, EventLimit limit,
                         const Palette& palette) {
  std::string out = absl::StrCat(palette.Bold("Log "), Plain(name), "\n");
  if (replay.log.ok()) {
    absl::StrAppend(&out, RenderLog(replay, bytes, limit, palette));
  }
  return absl::StrCat(out, RenderChecks(replay.verdict.checks(), palette), "\n",
                      RawVerdictLine(replay.verdict, palette));
}

}  // namespace evidenced
