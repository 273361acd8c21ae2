#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/ak_jwk.h"
#include "agent/client/command_verify_raw.h"
#include "agent/client/composite_tdx.h"
#include "agent/client/files.h"
#include "agent/client/pcrs_file.h"
#include "agent/client/raw_azure.h"
#include "agent/client/raw_tdx_arguments.h"
#include "agent/client/render_raw.h"
#include "agent/client/snp_arguments.h"
#include "evidence/raw/azure_hcl.h"
#include "quote/azure/hcl_report.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

struct VerifyCompositeArguments {
  VerifySnpArguments snp;
  std::string hcl;
  std::string attest;
  std::string signature;
  bool bare_signature = false;
  std::string pcrs;
  std::optional<std::string> nonce;
  TdxLogArguments tdx_log;
  std::string td_quote;  // of the HCL report
};

// The files as they are read; the input has views into them.
struct Material {
  std::string hcl;
  std::string attest;
  std::string signature;
  std::vector<std::string> unknown_pcrs;
};

constexpr absl::string_view kSnpOptions[] = {"--ek", "--ca", "--crl",
                                             "--trusted-ark"};
constexpr absl::string_view kTdxOptions[] = {
    "--tcb-info", "--qe-identity",      "--tcb-signing-chain",  "--pck-crl",
    "--root-crl", "--crl-issuer-chain", "--trusted-intel-root", "--pck-chain"};
constexpr absl::string_view kTpmOptions[] = {"--attest", "--signature"};
constexpr absl::string_view kLogOptions[] = {"--covered-rtmrs"};

// Options of a composite that is not judged here are named, not called unknown.
absl::Status CheckKind(const VerifyCompositeArguments& arguments,
                       const CLI::App& app) {
  constexpr char kExpected[] =
      "expected --hcl, the HCL report of a VM on Azure, with its --ek and "
      "--ca, "
      "or --td-quote, and --attest, --signature and --pcrs; or --quote, a "
      "TD's, "
      "with --log or --events: this version judges no other composite";
  for (const std::string& other : app.remaining()) {
    return absl::InvalidArgumentError(
        absl::StrCat(kExpected, "; found ", Printable(other)));
  }
  const bool tdx = !arguments.tdx_log.tdx.quote.empty();
  const bool hcl = !arguments.hcl.empty();
  if (!hcl) {
    RETURN_IF_ERROR(RefuseOptions(app, {kSnpOptions, "--hcl"}, "none"));
    RETURN_IF_ERROR(RefuseOptions(app, {kTpmOptions, "--hcl"}, "none"));
  }
  if (!tdx) {
    RETURN_IF_ERROR(RefuseOptions(app, {kLogOptions, "--quote"}, "none"));
  }
  if (!tdx && arguments.td_quote.empty()) {
    RETURN_IF_ERROR(RefuseOptions(app, {kTdxOptions, "--quote, or --td-quote,"},
                                  "neither"));
  }
  if (hcl == tdx) {
    return absl::InvalidArgumentError(
        absl::StrCat(kExpected, tdx ? "; found both" : "; found none"));
  }
  return absl::OkStatus();
}

// The report says of which vendor's CPU it is, and hence what can be used. One
// that does not is judged later.
absl::Status CheckUsed(ByteView report, const std::vector<std::string>& skip,
                       const CLI::App& app) {
  constexpr absl::string_view kTdOptions[] = {"--td-quote"};
  constexpr absl::string_view kBundle[] = {"--collateral"};
  constexpr char kSnp[] = "an HCL report of an SNP guest";
  constexpr char kTd[] = "an HCL report of a TD";
  const absl::StatusOr<AzureHclReport> hcl = ParseAzureHclReport(report);
  if (!hcl.ok()) return absl::OkStatus();
  if (hcl->report_type == static_cast<uint32_t>(AzureReportType::kSnp)) {
    RETURN_IF_ERROR(RefuseOptions(app, {kTdOptions, kTd}, kSnp));
    if (std::find(skip.begin(), skip.end(), kCollateralFreshnessCheck) ==
        skip.end()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--skip ", kCollateralFreshnessCheck, ": expected ", kTd,
                     " with it, found ", kSnp));
  }
  if (hcl->report_type != static_cast<uint32_t>(AzureReportType::kTdx)) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(RefuseOptions(app, {kSnpOptions, kSnp}, kTd));
  if (app.count("--td-quote") > 0) return absl::OkStatus();
  return RefuseOptions(app, {kBundle, "--td-quote"}, kTd);
}

absl::StatusOr<std::optional<RawTpmInput>> ReadQuote(
    const VerifyCompositeArguments& arguments, Material& material) {
  std::optional<RawTpmInput> none;
  if (arguments.attest.empty()) return none;
  RawTpmInput input;
  if (arguments.nonce.has_value()) {
    ASSIGN_OR_RETURN(input.nonce, NonceFromOption(*arguments.nonce));
  }
  ASSIGN_OR_RETURN(material.attest, ReadFile(arguments.attest));
  ASSIGN_OR_RETURN(material.signature, ReadFile(arguments.signature));
  input.attest = AsBytes(material.attest);
  input.signature = AsBytes(material.signature);
  if (arguments.bare_signature) input.form = SignatureForm::kBareRsassaSha256;
  if (!arguments.pcrs.empty()) {
    ASSIGN_OR_RETURN(const std::string json, ReadFile(arguments.pcrs));
    input.pcrs = ParsePcrsFile(json, material.unknown_pcrs);
  }
  return input;
}

absl::StatusOr<int> RunVerifyComposite(
    const VerifyCompositeArguments& arguments, const CLI::App& app,
    const Output& output) {
  RETURN_IF_ERROR(CheckKind(arguments, app));
  TdxLogArguments tdx_log = arguments.tdx_log;
  tdx_log.tdx.raw = arguments.snp.raw;
  tdx_log.tdx.report_data = arguments.snp.report_data;
  if (arguments.hcl.empty()) return RunVerifyTdxLog(tdx_log, output);
  ASSIGN_OR_RETURN(RawMaterial raw, LoadTdxRawMaterial(arguments.snp.raw));
  Material material;
  ASSIGN_OR_RETURN(material.hcl, ReadFile(arguments.hcl));
  RETURN_IF_ERROR(CheckUsed(AsBytes(material.hcl), raw.skip, app));
  // Of a TD the bundle is for its quote.
  VerifySnpArguments keys = arguments.snp;
  tdx_log.tdx.quote = arguments.td_quote;
  if (arguments.td_quote.empty()) {
    keys.collateral = std::move(tdx_log.tdx.directory);
    tdx_log.tdx.directory.clear();
  }
  ASSIGN_OR_RETURN(const SnpMaterial snp,
                   LoadSnpMaterial(keys, std::move(raw)));
  ASSIGN_OR_RETURN(const TdxMaterial td, LoadTdxMaterial(tdx_log.tdx));
  std::optional<RawTdxInput> td_quote;
  if (!arguments.td_quote.empty()) td_quote = td.Input();
  ASSIGN_OR_RETURN(std::optional<RawTpmInput> quote,
                   ReadQuote(arguments, material));
  RawAzureHcl judged = JudgeAzureHcl({.hcl = AsBytes(material.hcl),
                                      .files = snp.Files(),
                                      .trust = snp.trust,
                                      .td_quote = std::move(td_quote),
                                      .quote = std::move(quote),
                                      .policy = snp.raw.policy()},
                                     ParseAkJwk);
  if (!material.unknown_pcrs.empty()) {
    judged.verdict.NotChecked("tpm/pcrs_of_unknown_banks",
                              "banks that are known",
                              absl::StrJoin(material.unknown_pcrs, ", "));
  }
  output.Print([&] { return RawAzureToJson(judged, snp.raw); },
               [&] { return RenderRawAzure(judged, snp.raw, output.palette); });
  return ExitCode(judged.verdict);
}

}  // namespace

Command MakeVerifyCompositeCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyCompositeArguments>();
  CLI::App* app = verify.add_subcommand(
      "composite",
      "judge an HCL report of Azure with the quotes that go with it, or a TD "
      "quote with the TD's log");
  app->allow_extras();
  AddRole(*app, "--hcl", arguments->hcl,
          "the HCL report, of NV index 0x01400001");
  AddRole(*app, "--attest", arguments->attest,
          "the TPMS_ATTEST of a quote by the AK that the report names");
  AddRole(*app, "--signature", arguments->signature, "its TPMT_SIGNATURE");
  app->get_option("--attest")->needs("--signature");
  app->get_option("--signature")->needs("--attest");
  app->add_flag("--signature-raw-rsassa-sha256", arguments->bare_signature,
                "the signature's file holds bare RSASSA bytes (SHA-256)")
      ->needs("--attest");
  AddRole(*app, "--pcrs", arguments->pcrs,
          "PCR values, JSON: bank -> index -> hex, or 24 SHA-256 values");
  app->add_option("--nonce", arguments->nonce,
                  "the extra data that was asked for in the quote; without it "
                  "all of this may be old, and the answer says so")
      ->type_name("HEX")
      ->needs("--attest");
  app->get_option("--pcrs")->needs("--attest");
  AddSnpKeyOptions(*app, arguments->snp);
  AddRole(*app, "--td-quote", arguments->td_quote,
          "of a TD on Azure: the quote of the TDREPORT in the HCL report");
  app->get_option("--td-quote")->needs("--hcl");
  AddTdxLogOptions(*app, arguments->tdx_log);
  AddReportDataOption(*app, arguments->snp.report_data);
  app->get_option("--report-data")->needs("--quote");
  AddRawOptions(*app, arguments->snp.raw, output);
  return {app, [arguments, app, &output] {
            return RunVerifyComposite(*arguments, *app, output);
          }};
}

}  // namespace evidenced
