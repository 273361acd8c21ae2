#include "agent/client/collateral_arguments.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/cache_directory.h"
#include "agent/client/files.h"
#include "agent/client/snp_trust.h"
#include "agent/client/tdx_arguments.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr double kMostSeconds = 3600;
constexpr char kServices[] = "Services";

void AddSubjectOptions(CLI::App& app, SubjectArguments& subject) {
  const auto add = [&app](const char* name, std::string& value,
                          const char* type, const char* help) {
    app.add_option(name, value, help)->type_name(type);
  };
  add("--evidence", subject.evidence, "FILE",
      "fetch for saved evidence that an SNP report or a TD quote signs");
  add("--report", subject.report, "FILE", "fetch for this SNP report");
  add("--quote", subject.quote, "FILE", "fetch for this TD quote");
  add("--fmspc", subject.fmspc, "HEX",
      "fetch for TD quotes of this family of platforms; with a quote that does "
      "not say it, or alone");
  add("--pck-ca", subject.pck_ca, "NAME",
      "which CA issued the PCK certificate, platform or processor, where no "
      "quote has one that says it (default: platform)");
  add("--product", subject.product, "NAME",
      "milan, genoa or turin, where the report does not say it (version 2)");
}

void AddServiceOptions(CLI::App& app, CollateralArguments& arguments) {
  const auto add = [&app](const char* name, std::string& value,
                          const char* type, const char* help) {
    app.add_option(name, value, help)->type_name(type)->group(kServices);
  };
  add("--kds", arguments.kds, "URL",
      "a mirror of AMD's key distribution service, https alone");
  add("--pcs", arguments.pcs, "URL",
      "a mirror of Intel's provisioning certification service, https alone; it "
      "serves /IntelSGXRootCA.der too");
  add("--ca-file", arguments.https.ca_file, "FILE",
      "CA certificates of the services' TLS, PEM, in the place of the "
      "system's");
  add("--proxy", arguments.https.proxy, "URL",
      "the proxy to reach them by; those of the environment are not used");
  app.add_option("--timeout", arguments.timeout_seconds,
                 "for everything together, with all waits for a busy service "
                 "(default: 60)")
      ->type_name("SECONDS")
      ->group(kServices);
}

absl::Status ReadServices(const CollateralArguments& arguments,
                          CollateralServices& services) {
  if (!arguments.kds.empty()) {
    absl::StatusOr<std::string> kds = ServiceBase(arguments.kds);
    RETURN_IF_ERROR(Within("--kds", kds.status()));
    services.kds = *std::move(kds);
  }
  if (!arguments.pcs.empty()) {
    absl::StatusOr<std::string> pcs = ServiceBase(arguments.pcs);
    RETURN_IF_ERROR(Within("--pcs", pcs.status()));
    services.pcs = *pcs;
    services.pcs_certificates = *std::move(pcs);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CacheOf(const CollateralArguments& arguments) {
  std::string cache = arguments.cache;
  if (cache.empty() && !arguments.no_cache) cache = DefaultCacheDirectory();
  if (!arguments.offline || !cache.empty()) return cache;
  return absl::InvalidArgumentError(
      arguments.no_cache
          ? "expected one of --offline and --no-cache, found both"
          : "expected --cache DIR with --offline, as neither HOME nor "
            "XDG_CACHE_HOME says where it is; found none");
}

absl::StatusOr<std::optional<absl::Time>> TimeOf(const std::string& at) {
  if (at.empty()) return std::nullopt;
  absl::Time time;
  std::string fault;
  if (absl::ParseTime(absl::RFC3339_full, at, &time, &fault)) return time;
  return absl::InvalidArgumentError(
      absl::StrCat("expected --at as 2026-11-25T06:40:00Z, found ",
                   Printable(at), ": ", fault));
}

}  // namespace

void AddCollateralFetchOptions(CLI::App& app, CollateralArguments& arguments) {
  AddSubjectOptions(app, arguments.subject);
  app.add_option("-o,--out", arguments.out,
                 "the bundle's directory: a new one, or a bundle of the same "
                 "kind, which is replaced as a whole")
      ->type_name("DIR")
      ->required();
  CLI::Option* cache =
      app.add_option("--cache", arguments.cache,
                     "where answers are kept, and taken from for a day "
                     "(default: evidencectl in $XDG_CACHE_HOME or ~/.cache)")
          ->type_name("DIR");
  CLI::Option* no_cache =
      app.add_flag("--no-cache", arguments.no_cache,
                   "ask the service for everything, and keep nothing")
          ->excludes(cache);
  CLI::Option* offline =
      app.add_flag("--offline", arguments.offline,
                   "ask no service: everything from the cache");
  app.add_flag("--refresh", arguments.refresh,
               "ask for everything, and take from the cache only what is "
               "current and the service does not answer")
      ->excludes(no_cache)
      ->excludes(offline);
  AddServiceOptions(app, arguments);
  app.add_option("--at", arguments.at,
                 "when collateral must be current, as 2026-11-25T06:40:00Z "
                 "(default: now)")
      ->type_name("TIME");
  app.add_option("--trusted-ark", arguments.trusted_ark, kTrustedArkHelp)
      ->type_name("[PRODUCT=]HEX");
  app.add_option("--trusted-intel-root", arguments.trusted_intel_root,
                 "trust this root for TD quotes too, beside Intel's: the "
                 "SHA-256 of its public key")
      ->type_name("HEX");
}

absl::StatusOr<CollateralPlan> LoadCollateralPlan(
    const CollateralArguments& arguments) {
  ASSIGN_OR_RETURN(CollateralSubject subject, LoadSubject(arguments.subject));
  CollateralPlan plan{.subject = std::move(subject),
                      .services = {},
                      .cache = {},
                      .cache_use = arguments.refresh ? CacheUse::kIfUnanswered
                                                     : CacheUse::kWhileFresh,
                      .at = {},
                      .timeout = {},
                      .roots = {}};
  const double seconds = arguments.timeout_seconds;
  if (!(seconds > 0 && seconds <= kMostSeconds)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--timeout: expected more than 0 and at most %g seconds, found %g",
        kMostSeconds, seconds));
  }
  plan.timeout = absl::Seconds(seconds);
  RETURN_IF_ERROR(ReadServices(arguments, plan.services));
  ASSIGN_OR_RETURN(plan.cache, CacheOf(arguments));
  ASSIGN_OR_RETURN(plan.at, TimeOf(arguments.at));
  ASSIGN_OR_RETURN(plan.roots.snp, ReadSnpRoots(arguments.trusted_ark));
  ASSIGN_OR_RETURN(plan.roots.tdx, ReadTdxRoots(arguments.trusted_intel_root));
  return plan;
}

}  // namespace evidenced
