#include "agent/client/render_verdict.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

constexpr size_t kMaxCheckLine = 130;
constexpr size_t kShortText = 12;  // "the same"

std::string Heading(absl::string_view text, const Palette& palette) {
  return absl::StrCat("\n", palette.Bold(text), "\n");
}

void AddCertificates(const std::vector<Certificate>& certificates,
                     absl::string_view name, absl::string_view remark,
                     Table& table) {
  for (const Certificate& certificate : certificates) {
    table.Row(
        {std::string(name), absl::StrCat(certificate.subject(), ", issued by ",
                                         certificate.issuer(), remark)});
  }
  if (certificates.empty()) {
    table.Row({std::string(name), "no certificate"});
  }
}

std::string ClockText(const TpmClock& clock) {
  return absl::StrFormat(
      "%s since the TPM was cleared; reset count %d, restart count %d, %s",
      absl::FormatDuration(absl::Milliseconds(clock.clock_ms)),
      clock.reset_count, clock.restart_count,
      clock.safe ? "safe" : "not safe (it may have run before)");
}

std::string KeyText(const TpmPublicArea& ak) {
  return absl::StrCat(ak.key.is_rsa() ? "RSA" : "ECC", ", SHA-256 of its key ",
                      Hex(ak.key.spki_sha256()));
}

std::string LogSummary(const VerifiedLog& log) {
  const size_t total = log.events.size();
  const std::optional<size_t>& quoted = log.verdict.quoted_events;
  if (!quoted.has_value()) {
    return absl::StrCat(Count(total, "event"),
                        "; LOG_BEHIND_REGISTER: no number of them gives the "
                        "quoted registers, so nothing is claimed from it");
  }
  return absl::StrCat(Count(total, "event"), ", quoted_events ", *quoted,
                      *quoted == total ? ": the quote covers all of them"
                                       : ": the quote covers the first ones");
}

// The boot log first, as it happened.
std::vector<const VerifiedLog*> InOrder(const VerifiedEvidence& evidence) {
  std::vector<const VerifiedLog*> logs;
  for (const VerifiedLog& log : evidence.logs()) logs.push_back(&log);
  std::stable_partition(logs.begin(), logs.end(), [](const VerifiedLog* log) {
    return log->log.format != LogFormat::kIma;
  });
  return logs;
}

std::string OutcomeText(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "ok  ";
    case Outcome::kFail:
      return "FAIL";
    case Outcome::kNotChecked:
      return "-   ";
  }
  return "-   ";
}

std::string ScopeText(const Verdict& verdict) {
  if (!verdict.policy_file.has_value()) {
    return "No policy was applied: the verdict says only that the evidence is "
           "genuine and\nanswers this challenge.\n";
  }
  return absl::StrCat("By the policy ", Plain(*verdict.policy_file),
                      verdict.policy_description.empty() ? "" : ": ",
                      Plain(verdict.policy_description), "\n");
}

std::string RecordedText(const Verdict& verdict) {
  if (verdict.origin == StateOrigin::kLive) return "";
  return absl::StrCat("The verdict is ", OriginText(verdict.origin),
                      ": for audience ", Plain(verdict.state.audience()),
                      ", role ", RoleText(verdict.state.role()),
                      verdict.origin == StateOrigin::kRecordedInFile
                          ? ". It is worth as much as the file.\n"
                          : ".\n");
}

}  // namespace

std::string RenderWho(const Verdict& verdict, const Palette& palette) {
  const v1::VerifierState& state = verdict.state;
  std::string out = absl::StrCat(palette.Bold("Who answered"), "\n");
  Table table;
  if (verdict.origin == StateOrigin::kLive) {
    AddServer(state.target(), verdict.server, table);
  } else {
    table.Row({"agent", absl::StrCat(Printable(state.target()), " (",
                                     OriginText(verdict.origin), ")")});
    if (!state.certificate_sha256().empty()) {
      table.Row(
          {"certificate",
           absl::StrCat("SHA-256 ", Hex(AsBytes(state.certificate_sha256())))});
    }
  }
  table.Row({"role", RoleText(state.role())});
  table.Row(
      {"audience",
       absl::StrCat(state.audience(),
                    verdict.audience_source.empty()
                        ? ""
                        : absl::StrCat(" (", verdict.audience_source, ")"))});
  if (!state.requested_pcrs().empty()) {
    table.Row({"PCRs asked for", SelectionText(state.requested_pcrs())});
  }
  table.Row(
      {"asked at", TimeText(absl::FromUnixMillis(state.requested_unix_ms()))});
  if (verdict.evidence != nullptr) {
    table.Row(
        {"binding",
         absl::StrCat("level ",
                      BindingLevelName(verdict.evidence->binding().level()))});
  }
  return absl::StrCat(out, table.Render());
}

std::string RenderTpm(const VerifiedEvidence& evidence,
                      const Palette& palette) {
  const TpmQuote& quote = evidence.quote().quote();
  Table table;
  table.Row({"attestation key", KeyText(evidence.quote().ak())});
  table.Row({"", DescribeAttributes(evidence.quote().ak().attributes)});
  AddCertificates(evidence.ak_certificates(), "AK certificate", "", table);
  AddCertificates(evidence.ek_certificates(), "EK certificate",
                  "; does not vouch for the AK: no credential activation",
                  table);
  table.Row({"firmware", absl::StrFormat("0x%016x", quote.firmware_version)});
  table.Row({"clock", ClockText(quote.clock)});
  const std::optional<bool> secure_boot = evidence.secure_boot();
  table.Row({"Secure Boot", !secure_boot.has_value()
                                ? "not shown by a quoted log"
                            : *secure_boot ? "on, by the quoted boot log"
                                           : "OFF, by the quoted boot log"});
  return absl::StrCat(Heading("TPM", palette), table.Render());
}

std::string RenderRegisters(const VerifiedEvidence& evidence,
                            const Palette& palette) {
  std::string out = Heading(
      "Registers, by the quote; and the log that explains each", palette);
  for (const auto& [bank, registers] : evidence.pcrs().values()) {
    absl::StrAppend(&out, "  ", HashName(bank), "\n");
    Table table(4);
    auto reg = registers.begin();
    while (reg != registers.end()) {
      const RegisterExplanation words =
          ExplainRegister(evidence, bank, reg->first);
      // Neighbours with one value that no log explains share a line.
      auto last = reg;
      for (auto next = std::next(reg);
           words.log.empty() && next != registers.end() &&
           next->second == reg->second &&
           ExplainRegister(evidence, bank, next->first).log.empty();
           ++next) {
        last = next;
      }
      table.Row({last == reg
                     ? absl::StrCat("PCR ", reg->first)
                     : absl::StrCat("PCR ", reg->first, "-", last->first),
                 words.state, words.log, Hex(reg->second)});
      if (!words.replayed.empty()) {
        table.Row({"", "", "log gives", Hex(words.replayed)});
      }
      reg = std::next(last);
    }
    absl::StrAppend(&out, table.Render());
  }
  return out;
}

std::string RenderLogs(const VerifiedEvidence& evidence, EventLimit limit,
                       const Palette& palette) {
  std::string out;
  for (const VerifiedLog* each : InOrder(evidence)) {
    const VerifiedLog& log = *each;
    const LogView view{log.label, &log.log, log.events,
                       log.verdict.quoted_events.value_or(0)};
    absl::StrAppend(&out, Heading(absl::StrCat("Log ", log.label), palette),
                    "  ", LogSummary(log), "\n", RenderEvents(view, limit));
  }
  Table missing;
  for (const ManifestEntry& entry : evidence.binding().manifest().entries) {
    if (entry.kind != EntryKind::kMissing) continue;
    missing.Row({Printable(entry.label), Printable(entry.reason)});
  }
  if (!missing.empty()) {
    absl::StrAppend(&out, Heading("Not in this evidence", palette),
                    missing.Render());
  }
  return out;
}

std::string RenderChecks(const Checks& checks, const Palette& palette) {
  std::string out = Heading("Checks", palette);
  size_t width = 0;
  for (const Check& check : checks) width = std::max(width, check.name.size());
  for (const Check& check : checks) {
    const std::string word = OutcomeText(check.outcome);
    const std::string padding(width - check.name.size(), ' ');
    absl::StrAppend(&out, "  ",
                    check.outcome == Outcome::kPass   ? palette.Good(word)
                    : check.outcome == Outcome::kFail ? palette.Bad(word)
                                                      : word,
                    "  ", Plain(check.name), padding, "  expected ",
                    Plain(check.expected));
    // What does not fit beside it goes below it.
    const bool beside =
        check.found.size() <= kShortText ||
        width + check.expected.size() + check.found.size() < kMaxCheckLine;
    const std::string below =
        absl::StrCat("\n", std::string(width + 10, ' '), "found    ");
    absl::StrAppend(&out, beside ? ", found " : below, Plain(check.found),
                    "\n");
  }
  return out;
}

std::string RenderVerdict(const Verdict& verdict, EventLimit limit,
                          const Palette& palette) {
  std::string out = RenderWho(verdict, palette);
  if (verdict.evidence != nullptr) {
    absl::StrAppend(&out, RenderTpm(*verdict.evidence, palette),
                    RenderRegisters(*verdict.evidence, palette),
                    RenderLogs(*verdict.evidence, limit, palette));
  }
  absl::StrAppend(&out, RenderChecks(verdict.checks, palette), "\n",
                  ScopeText(verdict), RecordedText(verdict), "\n");
  return absl::StrCat(out,
                      verdict.accepted() ? palette.Good("ACCEPTED")
                                         : palette.Bad(absl::StrCat(
                                               "REJECTED: ", verdict.Reason())),
                      "\n");
}

}  // namespace evidenced
