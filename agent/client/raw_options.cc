#include "agent/client/raw_options.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxReportDataSize = 64;  // of SNP and TDX alike

}  // namespace

void AddRawOptions(CLI::App& app, RawArguments& arguments, Output& output) {
  AppraisalArguments& appraisal = arguments.appraisal;
  CLI::Option* policy =
      app.add_option("--policy", appraisal.policy,
                     "also ask what this policy (JSON) says of it; a raw "
                     "artefact never counts as a fresh, bound answer")
          ->type_name("FILE");
  app.add_flag("--no-policy", appraisal.no_policy,
               "ask only whether it is genuine")
      ->excludes(policy);
  app.add_option(
         "--at", appraisal.at,
         "demand that certificates are valid, and collateral current, at "
         "this time, as 2026-11-25T06:40:00Z (default: their dates are "
         "shown and not judged)")
      ->type_name("TIME");
  app.add_option(
         "--skip", arguments.skip,
         "leave out this check by its name (certificate-validity; of TDX "
         "collateral-freshness too); the answer says so; may be "
         "repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  AddJsonOption(app, output);
}

void AddRole(CLI::App& app, const std::string& name, std::string& file,
             const std::string& help) {
  app.add_option(name, file, help)->type_name("FILE");
}

void AddReportDataOption(CLI::App& app, std::optional<std::string>& digits) {
  app.add_option("--report-data", digits,
                 "the report data that was asked for, zeros at its end left "
                 "out; without it the report may be an old one, and the answer "
                 "says so")
      ->type_name("HEX");
}

absl::StatusOr<Bytes> ReportDataFromOption(absl::string_view digits) {
  absl::StatusOr<Bytes> data = FromHex(digits);
  RETURN_IF_ERROR(Within("--report-data", data.status()));
  if (data->size() > kMaxReportDataSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("--report-data: expected at most ", kMaxReportDataSize,
                     " bytes, found ", data->size()));
  }
  return data;
}

absl::Status ReadIfNamed(const std::string& path,
                         std::optional<std::string>& out) {
  if (path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(out, ReadFile(path));
  return absl::OkStatus();
}

absl::StatusOr<Bytes> NonceFromOption(absl::string_view digits) {
  absl::StatusOr<Bytes> nonce = FromHex(digits);
  RETURN_IF_ERROR(Within("--nonce", nonce.status()));
  // Every quote that answers nobody has it, and so does a variable of a
  // script that was not set.
  if (nonce->empty()) {
    return absl::InvalidArgumentError(
        "--nonce: expected the digits of a nonce, found none");
  }
  return nonce;
}

absl::Status RefuseOptions(const CLI::App& app, const OptionsFor& options,
                           absl::string_view found) {
  for (const absl::string_view name : options.names) {
    if (app.count(std::string(name)) == 0) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        name, ": expected ", options.needed, " with it, found ", found));
  }
  return absl::OkStatus();
}

bool RawMaterial::Skips(absl::string_view check) const {
  return std::find(skip.begin(), skip.end(), check) != skip.end();
}

ValidityTime RawMaterial::TimeFor(absl::string_view check) const {
  if (!appraisal.at.has_value() || Skips(check)) {
    return ValidityTime::NotChecked();
  }
  return ValidityTime::At(*appraisal.at);
}

const v1::AppraisalPolicy* RawMaterial::policy() const {
  return appraisal.policy.has_value() ? &*appraisal.policy : nullptr;
}

absl::StatusOr<RawMaterial> LoadRawMaterial(
    const RawArguments& arguments,
    std::span<const absl::string_view> skippable) {
  for (const std::string& name : arguments.skip) {
    if (std::find(skippable.begin(), skippable.end(), name) ==
        skippable.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected --skip with one of ", absl::StrJoin(skippable, ", "),
          ", found ", Printable(name)));
    }
  }
  ASSIGN_OR_RETURN(AppraisalMaterial appraisal,
                   LoadAppraisal(arguments.appraisal));
  return RawMaterial{.appraisal = std::move(appraisal), .skip = arguments.skip};
}

}  // namespace evidenced
