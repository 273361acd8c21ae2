#ifndef AGENT_CLIENT_RAW_OPTIONS_H_
#define AGENT_CLIENT_RAW_OPTIONS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/client/appraisal.h"
#include "agent/client/command.h"
#include "quote/base/bytes.h"
#include "quote/crypto/issuance.h"

namespace evidenced {

// The check of `--skip` that every raw artefact with certificates has.
inline constexpr absl::string_view kCertificateValidity =
    "certificate-validity";

// What every `verify` of a raw artefact takes beside the artefact.
struct RawArguments {
  AppraisalArguments appraisal;
  std::vector<std::string> skip;
};
void AddRawOptions(CLI::App& app, RawArguments& arguments, Output& output);

// A file option that names a role of the artefact.
void AddRole(CLI::App& app, const std::string& name, std::string& file,
             const std::string& help);

// --report-data, of what a processor signs.
void AddReportDataOption(CLI::App& app, std::optional<std::string>& digits);
// What it says. INVALID_ARGUMENT: no hexadecimal digits, or more than 64 bytes.
absl::StatusOr<Bytes> ReportDataFromOption(absl::string_view digits);

// The file `path`, or nothing if that is empty. An empty file is given all the
// same.
absl::Status ReadIfNamed(const std::string& path,
                         std::optional<std::string>& out);

// The nonce of an option --nonce. INVALID_ARGUMENT: no hexadecimal digits.
absl::StatusOr<Bytes> NonceFromOption(absl::string_view digits);

// An option that could change nothing is a mistake of who gave it.
struct OptionsFor {
  std::span<const absl::string_view> names;
  absl::string_view needed;  // "--hcl"
};
// For where that is not there, but `found`. INVALID_ARGUMENT: one was given.
absl::Status RefuseOptions(const CLI::App& app, const OptionsFor& options,
                           absl::string_view found);

struct RawMaterial {
  AppraisalMaterial appraisal;
  std::vector<std::string> skip;

  bool Skips(absl::string_view check) const;
  // Of --at, unless `check` is skipped.
  ValidityTime TimeFor(absl::string_view check) const;
  ValidityTime time() const { return TimeFor(kCertificateValidity); }
  // nullptr: --no-policy.
  const v1::AppraisalPolicy* policy() const;
};

// As LoadAppraisal(). INVALID_ARGUMENT also: --skip of a check that is not one
// of `skippable`.
absl::StatusOr<RawMaterial> LoadRawMaterial(
    const RawArguments& arguments,
    std::span<const absl::string_view> skippable);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_OPTIONS_H_
