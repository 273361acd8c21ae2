#include "evidence/raw/tpm_registers.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/log/log_file.h"
#include "evidence/log/pcr.h"
#include "quote/base/error_class.h"

namespace evidenced {
namespace {

constexpr char kDigestCheck[] = "pcr_digest_matches_values";
constexpr char kDigestExpected[] = "values with the quoted digest";

using Selection = std::vector<PcrBankSelection>;

std::string SelectionText(const Selection& selection) {
  std::string out;
  for (const PcrBankSelection& bank : selection) {
    if (bank.pcrs.empty()) continue;
    absl::StrAppend(&out, out.empty() ? "" : "+", HashName(bank.algorithm), ":",
                    PcrRanges(bank.pcrs));
  }
  return out.empty() ? "no PCR" : out;
}

// The order of banks says nothing, and neither does one without registers.
std::map<HashAlgorithm, std::vector<uint32_t>> Selected(
    const Selection& selection) {
  std::map<HashAlgorithm, std::vector<uint32_t>> out;
  for (const PcrBankSelection& bank : selection) {
    if (!bank.pcrs.empty()) out[bank.algorithm] = bank.pcrs;
  }
  return out;
}

size_t RegisterBytes(const Selection& selection) {
  size_t bytes = 0;
  for (const PcrBankSelection& bank : selection) {
    bytes += bank.pcrs.size() * DigestSize(bank.algorithm);
  }
  return bytes;
}

// Of `values` those that the quote selects: it says nothing of others.
PcrValues SelectedOf(const PcrValues& values, const Selection& selection) {
  PcrValues out;
  for (const auto& [bank, pcrs] : Selected(selection)) {
    const auto given = values.find(bank);
    if (given == values.end()) continue;
    for (const uint32_t pcr : pcrs) {
      const auto value = given->second.find(pcr);
      if (value != given->second.end()) out[bank][pcr] = value->second;
    }
  }
  return out;
}

void CheckDumpSelection(const TpmAttest::Quote& quote, const PcrDump& dump,
                        RawVerdict& verdict) {
  constexpr char kName[] = "pcr_blob_selection_matches_quote";
  const std::string expected = SelectionText(quote.selection);
  const std::string found = SelectionText(dump.selection);
  if (Selected(quote.selection) == Selected(dump.selection)) {
    verdict.Pass(kName, expected, found);
  } else {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, expected, found);
  }
}

// Whether there are values from a dump.
bool ReadDump(ByteView bytes, RawTpmQuote& out) {
  const TpmAttest::Quote* quote = out.quote();
  absl::StatusOr<PcrDump> dump = ParsePcrDump(bytes);
  const bool bare = !dump.ok() && quote != nullptr && !bytes.empty() &&
                    bytes.size() == RegisterBytes(quote->selection);
  if (bare) dump = ParsePcrValueDump(bytes, quote->selection);
  out.verdict.Add("pcr_blob_layout", "a PCR dump of tpm2-tools", dump.status(),
                  absl::StrCat(bytes.size(), " bytes"));
  if (!dump.ok()) return false;
  if (bare) {
    out.verdict.NotChecked("pcr_blob_selection_matches_quote",
                           SelectionText(quote->selection),
                           "values alone, which name no registers");
  } else if (quote != nullptr) {
    CheckDumpSelection(*quote, *dump, out.verdict);
  }
  out.given = dump->Values();
  out.dump = *std::move(dump);
  return true;
}

// Whether there are values, in `given`.
bool ReadValues(const RawTpmInput& in, RawTpmQuote& out) {
  if (in.pcr_blob.has_value()) return ReadDump(*in.pcr_blob, out);
  if (!in.pcrs.has_value()) return false;
  out.verdict.Add("pcr_values_layout", "PCR values by bank and index",
                  in.pcrs->status(), "read");
  if (in.pcrs->ok()) out.given = **in.pcrs;
  return in.pcrs->ok();
}

// By which hash the TPM joined the registers: that of the signing scheme.
std::optional<HashAlgorithm> DigestHash(const RawTpmInput& in,
                                        const RawTpmQuote& out) {
  if (in.ak.has_value() && in.ak->area.has_value()) {
    return in.ak->area->scheme_hash;
  }
  if (out.signature.has_value()) return out.signature->hash;
  return std::nullopt;
}

void CompareDigest(const TpmAttest::Quote& quote, HashAlgorithm hash,
                   RawTpmQuote& out) {
  if (Selected(quote.selection).empty()) {
    out.verdict.Fail(ErrorClass::kDigestMismatch, kDigestCheck,
                     "a quote of the registers that were given", "no PCR");
    return;
  }
  const PcrValues values = SelectedOf(out.given, quote.selection);
  const absl::Status status =
      CheckPcrValues(quote.selection, quote.pcr_digest, hash, values);
  out.verdict.Add(kDigestCheck, kDigestExpected, status,
                  SelectionText(quote.selection), ErrorClass::kDigestMismatch);
  if (status.ok()) out.quoted = values;
}

std::string PcrsText(const std::vector<uint32_t>& pcrs) {
  return pcrs.empty() ? "" : absl::StrCat("PCR ", PcrRanges(pcrs, ", "));
}

std::string RegistersText(const LogVerdict& verdict, RegisterState state) {
  std::vector<uint32_t> found;
  for (const RegisterVerdict& reg : verdict.registers) {
    if (reg.state == state) found.push_back(reg.reg);
  }
  return PcrsText(found);
}

// A boot log is whole when it is read, and a register that has its start value
// agrees with the first no events of any log. Only an IMA list may go on after
// the quote, and then too it has begun before.
std::string RegistersShortOfLog(const EventLog& log,
                                const LogVerdict& verdict) {
  std::vector<uint32_t> found;
  for (const RegisterVerdict& reg : verdict.registers) {
    const bool reached = log.format == LogFormat::kIma
                             ? reg.events > 0
                             : reg.replayed == reg.quoted;
    if (!reached) found.push_back(reg.reg);
  }
  return PcrsText(found);
}

void CompareLog(const EventLog& events, const LogVerdict& log,
                RawVerdict& verdict) {
  constexpr char kName[] = "log_matches_pcrs";
  constexpr char kExpected[] =
      "events that give every quoted PCR that they extend";
  const std::string unlogged = RegistersText(log, RegisterState::kUnlogged);
  const std::string matched = RegistersText(log, RegisterState::kMatched);
  const std::string weak = RegistersText(log, RegisterState::kWeak);
  if (log.registers.empty()) {
    verdict.Undecided(kName, kExpected, "events that extend no quoted PCR");
  } else if (!unlogged.empty()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, kExpected,
                 absl::StrCat("another value for ", unlogged));
  } else if (!matched.empty() && !log.quoted_events.has_value()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, kExpected,
                 "no number of events that gives them all at once");
  } else if (const std::string before = RegistersShortOfLog(events, log);
             !before.empty()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, kExpected,
                 absl::StrCat("the value before such events for ", before));
  } else if (weak.empty()) {
    verdict.Pass(kName, kExpected, matched);
  } else {
    verdict.Pass(kName, kExpected,
                 absl::StrCat(matched, matched.empty() ? "" : "; ", weak,
                              " by SHA-1 alone, which is weak"));
  }
}

}  // namespace

void CheckRawPcrs(const RawTpmInput& in, RawTpmQuote& out) {
  const bool given = in.pcrs.has_value() || in.pcr_blob.has_value();
  const bool read = ReadValues(in, out);
  const TpmAttest::Quote* quote = out.quote();
  const std::optional<HashAlgorithm> hash = DigestHash(in, out);
  if (!given) {
    out.verdict.NotChecked(kDigestCheck, kDigestExpected,
                           "no PCR values were given");
  } else if (!read || quote == nullptr) {
    out.verdict.NotChecked(kDigestCheck, kDigestExpected,
                           "no values, or no quote to compare them with");
  } else if (!hash.has_value()) {
    out.verdict.NotChecked(kDigestCheck, kDigestExpected,
                           "no signature that says by which hash");
  } else {
    CompareDigest(*quote, *hash, out);
  }
}

void CheckRawLog(const RawTpmInput& in, RawTpmQuote& out) {
  if (!in.log.has_value()) return;
  absl::StatusOr<EventLog> log =
      ParseLogFile(DetectLogFileForm(*in.log), *in.log);
  out.verdict.Add("log_layout", "a TCG boot log or an IMA list", log.status(),
                  log.ok() ? absl::StrCat(log->events.size(), " events") : "");
  if (!log.ok()) return;
  RawTpmLog raw{.log = *std::move(log), .verdict = std::nullopt};
  if (out.quoted.has_value()) {
    raw.verdict = CompareWithRegisters(raw.log, raw.log.events, *out.quoted);
    CompareLog(raw.log, *raw.verdict, out.verdict);
  } else {
    out.verdict.Undecided("log_matches_pcrs",
                          "PCR values that have the quoted digest", "none");
  }
  out.log = std::move(raw);
}

}  // namespace evidenced
