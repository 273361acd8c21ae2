#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "agent/client/render_tpm.h"
#include "agent/client/render_verdict.h"
#include "quote/base/bytes.h"

// The sections of a verdict that show what the evidence holds.
namespace evidenced {
namespace {

void AddCertificate(absl::string_view name, const Certificate& certificate,
                    absl::string_view remark, Table& table) {
  table.Row(
      {std::string(name), absl::StrCat(certificate.subject(), ", issued by ",
                                       certificate.issuer())});
  table.Row({"", std::string(remark)});
}

void AddCertificates(const Verdict& verdict, Table& table) {
  const std::vector<Certificate>& aks = verdict.evidence->ak_certificates();
  const std::vector<Certificate>& eks = verdict.evidence->ek_certificates();
  for (const Certificate& each : aks) {
    AddCertificate("AK certificate", each, AkCertificateRemark(verdict, each),
                   table);
  }
  for (const Certificate& each : eks) {
    AddCertificate("EK certificate", each,
                   "not verified; without credential activation it says "
                   "nothing of the AK",
                   table);
  }
  if (aks.empty()) table.Row({"AK certificate", "none"});
  if (eks.empty()) table.Row({"EK certificate", "none"});
}

// What its registers are called.
absl::string_view RegisterKind(const VerifiedLog& log) {
  return log.log.format == LogFormat::kCcel ? "RTMR" : "PCR";
}

// The registers that the log extends and does not explain, in any bank.
std::vector<uint32_t> Unexplained(const VerifiedLog& log) {
  std::vector<uint32_t> registers;
  for (const RegisterVerdict& reg : log.verdict.registers) {
    if (log.verdict.Matched(reg.reg)) continue;
    registers.push_back(log.log.format == LogFormat::kCcel ? reg.reg - 1
                                                           : reg.reg);
  }
  return registers;
}

// What goes below a register that its log does not explain.
std::vector<std::pair<std::string, std::string>> Differences(
    const RegisterExplanation& words) {
  std::vector<std::pair<std::string, std::string>> rows;
  if (!words.replayed.empty()) {
    rows.emplace_back("log gives", Hex(words.replayed));
  }
  if (!words.missing.empty()) {
    rows.emplace_back(
        "log lacks",
        absl::StrCat(absl::StrJoin(words.missing, ", ",
                                   [](std::string* out, HashAlgorithm bank) {
                                     absl::StrAppend(out, HashName(bank));
                                   }),
                     ", into which something was measured"));
  }
  return rows;
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

std::string SecureBootText(const Verdict& verdict) {
  const std::optional<bool> state = verdict.evidence->secure_boot();
  if (!state.has_value()) return "not shown by a quoted log";
  return absl::StrCat(
      *state ? "on" : "OFF", ", by the quoted boot log",
      verdict.ak_named ? "" : " of a TPM that nothing vouches for");
}

}  // namespace

std::string LogSummary(const VerifiedLog& log) {
  const size_t total = log.events.size();
  const std::optional<size_t>& quoted = log.verdict.quoted_events;
  if (log.verdict.registers.empty()) {
    return absl::StrCat(Count(total, "event"),
                        "; no register that they extend is quoted, so nothing "
                        "is claimed from them");
  }
  if (!quoted.has_value()) {
    return absl::StrCat(Count(total, "event"),
                        "; LOG_BEHIND_REGISTER: no number of them gives the "
                        "quoted ",
                        RegisterKind(log), "s, so nothing is claimed from it");
  }
  const std::string reached =
      absl::StrCat(Count(total, "event"), ", quoted_events ", *quoted, ": ");
  const std::vector<uint32_t> unexplained = Unexplained(log);
  if (unexplained.size() == log.verdict.registers.size()) {
    return absl::StrCat(reached, "they explain no quoted ", RegisterKind(log));
  }
  return absl::StrCat(
      reached, *quoted == total ? "they explain" : "the first ones explain",
      " every quoted ", RegisterKind(log), " that they extend",
      unexplained.empty() ? "" : absl::StrCat(" but ", RegisterKind(log), " "),
      PcrsText(unexplained));
}

LogView ViewOf(const VerifiedLog& log) {
  return {log.label, &log.log, log.events,
          log.verdict.quoted_events.value_or(0),
          [&log](size_t index) { return log.Vouched(index); }};
}

std::string RenderTpm(const Verdict& verdict, const Palette& palette) {
  const VerifiedEvidence& evidence = *verdict.evidence;
  const TpmQuote& quote = evidence.tpm()->quote.quote();
  const TpmPublicArea& ak = evidence.tpm()->quote.ak();
  Table table;
  table.Row({"attestation key", absl::StrCat(ak.key.is_rsa() ? "RSA" : "ECC",
                                             ", SHA-256 of the public key:")});
  table.Row({"", Hex(ak.key.spki_sha256())});
  table.Row({"", DescribeAttributes(ak.attributes)});
  if (!verdict.policy_file.has_value()) {
    table.Row({"", "nothing vouches for it: no policy was applied"});
  } else if (!verdict.ak_named) {
    table.Row({"", "nothing vouches for it: the policy does not name it"});
  }
  AddCertificates(verdict, table);
  table.Row({"firmware", FirmwareText(quote.firmware_version)});
  table.Row({"clock", ClockText(quote.clock)});
  if (!evidence.tdx().has_value()) {
    table.Row({"Secure Boot", SecureBootText(verdict)});
  }
  return absl::StrCat(Heading("TPM", palette), table.Render());
}

std::string RenderRegisters(const VerifiedEvidence& evidence,
                            const Palette& palette) {
  std::string out = Heading(
      "Registers, by the quote; and the log that explains each", palette);
  for (const auto& [bank, registers] : evidence.pcrs()) {
    absl::StrAppend(&out, "  ", HashName(bank), "\n");
    Table table(4);
    for (auto reg = registers.begin(); reg != registers.end();) {
      const RegisterExplanation words =
          ExplainRegister(evidence, bank, reg->first);
      // Neighbours that one line is true of share it.
      auto last = reg;
      for (auto next = std::next(reg);
           next != registers.end() && next->first == last->first + 1 &&
           next->second == reg->second && words.log.empty() &&
           ExplainRegister(evidence, bank, next->first) == words;
           ++next) {
        last = next;
      }
      table.Row({last == reg
                     ? absl::StrCat("PCR ", reg->first)
                     : absl::StrCat("PCR ", reg->first, "-", last->first),
                 words.state, words.log, Hex(reg->second)});
      for (const auto& [name, text] : Differences(words)) {
        table.Row({"", "", name, text});
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
  for (const VerifiedLog* log : InOrder(evidence)) {
    absl::StrAppend(&out, Heading(absl::StrCat("Log ", log->label), palette),
                    "  ", LogSummary(*log), "\n",
                    RenderEvents(ViewOf(*log), limit));
  }
  return out;
}

}  // namespace evidenced
