#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "agent/client/appraisal.h"
#include "agent/client/command.h"
#include "agent/client/files.h"
#include "agent/client/json_verdict.h"
#include "agent/client/render_verdict.h"
#include "evidence/policy/policy.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

struct PolicyArguments {
  SourceArguments source;
  CpuTrustArguments cpu;
  std::string out;
};

constexpr char kRemark[] =
    "This policy is trust on first use: it was not verified against anything "
    "else.\nRead it, and compare its values with a source of your own, before "
    "you rely on it.\n";

std::string Summary(const v1::AppraisalPolicy& policy) {
  Table table;
  table.Row({"signers", Count(policy.accept_signers_size(), "signer")});
  if (policy.has_snp()) {
    table.Row(
        {"SNP measurements", Count(policy.snp().measurements_size(), "value")});
  }
  if (policy.has_tdx()) {
    table.Row({"TD measurements", Count(policy.tdx().mr_tds_size(), "value")});
    table.Row({"RTMRs", Count(policy.tdx().rtmrs_size(), "value")});
  }
  table.Row({"attestation keys",
             Count(policy.ak().spki_sha256_size(), "key digest")});
  table.Row({"PCRs", Count(policy.pcrs_size(), "value")});
  return table.Render();
}

absl::StatusOr<int> RunFromEvidence(const PolicyArguments& arguments,
                                    const Output& output) {
  AppraisalMaterial material;
  ASSIGN_OR_RETURN(material.cpu, LoadCpuCollateral(arguments.cpu));
  ASSIGN_OR_RETURN(const EvidenceSource source, LoadSource(arguments.source));
  // Genuine it must be, or the policy would describe nothing that exists.
  ASSIGN_OR_RETURN(const Verdict verdict, Judge(source, material, absl::Now()));
  if (!verdict.accepted()) {
    output.Print(
        [&] { return VerdictToJson(verdict, EventLimit(0)); },
        [&] { return RenderVerdict(verdict, EventLimit(0), output.palette); });
    return kExitNo;
  }
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*verdict.evidence);
  const std::string json = PolicyToJson(policy);
  if (arguments.out.empty()) {
    output.out << json << "\n";
    output.err << kRemark;
    return kExitYes;
  }
  RETURN_IF_ERROR(
      WriteFileAtomically(arguments.out, AsBytes(absl::StrCat(json, "\n"))));
  output.Print(
      [&]() -> nlohmann::ordered_json {
        return {{"file", Plain(arguments.out)},
                {"description", Plain(policy.description())},
                {"remark",
                 "trust on first use: not verified against anything else"}};
      },
      [&] {
        return absl::StrCat("Policy saved to ", Plain(arguments.out), "\n",
                            Summary(policy), kRemark);
      });
  return kExitYes;
}

}  // namespace

Command MakePolicyCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<PolicyArguments>();
  CLI::App* app =
      parent.add_subcommand("policy", "work with appraisal policies");
  app->require_subcommand(0, 1);
  CLI::App* from = app->add_subcommand(
      "from-evidence",
      "write a first policy that an agent's evidence meets now: trust on first "
      "use, verified against nothing else");
  AddSourceOptions(*from, arguments->source);
  AddCpuTrustOptions(*from, arguments->cpu);
  from->add_option("-o,--out", arguments->out,
                   "the policy's file (default: standard output)")
      ->type_name("FILE");
  AddJsonOption(*from, output);
  return {app, [arguments, from, &output]() -> absl::StatusOr<int> {
            if (from->parsed()) return RunFromEvidence(*arguments, output);
            return absl::InvalidArgumentError(
                "expected policy from-evidence, found policy alone");
          }};
}

}  // namespace evidenced
