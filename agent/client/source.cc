#include "agent/client/source.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/config.h"
#include "agent/client/fetch.h"
#include "agent/client/files.h"
#include "agent/client/saved_evidence.h"
#include "agent/client/state_checks.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// The first option that only a connection has a use for; "" if none was given.
absl::string_view ConnectionOption(const ConnectionArguments& arguments) {
  const ConnectionOptions& options = arguments.options;
  if (options.ca.has_value()) return "--ca";
  if (options.cert.has_value()) return "--cert";
  if (options.key.has_value()) return "--key";
  if (options.server_name.has_value()) return "--server-name";
  if (options.timeout_seconds.has_value()) return "--timeout";
  return arguments.config.empty() ? "" : "--config";
}

absl::StatusOr<ExpectedState> WhatTheCallerSays(
    const SourceArguments& arguments) {
  ASSIGN_OR_RETURN(EvidenceQuestion question, ReadQuestion(arguments.question));
  ExpectedState expected;
  expected.audience = arguments.connection.options.audience;
  if (arguments.question.user_data.has_value()) {
    expected.user_data = std::move(question.user_data);
  }
  expected.labels = std::move(question.labels);
  expected.pcrs = std::move(question.pcrs);
  return expected;
}

absl::StatusOr<v1::SavedEvidence> ReadSaved(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (absl::IsNotFound(bytes.status())) {
    return absl::NotFoundError(absl::StrCat(
        "expected an agent, HOST:PORT or unix:/PATH, or a saved file, found "
        "no file ",
        Printable(path)));
  }
  RETURN_IF_ERROR(bytes.status());
  absl::StatusOr<v1::SavedEvidence> saved = ParseSavedEvidence(*bytes);
  RETURN_IF_ERROR(Within(path, saved.status()));
  return saved;
}

absl::StatusOr<EvidenceSource> FromFile(const SourceArguments& arguments) {
  const std::string& path = *arguments.connection.options.address;
  const absl::string_view option = ConnectionOption(arguments.connection);
  if (!option.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected ", option, " with an agent only, found it with the file ",
        Printable(path)));
  }
  if (arguments.question.without_cpu_report) {
    return absl::InvalidArgumentError(
        "expected --without-cpu-report with an agent only, found it with a "
        "saved file");
  }
  ASSIGN_OR_RETURN(const ExpectedState expected, WhatTheCallerSays(arguments));
  EvidenceSource source;
  ASSIGN_OR_RETURN(source.saved, ReadSaved(path));
  source.origin = StateOrigin::kRecordedInFile;
  if (arguments.state.has_value()) {
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(*arguments.state));
    absl::StatusOr<v1::VerifierState> state = ParseVerifierState(bytes);
    RETURN_IF_ERROR(Within(*arguments.state, state.status()));
    *source.saved.mutable_state() = *std::move(state);
    source.origin = StateOrigin::kGivenApart;
  }
  source.state_checks = CheckState(expected, source.saved.state());
  return source;
}

absl::StatusOr<EvidenceSource> FromAgent(const SourceArguments& arguments) {
  if (arguments.state.has_value()) {
    return absl::InvalidArgumentError(
        "expected --state with a saved file only, found it with an agent");
  }
  ASSIGN_OR_RETURN(FetchResult result,
                   FetchFrom(arguments.connection, arguments.question));
  EvidenceSource source;
  source.saved = std::move(result.fetched.saved);
  source.server = std::move(result.fetched.server);
  source.audience_source = std::move(result.audience.source);
  return source;
}

}  // namespace

void AddSourceOptions(CLI::App& app, SourceArguments& arguments) {
  AddConnectionOrFileOptions(app, arguments.connection);
  AddQuestionOptions(app, arguments.question);
  app.add_option("--state", arguments.state,
                 "with a saved file: the verifier's state, kept apart "
                 "(get --state-out)")
      ->type_name("FILE");
  app.footer(
      "With a saved file, --audience, --user-data, --label and --pcrs say what "
      "must have been asked for.");
}

absl::StatusOr<EvidenceSource> LoadSource(const SourceArguments& arguments) {
  const std::optional<std::string>& address =
      arguments.connection.options.address;
  const bool agent = !address.has_value() || HasAddressForm(*address);
  return agent ? FromAgent(arguments) : FromFile(arguments);
}

}  // namespace evidenced
