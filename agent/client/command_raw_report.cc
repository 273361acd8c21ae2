#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "agent/client/command.h"
#include "agent/client/files.h"
#include "agent/client/render_platform.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kReportDataSize = 64;

struct RawReportArguments {
  ConnectionArguments connection;
  std::string report_data;
  std::string out;
  std::string auxiliary;
};

absl::StatusOr<v1::GetRawReportRequest> RequestOf(const std::string& digits) {
  const absl::StatusOr<Bytes> data = FromHex(digits);
  RETURN_IF_ERROR(Within("--report-data", data.status()));
  if (data->size() != kReportDataSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("--report-data: expected ", kReportDataSize,
                     " bytes in hexadecimal, found ", data->size()));
  }
  v1::GetRawReportRequest request;
  request.set_report_data(data->data(), data->size());
  return request;
}

absl::Status Save(const std::string& path, const std::string& bytes) {
  return path.empty() ? absl::OkStatus()
                      : WriteFileAtomically(path, AsBytes(bytes));
}

std::string SizeAndFile(const std::string& bytes, const std::string& path) {
  return absl::StrCat(Count(bytes.size(), "byte"),
                      path.empty() ? "" : ", saved to ", Plain(path));
}

std::string Render(const v1::RawReport& report,
                   const RawReportArguments& arguments, const Output& output) {
  Table table;
  table.Row({"provider", Printable(report.provider())});
  table.Row({"report", SizeAndFile(report.report(), arguments.out)});
  if (!report.auxiliary().empty()) {
    table.Row(
        {"auxiliary", SizeAndFile(report.auxiliary(), arguments.auxiliary)});
  }
  return absl::StrCat(output.palette.Bold("Raw report"),
                      " (bound to no verifier, and not verified)\n",
                      table.Render());
}

Json ToJson(const v1::RawReport& report) {
  return {{"verified", false},
          {"provider", Plain(report.provider())},
          {"report", Hex(AsBytes(report.report()))},
          {"auxiliary", Hex(AsBytes(report.auxiliary()))}};
}

absl::StatusOr<int> RunRawReport(const RawReportArguments& arguments,
                                 const Output& output) {
  if (arguments.out.empty() && !output.json) {
    return absl::InvalidArgumentError(
        "expected -o FILE or --json, found neither");
  }
  ASSIGN_OR_RETURN(const v1::GetRawReportRequest request,
                   RequestOf(arguments.report_data));
  ASSIGN_OR_RETURN(const ConnectionOptions options,
                   ResolveConnection(arguments.connection));
  if (!IsUnixAddress(*options.address)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected unix:/PATH, since agents give raw reports to local processes "
        "alone, found ",
        Plain(*options.address)));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   AgentChannel::Open(options));
  ASSIGN_OR_RETURN(const v1::RawReport report, channel->GetRawReport(request));
  RETURN_IF_ERROR(Save(arguments.out, report.report()));
  RETURN_IF_ERROR(Save(arguments.auxiliary, report.auxiliary()));
  output.Print([&] { return ToJson(report); },
               [&] { return Render(report, arguments, output); });
  return kExitYes;
}

}  // namespace

Command MakeRawReportCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<RawReportArguments>();
  CLI::App* app = parent.add_subcommand(
      "raw-report",
      "fetch the CPU's report over bytes of your own, from a unix socket");
  AddConnectionOptions(*app, arguments->connection);
  app->add_option("--report-data", arguments->report_data,
                  "64 bytes that the report is to hold; they may not begin "
                  "with \"EVIDENCE\"")
      ->type_name("HEX")
      ->required();
  app->add_option("-o,--out", arguments->out, "save the report to FILE")
      ->type_name("FILE");
  app->add_option("--auxiliary", arguments->auxiliary,
                  "save what came with it, SNP's certificate table, to FILE")
      ->type_name("FILE");
  AddJsonOption(*app, output);
  return {app,
          [arguments, &output] { return RunRawReport(*arguments, output); }};
}

}  // namespace evidenced
