#include "agent/client/snp_arguments.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/files.h"
#include "agent/client/snp_trust.h"
#include "quote/base/status_macros.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

// An empty file is given all the same.
absl::Status ReadInto(const std::string& path,
                      std::optional<std::string>& out) {
  if (path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(out, ReadFile(path));
  return absl::OkStatus();
}

absl::StatusOr<RawSnpTrust> TrustOf(const VerifySnpArguments& arguments,
                                    const RawMaterial& raw) {
  ASSIGN_OR_RETURN(SnpRoots roots, ReadSnpRoots(arguments.trusted_ark));
  RawSnpTrust trust{.roots = std::move(roots),
                    .time = ValidityTime::NotChecked()};
  if (raw.appraisal.at.has_value() && !raw.Skips(kCertificateValidity)) {
    trust.time = ValidityTime::At(*raw.appraisal.at);
  }
  return trust;
}

}  // namespace

absl::StatusOr<SnpMaterial> LoadSnpMaterial(
    const VerifySnpArguments& arguments) {
  constexpr absl::string_view kSkippable[] = {kCertificateValidity};
  ASSIGN_OR_RETURN(RawMaterial raw, LoadRawMaterial(arguments.raw, kSkippable));
  ASSIGN_OR_RETURN(RawSnpTrust trust, TrustOf(arguments, raw));
  SnpMaterial out{.raw = std::move(raw),
                  .report = std::nullopt,
                  .table = std::nullopt,
                  .ek = std::nullopt,
                  .ca = {},
                  .crl = std::nullopt,
                  .report_data = std::nullopt,
                  .trust = std::move(trust)};
  if (arguments.report_data.has_value()) {
    const absl::StatusOr<Bytes> data = FromHex(*arguments.report_data);
    RETURN_IF_ERROR(Within("--report-data", data.status()));
    if (data->size() > kSnpReportDataSize) {
      return absl::InvalidArgumentError(
          absl::StrCat("--report-data: expected at most ", kSnpReportDataSize,
                       " bytes, found ", data->size()));
    }
    out.report_data = *data;
  }
  RETURN_IF_ERROR(ReadInto(arguments.report.file, out.report));
  RETURN_IF_ERROR(ReadInto(arguments.table.file, out.table));
  RETURN_IF_ERROR(ReadInto(arguments.ek, out.ek));
  RETURN_IF_ERROR(ReadInto(arguments.crl, out.crl));
  for (const auto* paths : {&arguments.ca, &arguments.files}) {
    for (const std::string& path : *paths) {
      ASSIGN_OR_RETURN(std::string file, ReadFile(path));
      out.ca.push_back(std::move(file));
    }
  }
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
  AddRole(app, "--ek", arguments.ek,
          "the VCEK or VLEK certificate, DER or PEM; CAs may follow it");
  app.add_option("--ca", arguments.ca,
                 "ASK or ASVK, and ARK, DER or PEM; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  AddRole(app, "--crl", arguments.crl,
          "the ARK's revocation list, DER or PEM; without it revocation is not "
          "checked, and the answer says so");
  app.add_option("--trusted-ark", arguments.trusted_ark, kTrustedArkHelp)
      ->type_name("[PRODUCT=]HEX");
}

void AddReportDataOption(CLI::App& app, VerifySnpArguments& arguments) {
  app.add_option("--report-data", arguments.report_data,
                 "the report data that was asked for, zeros at its end left "
                 "out; without it the report may be an old one, and the answer "
                 "says so")
      ->type_name("HEX");
}

}  // namespace evidenced
