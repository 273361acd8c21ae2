#include "agent/client/snp_arguments.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/files.h"
#include "quote/base/status_macros.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

// What the bundle has for those that no option gives.
absl::Status ReadKeyFiles(const VerifySnpArguments& arguments,
                          SnpMaterial& out) {
  SnpTrustArguments keys = arguments.keys;
  if (!arguments.collateral.empty()) {
    ASSIGN_OR_RETURN(
        const CollateralBundle bundle,
        OpenCollateralBundle(arguments.collateral, BundleKind::kSnp));
    keys = WithBundle(std::move(keys), bundle);
  }
  RETURN_IF_ERROR(ReadIfNamed(keys.ek, out.ek));
  RETURN_IF_ERROR(ReadIfNamed(keys.crl, out.crl));
  keys.ca.insert(keys.ca.end(), arguments.files.begin(), arguments.files.end());
  for (const std::string& path : keys.ca) {
    ASSIGN_OR_RETURN(std::string file, ReadFile(path));
    out.ca.push_back(std::move(file));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SnpMaterial> LoadSnpMaterial(
    const VerifySnpArguments& arguments) {
  constexpr absl::string_view kSkippable[] = {kCertificateValidity};
  ASSIGN_OR_RETURN(RawMaterial raw, LoadRawMaterial(arguments.raw, kSkippable));
  return LoadSnpMaterial(arguments, std::move(raw));
}

absl::StatusOr<SnpMaterial> LoadSnpMaterial(const VerifySnpArguments& arguments,
                                            RawMaterial raw) {
  ASSIGN_OR_RETURN(SnpRoots roots, ReadSnpRoots(arguments.keys.trusted_ark));
  RawSnpTrust trust{.roots = std::move(roots), .time = raw.time()};
  SnpMaterial out{.raw = std::move(raw),
                  .report = std::nullopt,
                  .table = std::nullopt,
                  .ek = std::nullopt,
                  .ca = {},
                  .crl = std::nullopt,
                  .report_data = std::nullopt,
                  .trust = std::move(trust)};
  if (arguments.report_data.has_value()) {
    ASSIGN_OR_RETURN(out.report_data,
                     ReportDataFromOption(*arguments.report_data));
  }
  RETURN_IF_ERROR(ReadIfNamed(arguments.report.file, out.report));
  RETURN_IF_ERROR(ReadIfNamed(arguments.table.file, out.table));
  RETURN_IF_ERROR(ReadKeyFiles(arguments, out));
  return out;
}

ByteView PlaceIn(const PlaceArgument& place, const std::string& file) {
  const ByteView bytes = AsBytes(file);
  return bytes.subspan(std::min(place.offset.value_or(0), bytes.size()));
}

ByteView ReportIn(const PlaceArgument& place, const std::string& file) {
  const ByteView bytes = PlaceIn(place, file);
  if (!place.offset.has_value()) return bytes;
  return bytes.first(std::min(bytes.size(), kSnpReportSize));
}

RawSnpFiles SnpMaterial::Files() const {
  RawSnpFiles files;
  if (ek.has_value()) files.ek = AsBytes(*ek);
  for (const std::string& file : ca) files.ca.push_back(AsBytes(file));
  if (crl.has_value()) files.crl = AsBytes(*crl);
  return files;
}

void AddSnpPlace(CLI::App& app, const std::string& name, PlaceArgument& place,
                 const std::string& help) {
  AddRole(app, name, place.file, help);
  app.add_option(name + "-offset", place.offset,
                 "where it begins in its file (default: it is all of it)")
      ->type_name("BYTES")
      ->needs(name);
}

void AddSnpKeyOptions(CLI::App& app, VerifySnpArguments& arguments) {
  AddRole(app, "--ek", arguments.keys.ek,
          "the VCEK or VLEK certificate, DER or PEM; CAs may follow it");
  app.add_option("--ca", arguments.keys.ca,
                 "ASK or ASVK, and ARK, DER or PEM; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  AddRole(app, "--crl", arguments.keys.crl,
          "the ARK's revocation list, DER or PEM; without it revocation is not "
          "checked, and the answer says so");
  app.add_option("--trusted-ark", arguments.keys.trusted_ark, kTrustedArkHelp)
      ->type_name("[PRODUCT=]HEX");
}

}  // namespace evidenced
