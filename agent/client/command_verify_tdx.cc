#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "agent/client/command_verify_raw.h"
#include "agent/client/files.h"
#include "agent/client/raw_tdx.h"
#include "agent/client/raw_tdx_arguments.h"
#include "agent/client/render_raw.h"
#include "evidence/raw/td_report.h"
#include "evidence/raw/tdx_evaluation.h"
#include "evidence/raw/tdx_policy.h"
#include "evidence/raw/tdx_quote.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

struct VerifyTdxCollateralArguments {
  VerifyTdxArguments tdx;
  std::vector<std::string> quotes;
};

struct VerifyTdReportArguments {
  RawArguments raw;
  std::string report;
  std::optional<std::string> report_data;
};

absl::StatusOr<int> RunVerifyTdx(const VerifyTdxArguments& arguments,
                                 const Output& output) {
  ASSIGN_OR_RETURN(const TdxMaterial material, LoadTdxMaterial(arguments));
  RawTdxQuote judged = JudgeTdxQuote(material.Input());
  if (material.raw.policy() != nullptr) {
    AppraiseRawTdx(*material.raw.policy(), {.quote = &judged}, judged.verdict);
  }
  output.Print(
      [&] { return RawTdxToJson(judged, material.raw); },
      [&] { return RenderRawTdx(judged, material.raw, output.palette); });
  return ExitCode(judged.verdict);
}

absl::StatusOr<int> RunVerifyTdReport(const VerifyTdReportArguments& arguments,
                                      const Output& output) {
  ASSIGN_OR_RETURN(const RawMaterial raw, LoadTdxRawMaterial(arguments.raw));
  std::optional<Bytes> report_data;
  if (arguments.report_data.has_value()) {
    ASSIGN_OR_RETURN(report_data, ReportDataFromOption(*arguments.report_data));
  }
  ASSIGN_OR_RETURN(const std::string file, ReadFile(arguments.report));
  RawTdReport judged = JudgeTdReport(AsBytes(file), report_data);
  if (raw.policy() != nullptr) {
    AppraiseRawTdx(*raw.policy(), {}, judged.verdict);
  }
  output.Print([&] { return RawTdReportToJson(judged, raw); },
               [&] { return RenderRawTdReport(judged, raw, output.palette); });
  return ExitCode(judged.verdict);
}

// What a file is called without its folders, or all of its path if another is
// called so too.
std::string NameAmong(const std::vector<std::string>& paths, size_t index) {
  const auto base = [](const std::string& path) {
    return path.substr(path.rfind('/') + 1);
  };
  const std::string name = base(paths[index]);
  const auto same = [&](const std::string& other) {
    return base(other) == name;
  };
  return std::count_if(paths.begin(), paths.end(), same) == 1 ? name
                                                              : paths[index];
}

absl::StatusOr<int> RunVerifyTdxCollateral(
    const VerifyTdxCollateralArguments& arguments, const Output& output) {
  ASSIGN_OR_RETURN(const TdxMaterial material, LoadTdxMaterial(arguments.tdx));
  RawTdxCollateralInput input{.files = material.Collateral(),
                              .quotes = {},
                              .pck_chain = material.PckChain(),
                              .trust = material.trust};
  if (input.files.empty()) {
    return absl::InvalidArgumentError(
        "expected collateral, such as --tcb-info with --tcb-signing-chain, "
        "found none");
  }
  std::vector<std::string> quotes;
  for (const std::string& path : arguments.quotes) {
    ASSIGN_OR_RETURN(std::string file, ReadFile(path));
    quotes.push_back(std::move(file));
  }
  for (size_t i = 0; i < quotes.size(); ++i) {
    input.quotes.push_back(
        {.name = NameAmong(arguments.quotes, i), .bytes = AsBytes(quotes[i])});
  }
  RawTdxCollateralVerdict judged = JudgeTdxCollateral(input);
  if (material.raw.policy() != nullptr) {
    AppraiseRawTdx(*material.raw.policy(), {}, judged.verdict);
  }
  output.Print([&] { return RawTdxCollateralToJson(judged, material.raw); },
               [&] {
                 return RenderRawTdxCollateral(judged, material.raw,
                                               output.palette);
               });
  return ExitCode(judged.verdict);
}

}  // namespace

Command MakeVerifyTdxCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyTdxArguments>();
  CLI::App* app = verify.add_subcommand(
      "tdx", "judge an Intel TDX quote that is given as a file");
  AddRole(*app, "--quote", arguments->quote, "the TD quote");
  app->get_option("--quote")->required();
  AddTdxCollateralOptions(*app, arguments->collateral);
  AddCollateralOption(*app, arguments->directory);
  AddReportDataOption(*app, arguments->report_data);
  AddRawOptions(*app, arguments->raw, output);
  return {app,
          [arguments, &output] { return RunVerifyTdx(*arguments, output); }};
}

Command MakeVerifyTdxCollateralCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyTdxCollateralArguments>();
  CLI::App* app = verify.add_subcommand(
      "tdx-collateral",
      "judge Intel's collateral for TD quotes, and show how it lets platforms "
      "stand");
  AddTdxCollateralOptions(*app, arguments->tdx.collateral);
  AddCollateralOption(*app, arguments->tdx.directory);
  app->add_option("--quotes", arguments->quotes,
                  "a TD quote to evaluate it for; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  AddRawOptions(*app, arguments->tdx.raw, output);
  return {app, [arguments, &output] {
            return RunVerifyTdxCollateral(*arguments, output);
          }};
}

Command MakeVerifyTdReportCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyTdReportArguments>();
  CLI::App* app = verify.add_subcommand(
      "tdreport",
      "look at a TDREPORT, which only the machine that made it can verify");
  AddRole(*app, "--tdreport", arguments->report, "the TDREPORT_STRUCT");
  app->get_option("--tdreport")->required();
  AddReportDataOption(*app, arguments->report_data);
  AddRawOptions(*app, arguments->raw, output);
  return {app, [arguments, &output] {
            return RunVerifyTdReport(*arguments, output);
          }};
}

}  // namespace evidenced
