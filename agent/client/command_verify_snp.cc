#include <memory>
#include <optional>

#include "absl/status/status.h"

#include "agent/client/command_verify_raw.h"
#include "agent/client/raw_snp.h"
#include "agent/client/render_raw.h"
#include "agent/client/snp_arguments.h"
#include "agent/client/tdx_arguments.h"
#include "evidence/raw/snp_policy.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// `report` is nullptr where there is none.
void Appraise(const SnpMaterial& material, const RawSnpReport* report,
              RawVerdict& verdict) {
  if (material.raw.policy() == nullptr) return;
  AppraiseRawSnp(*material.raw.policy(), report, verdict);
}

absl::StatusOr<int> RunVerifySnp(const VerifySnpArguments& arguments,
                                 const Output& output) {
  ASSIGN_OR_RETURN(const SnpMaterial material, LoadSnpMaterial(arguments));
  RawSnpInput input{.report = ReportIn(arguments.report, *material.report),
                    .files = material.Files(),
                    .table = std::nullopt,
                    .report_data = material.report_data,
                    .trust = material.trust};
  if (material.table.has_value()) {
    input.table = PlaceIn(arguments.table, *material.table);
  }
  RawSnpReport judged = JudgeSnpReport(input);
  Appraise(material, &judged, judged.verdict);
  output.Print(
      [&] { return RawSnpReportToJson(judged, material.raw); },
      [&] { return RenderRawSnpReport(judged, material.raw, output.palette); });
  return ExitCode(judged.verdict);
}

absl::StatusOr<int> RunVerifySnpTable(const VerifySnpArguments& arguments,
                                      const Output& output) {
  ASSIGN_OR_RETURN(const SnpMaterial material, LoadSnpMaterial(arguments));
  RawSnpTableInput input{.table = PlaceIn(arguments.table, *material.table),
                         .report = std::nullopt,
                         .files = material.Files(),
                         .report_data = material.report_data,
                         .trust = material.trust};
  if (material.report.has_value()) {
    input.report = ReportIn(arguments.report, *material.report);
  }
  RawSnpTable judged = JudgeSnpTable(input);
  Appraise(material, judged.report.has_value() ? &*judged.report : nullptr,
           judged.verdict);
  output.Print(
      [&] { return RawSnpTableToJson(judged, material.raw); },
      [&] { return RenderRawSnpTable(judged, material.raw, output.palette); });
  return ExitCode(judged.verdict);
}

absl::StatusOr<int> RunVerifySnpCert(const VerifySnpArguments& arguments,
                                     const Output& output) {
  if (arguments.keys.ek.empty() && arguments.keys.ca.empty() &&
      arguments.files.empty()) {
    return absl::InvalidArgumentError(
        "expected certificates by --ek or --ca, found neither");
  }
  ASSIGN_OR_RETURN(const SnpMaterial material, LoadSnpMaterial(arguments));
  RawSnpCertificates judged =
      JudgeSnpCertificates(material.Files(), material.trust);
  Appraise(material, nullptr, judged.verdict);
  output.Print([&] { return RawSnpCertificatesToJson(judged, material.raw); },
               [&] {
                 return RenderRawSnpCertificates(judged, material.raw,
                                                 output.palette);
               });
  return ExitCode(judged.verdict);
}

}  // namespace

Command MakeVerifySnpCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifySnpArguments>();
  CLI::App* app = verify.add_subcommand(
      "snp", "judge a SEV-SNP report that is given as files");
  AddSnpPlace(*app, "--report", arguments->report, "the ATTESTATION_REPORT");
  app->get_option("--report")->required();
  AddSnpPlace(*app, "--table", arguments->table,
              "a certificate table, for what the other options do not give");
  AddSnpKeyOptions(*app, *arguments);
  AddCollateralOption(*app, arguments->collateral);
  AddReportDataOption(*app, arguments->report_data);
  AddRawOptions(*app, arguments->raw, output);
  return {app,
          [arguments, &output] { return RunVerifySnp(*arguments, output); }};
}

Command MakeVerifySnpCertCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifySnpArguments>();
  CLI::App* app = verify.add_subcommand(
      "snp-cert", "judge AMD's certificates of SEV-SNP keys");
  app->add_option("FILE", arguments->files, "as --ca");
  AddSnpKeyOptions(*app, *arguments);
  AddRawOptions(*app, arguments->raw, output);
  return {app, [arguments, &output] {
            return RunVerifySnpCert(*arguments, output);
          }};
}

Command MakeVerifySnpTableCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifySnpArguments>();
  CLI::App* app = verify.add_subcommand(
      "snp-table", "judge the certificate table that came with a report");
  AddSnpPlace(*app, "--table", arguments->table, "the certificate table");
  app->get_option("--table")->required();
  AddSnpPlace(*app, "--report", arguments->report,
              "the report that came with it, judged by what the table holds");
  AddSnpKeyOptions(*app, *arguments);
  AddCollateralOption(*app, arguments->collateral);
  AddReportDataOption(*app, arguments->report_data);
  AddRawOptions(*app, arguments->raw, output);
  return {app, [arguments, &output] {
            return RunVerifySnpTable(*arguments, output);
          }};
}

}  // namespace evidenced
