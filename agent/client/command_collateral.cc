#include "agent/client/command_collateral.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "agent/client/bundle_writer.h"
#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_arguments.h"
#include "agent/client/collateral_cache.h"
#include "agent/client/fetch_collateral.h"
#include "agent/client/http_patience.h"
#include "agent/client/https_client.h"
#include "agent/client/render_collateral.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// A service that lies, or a stranger in its place, is no missing answer.
int Rejected(const absl::Status& why, const Output& output) {
  const std::string message =
      absl::StrCat(why.message(), "; nothing was written");
  output.Print(
      [&]() -> nlohmann::ordered_json {
        return {{"overall", "reject"},
                {"error_class", std::string(ErrorClassName(ErrorClassOf(why)))},
                {"error", Plain(message)}};
      },
      [] { return std::string(); });
  if (!output.json) output.err << "evidencectl: " << Plain(message) << "\n";
  return kExitNo;
}

absl::StatusOr<int> RunFetch(const CollateralArguments& arguments,
                             const Output& output) {
  ASSIGN_OR_RETURN(const CollateralPlan plan, LoadCollateralPlan(arguments));
  RETURN_IF_ERROR(CheckBundlePlace(arguments.out, BundleRolesOf(plan.subject)));
  std::unique_ptr<HttpsClient> http;
  if (!arguments.offline) {
    ASSIGN_OR_RETURN(http, HttpsClient::Open(arguments.https));
  }
  RealPace pace;
  const absl::Time start = pace.Now();
  CollateralAnswers answers({.cache = CollateralCache(plan.cache),
                             .now = plan.at.value_or(start),
                             .deadline = start + plan.timeout,
                             .use = plan.cache_use},
                            http.get(), pace);
  absl::StatusOr<FetchedCollateral> fetched =
      FetchCollateral(plan.subject, plan.services, plan.roots, answers);
  if (absl::IsDataLoss(fetched.status())) {
    return Rejected(fetched.status(), output);
  }
  RETURN_IF_ERROR(fetched.status());
  ASSIGN_OR_RETURN(const std::vector<std::string> of_writing,
                   WriteBundle(arguments.out, *fetched));
  std::vector<std::string> remarks = answers.remarks();
  for (const std::string& remark : of_writing) remarks.push_back(remark);
  const WrittenBundle written{.directory = arguments.out,
                              .collateral = *std::move(fetched),
                              .remarks = std::move(remarks)};
  output.Print([&] { return WrittenBundleToJson(written); },
               [&] { return RenderWrittenBundle(written, output.palette); });
  return kExitYes;
}

}  // namespace

Command MakeCollateralCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<CollateralArguments>();
  CLI::App* app = parent.add_subcommand(
      "collateral", "get what vendors publish about their CPUs");
  app->require_subcommand(0, 1);
  CLI::App* fetch = app->add_subcommand(
      "fetch",
      "write certificates, revocation lists and TCB information for one report "
      "or quote into a directory, so that verify needs no network");
  AddCollateralFetchOptions(*fetch, *arguments);
  AddJsonOption(*fetch, output);
  return {app, [arguments, fetch, &output]() -> absl::StatusOr<int> {
            if (fetch->parsed()) return RunFetch(*arguments, output);
            return absl::InvalidArgumentError(
                "expected collateral fetch, found collateral alone");
          }};
}

}  // namespace evidenced
