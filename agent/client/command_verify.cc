#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "agent/client/appraisal.h"
#include "agent/client/command.h"
#include "agent/client/command_get.h"
#include "agent/client/command_verify_raw.h"
#include "agent/client/json_verdict.h"
#include "agent/client/render_verdict.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

struct VerifyArguments {
  SourceArguments source;
  AppraisalArguments appraisal;
  std::string extract;
  std::string events;
};

absl::StatusOr<int> RunVerify(const VerifyArguments& arguments,
                              const Output& output) {
  ASSIGN_OR_RETURN(const EventLimit limit, ParseEventLimit(arguments.events));
  // The verifier's own material first: what is wrong with it needs no agent.
  ASSIGN_OR_RETURN(const AppraisalMaterial material,
                   LoadAppraisal(arguments.appraisal));
  ASSIGN_OR_RETURN(const EvidenceSource source, LoadSource(arguments.source));
  ASSIGN_OR_RETURN(const Verdict verdict, Judge(source, material, absl::Now()));
  // Files only after the verdict: until then nothing of them is judged.
  std::string extracted;
  if (!arguments.extract.empty()) {
    ASSIGN_OR_RETURN(extracted,
                     ExtractTo(source.saved.evidence(), arguments.extract));
  }
  output.Print([&] { return VerdictToJson(verdict, limit); },
               [&] {
                 return absl::StrCat(
                     extracted, extracted.empty() ? "" : "\n",
                     RenderVerdict(verdict, limit, output.palette));
               });
  return verdict.accepted() ? kExitYes : kExitNo;
}

}  // namespace

Command MakeVerifyCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* app = parent.add_subcommand(
      "verify",
      "fetch evidence, or read a saved file, and say whether it is accepted; "
      "or judge one raw artefact, see its subcommands");
  AddSourceOptions(*app, arguments->source);
  AppraisalArguments& appraisal = arguments->appraisal;
  CLI::Option* policy = app->add_option("--policy", appraisal.policy,
                                        "appraise against this policy (JSON)")
                            ->type_name("FILE");
  app->add_flag("--no-policy", appraisal.no_policy,
                "ask only whether the evidence is genuine and answers the "
                "challenge")
      ->excludes(policy);
  app->add_option("--ak-ca", appraisal.ak_cas,
                  "CA certificates for the AK that the policy names, PEM; may "
                  "be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app->add_option("--at", appraisal.at,
                  "the time at which certificates and lists must be valid, as "
                  "2026-11-25T06:40:00Z (default: now)")
      ->type_name("TIME");
  app->add_option("--extract", arguments->extract,
                  "write quote, key, logs and certificates as files into DIR")
      ->type_name("DIR");
  app->add_option("--events", arguments->events,
                  "how many of each log's last events to show, or \"all\" "
                  "(default: all of a boot log, 20 of an IMA log)")
      ->type_name("N");
  AddCpuTrustOptions(*app, appraisal.cpu);
  AddJsonOption(*app, output);
  app->footer(
      "A file with the name of a subcommand is given with its folder, as "
      "./tpm.");
  app->require_subcommand(0, 1);
  const std::vector<Command> raw = MakeRawVerifyCommands(*app, output);
  return {app, [arguments, raw, &output]() -> absl::StatusOr<int> {
            for (const Command& command : raw) {
              if (command.app->parsed()) return command.run();
            }
            return RunVerify(*arguments, output);
          }};
}

}  // namespace evidenced
