#include "agent/client/raw_tdx_arguments.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "agent/client/files.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

std::optional<ByteView> ViewOf(const std::optional<std::string>& file) {
  if (!file.has_value()) return std::nullopt;
  return AsBytes(*file);
}

}  // namespace

absl::StatusOr<RawMaterial> LoadTdxRawMaterial(const RawArguments& arguments) {
  constexpr absl::string_view kSkippable[] = {kCertificateValidity,
                                              kCollateralFreshnessCheck};
  return LoadRawMaterial(arguments, kSkippable);
}

absl::StatusOr<TdxMaterial> LoadTdxMaterial(
    const VerifyTdxArguments& arguments) {
  ASSIGN_OR_RETURN(RawMaterial raw, LoadTdxRawMaterial(arguments.raw));
  ASSIGN_OR_RETURN(TdxRoots roots,
                   ReadTdxRoots(arguments.collateral.trusted_root));
  RawTdxTrust trust{.roots = std::move(roots),
                    .enclaves = IntelTdQuotingEnclaves(),
                    .time = raw.TimeFor(kCertificateValidity),
                    .collateral_time = raw.TimeFor(kCollateralFreshnessCheck)};
  TdxMaterial out{.raw = std::move(raw),
                  .quote = {},
                  .files = {},
                  .report_data = std::nullopt,
                  .trust = std::move(trust)};
  if (arguments.report_data.has_value()) {
    ASSIGN_OR_RETURN(out.report_data,
                     ReportDataFromOption(*arguments.report_data));
  }
  if (!arguments.quote.empty()) {
    ASSIGN_OR_RETURN(out.quote, ReadFile(arguments.quote));
  }
  TdxCollateralArguments collateral = arguments.collateral;
  if (!arguments.directory.empty()) {
    ASSIGN_OR_RETURN(
        const CollateralBundle bundle,
        OpenCollateralBundle(arguments.directory, BundleKind::kTdx));
    collateral = WithBundle(std::move(collateral), bundle);
  }
  ASSIGN_OR_RETURN(out.files, LoadTdxCollateralFiles(collateral));
  return out;
}

RawTdxCollateralFiles TdxMaterial::Collateral() const {
  return {.tcb_info = ViewOf(files.tcb_info),
          .qe_identity = ViewOf(files.qe_identity),
          .tcb_signing_chain = ViewOf(files.tcb_signing_chain),
          .pck_crl = ViewOf(files.pck_crl),
          .root_crl = ViewOf(files.root_crl),
          .crl_issuer_chain = ViewOf(files.crl_issuer_chain)};
}

std::vector<ByteView> TdxMaterial::PckChain() const {
  std::vector<ByteView> out;
  for (const std::string& file : files.pck_chain) {
    out.push_back(AsBytes(file));
  }
  return out;
}

RawTdxInput TdxMaterial::Input() const {
  return {.quote = AsBytes(quote),
          .pck_chain = PckChain(),
          .collateral = Collateral(),
          .report_data = report_data,
          .trust = trust};
}

}  // namespace evidenced
