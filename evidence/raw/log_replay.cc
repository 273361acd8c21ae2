#include "evidence/raw/log_replay.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/log/describe.h"
#include "evidence/log/replay.h"

namespace evidenced {
namespace {

constexpr char kRegistersMatch[] = "registers_match";
constexpr char kRegistersWanted[] = "the registers that were given";

std::string RegisterName(HashAlgorithm bank, uint32_t reg) {
  return absl::StrCat(HashName(bank), ":", reg);
}

// The banks to recompute an IMA list in, ascending.
std::vector<HashAlgorithm> ImaBanks(HashAlgorithm logged,
                                    const PcrValues* given) {
  PcrValues banks = {{HashAlgorithm::kSha1, {}},
                     {HashAlgorithm::kSha256, {}},
                     {HashAlgorithm::kSha384, {}},
                     {logged, {}}};
  if (given != nullptr) {
    for (const auto& [bank, values] : *given) banks[bank];
  }
  std::vector<HashAlgorithm> out;
  out.reserve(banks.size());
  for (const auto& [bank, values] : banks) out.push_back(bank);
  return out;
}

void CheckTemplateDigests(const ImaFacts& facts, size_t count,
                          RawVerdict& verdict) {
  constexpr char kName[] = "template_digests_match";
  const std::string expected =
      absl::StrCat("each logged digest is the ", HashName(facts.logged),
                   " of its template data");
  if (!facts.mismatches.empty()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, expected,
                 absl::StrFormat("%d of %d entries of which it is not, first "
                                 "entry %d",
                                 facts.mismatches.size(), count,
                                 facts.mismatches.front()));
    return;
  }
  verdict.Pass(
      kName, expected,
      absl::StrFormat("entries: %d, violations: %d, without template data: %d",
                      count, facts.violations, facts.without_data.size()));
}

// By each way in which some kernel extends.
void CompareImaRegister(const EventLog& log, ComparedRegister& compared) {
  for (const ImaExtension extension :
       {ImaExtension::kTemplateHash, ImaExtension::kLoggedDigest,
        ImaExtension::kPaddedSha1}) {
    const auto entries =
        ImaPrefix(log, compared.reg, compared.bank, extension, compared.given);
    if (!entries.has_value()) continue;
    compared.matches = true;
    compared.entries = *entries;
    compared.extension = extension;
    return;
  }
}

bool Extends(const EventLog& log, HashAlgorithm bank, uint32_t reg) {
  const bool has_bank =
      log.format == LogFormat::kIma ||
      std::find(log.banks.begin(), log.banks.end(), bank) != log.banks.end();
  return has_bank && std::any_of(log.events.begin(), log.events.end(),
                                 [reg](const LogEvent& event) {
                                   return event.extends && event.reg == reg;
                                 });
}

// Whether no event extends `reg` with what the log does not tell: the replay
// leaves such an event out, so whoever made the log could add any.
bool TellsEveryDigest(const EventLog& log, HashAlgorithm bank, uint32_t reg) {
  return std::all_of(log.events.begin(), log.events.end(),
                     [bank, reg](const LogEvent& event) {
                       return !event.extends || event.reg != reg ||
                              event.Find(bank) != nullptr;
                     });
}

void CompareRegisters(const PcrValues& given, LogReplay& replay) {
  const EventLog& log = *replay.log;
  for (const auto& [bank, values] : given) {
    for (const auto& [reg, value] : values) {
      if (!Extends(log, bank, reg)) {
        replay.others.push_back(RegisterName(bank, reg));
        continue;
      }
      ComparedRegister compared;
      compared.bank = bank;
      compared.reg = reg;
      compared.given = value;
      const auto in_bank = replay.replayed.find(bank);
      if (in_bank != replay.replayed.end() && in_bank->second.contains(reg)) {
        compared.replayed = in_bank->second.at(reg);
      }
      if (log.format == LogFormat::kIma) {
        CompareImaRegister(log, compared);
      } else {
        compared.matches =
            compared.replayed == value && TellsEveryDigest(log, bank, reg);
      }
      replay.compared.push_back(std::move(compared));
    }
  }
}

void CheckRegisters(LogReplay& replay) {
  std::vector<std::string> differ;
  for (const ComparedRegister& compared : replay.compared) {
    if (compared.matches) continue;
    differ.push_back(RegisterName(compared.bank, compared.reg));
  }
  if (!differ.empty()) {
    replay.verdict.Fail(
        ErrorClass::kDigestMismatch, kRegistersMatch, kRegistersWanted,
        absl::StrFormat("%d of %d that the log does not give: %s",
                        differ.size(), replay.compared.size(),
                        absl::StrJoin(differ, ", ")));
  } else if (replay.compared.empty()) {
    replay.verdict.Undecided(kRegistersMatch, kRegistersWanted,
                             "none of them is one that the log extends");
  } else {
    replay.verdict.Pass(
        kRegistersMatch, kRegistersWanted,
        absl::StrFormat("%d of %d that the log extends", replay.compared.size(),
                        replay.compared.size()));
  }
}

void ReadTable(const LogReplayInput& input, LogReplay& replay) {
  if (!input.table.has_value()) return;
  replay.table = ParseCcelTable(*input.table);
  replay.verdict.Add("table_well_formed", "a CCEL table",
                     replay.table->status(), "one");
}

// Only a CC log has such a table.
LogFileForm FormOf(const LogReplayInput& input) {
  if (input.form.has_value()) return *input.form;
  return input.table.has_value() ? LogFileForm::kCcel
                                 : DetectLogFileForm(input.bytes);
}

// `bytes` up to where the table says that the log's area ends.
ByteView LogArea(ByteView bytes, const LogReplay& replay) {
  if (!replay.table.has_value() || !replay.table->ok()) return bytes;
  const uint64_t length = (**replay.table).log_area_minimum_length;
  return length < bytes.size() ? bytes.first(length) : bytes;
}

void ReplayBoot(LogReplay& replay) {
  const EventLog& log = *replay.log;
  replay.boot = FindBootFacts(log);
  replay.replayed = Replay(log, log.banks);
  if (log.banks.empty()) {
    replay.verdict.Fail(ErrorClass::kUnsupportedAlgorithm, "digests_supported",
                        "a bank of a known algorithm", "none");
    return;
  }
  // A bank that no event extends is there, too.
  for (const HashAlgorithm bank : log.banks) replay.replayed[bank];
}

void ReplayList(const PcrValues* given, LogReplay& replay) {
  const EventLog& log = *replay.log;
  replay.ima = FindImaFacts(log);
  CheckTemplateDigests(*replay.ima, log.events.size(), replay.verdict);
  for (const HashAlgorithm bank : ImaBanks(replay.ima->logged, given)) {
    auto values = ReplayIma(log, bank, ImaExtension::kTemplateHash);
    if (!values.empty()) replay.replayed[bank] = std::move(values);
  }
}

}  // namespace

LogReplay ReplayLogFile(const LogReplayInput& input) {
  LogReplay replay;
  ReadTable(input, replay);
  const LogFileForm form = FormOf(input);
  replay.form = form;
  replay.log = ParseLogFile(form, LogArea(input.bytes, replay));
  replay.verdict.Add(
      "log_well_formed",
      absl::StrCat(input.form.has_value() || input.table.has_value()
                       ? "a log of the form "
                       : "a log, by its first bytes of the form ",
                   LogFileFormName(form)),
      replay.log.status(), "one");
  const PcrValues* given = input.registers.has_value() && input.registers->ok()
                               ? &**input.registers
                               : nullptr;
  if (replay.log.ok()) {
    if (replay.log->format == LogFormat::kIma) {
      ReplayList(given, replay);
    } else {
      ReplayBoot(replay);
    }
  }
  if (!input.registers.has_value()) {
    replay.verdict.NotChecked(kRegistersMatch, kRegistersWanted,
                              "none were given");
  } else if (given == nullptr) {
    replay.verdict.Add(kRegistersMatch, kRegistersWanted,
                       input.registers->status(), "");
  } else if (replay.log.ok()) {
    CompareRegisters(*given, replay);
    CheckRegisters(replay);
    if (replay.boot.has_value() && form != LogFileForm::kCcel) {
      const EventLog& log = *replay.log;
      replay.secure_boot = SecureBootState(
          log, log.events, CompareWithRegisters(log, log.events, *given));
    }
  }
  return replay;
}

}  // namespace evidenced
