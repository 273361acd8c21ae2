#include "agent/client/render_verdict.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "agent/client/snp_evidence.h"
#include "agent/client/tdx_evidence.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

constexpr size_t kLongestInLine = 32;  // digits of a digest

std::string Paragraph(absl::string_view text) {
  return absl::StrCat(absl::StrJoin(WrapText(Plain(text), kPageWidth), "\n"),
                      "\n");
}

bool SignedByCpu(const Verdict& verdict) {
  return verdict.evidence != nullptr && verdict.evidence->cpu_signs();
}

std::string ScopeText(const Verdict& verdict) {
  if (!verdict.policy_file.has_value() && SignedByCpu(verdict)) {
    return Paragraph(
        "No policy was applied: the verdict says only that the evidence "
        "answers this challenge and is signed by a processor for which a "
        "trusted root vouches. What runs in the guest, and whether the host "
        "may debug it, is shown and not judged; nothing vouches for a TPM "
        "beside it.");
  }
  if (!verdict.policy_file.has_value()) {
    return Paragraph(
        "No policy was applied: the verdict says only that the evidence "
        "answers this challenge and is signed by the key that came with it. "
        "Nothing vouches for that key: it need not be a TPM's.");
  }
  return Paragraph(absl::StrCat("By the policy ", *verdict.policy_file,
                                verdict.policy_description.empty() ? "" : ": ",
                                verdict.policy_description));
}

std::string RecordedText(const Verdict& verdict) {
  if (verdict.origin == StateOrigin::kLive) return "";
  return Paragraph(absl::StrCat("The verdict is ", OriginText(verdict.origin),
                                ": for audience ", verdict.state.audience(),
                                ", role ", RoleText(verdict.state.role()), ".",
                                verdict.origin == StateOrigin::kRecordedInFile
                                    ? " It is worth as much as the file."
                                    : ""));
}

std::string VerdictLine(const Verdict& verdict, const Palette& palette) {
  std::string out;
  const bool accepted = verdict.accepted();
  const std::string text =
      !accepted
          ? absl::StrCat("REJECTED: ",
                         Plain(ShortDigests(verdict.Reason(), kLongestInLine)))
      : verdict.policy_file.has_value() ? "ACCEPTED"
      : SignedByCpu(verdict)
          ? "ACCEPTED without a policy: genuine, and nothing else is judged"
          : "ACCEPTED without a policy: nothing vouches for the key";
  for (const std::string& line : WrapText(text, kPageWidth)) {
    absl::StrAppend(&out, accepted ? palette.Good(line) : palette.Bad(line),
                    "\n");
  }
  return out;
}

}  // namespace

std::string Heading(absl::string_view text, const Palette& palette) {
  return absl::StrCat("\n", palette.Bold(text), "\n");
}

std::string RenderWho(const Verdict& verdict, const Palette& palette) {
  const v1::VerifierState& state = verdict.state;
  std::string out = Heading("Who answered", palette);
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
  if (verdict.at.has_value()) {
    table.Row({"certificates",
               absl::StrCat("must be valid at ", TimeText(*verdict.at))});
  }
  if (verdict.evidence != nullptr) {
    table.Row(
        {"binding",
         absl::StrCat("level ",
                      BindingLevelName(verdict.evidence->binding().level()))});
  }
  return absl::StrCat(out, table.Render());
}

std::string RenderVerdict(const Verdict& verdict, EventLimit limit,
                          const Palette& palette) {
  const std::string line = VerdictLine(verdict, palette);
  std::string out = absl::StrCat(line, RenderWho(verdict, palette));
  if (verdict.evidence != nullptr) {
    const VerifiedEvidence& evidence = *verdict.evidence;
    if (evidence.snp().has_value()) {
      absl::StrAppend(&out, RenderVerifiedSnp(*evidence.snp(), palette));
    }
    if (evidence.tdx().has_value()) {
      absl::StrAppend(&out, RenderVerifiedTdx(evidence, palette));
    }
    if (evidence.tpm().has_value()) {
      absl::StrAppend(&out, RenderTpm(verdict, palette),
                      RenderRegisters(evidence, palette));
    }
    absl::StrAppend(&out, RenderLogs(evidence, limit, palette));
  }
  return absl::StrCat(out, RenderChecks(verdict.checks, palette), "\n",
                      ScopeText(verdict), RecordedText(verdict), "\n", line);
}

}  // namespace evidenced
