#include "agent/device/report_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/snp/report.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/quote_checks.h"

namespace evidenced {
namespace {

// AMD 56860, ATTESTATION_REPORT.
constexpr size_t kSnpReportData = 0x50;

absl::Status CheckData(ReportProvider provider, ByteView found,
                       const ReportData& data) {
  if (Equal(found, data)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: expected report data %s, found %s",
                      ProviderName(provider), Hex(data), Hex(found)));
}

absl::Status CheckSnpReport(ByteView report, const ReportData& data) {
  if (report.size() != kSnpReportSize) {
    return absl::DataLossError(
        absl::StrFormat("sev_guest: expected a report of %d bytes, found %d",
                        kSnpReportSize, report.size()));
  }
  return CheckData(ReportProvider::kSevGuest,
                   report.subspan(kSnpReportData, data.size()), data);
}

absl::Status CheckTdxQuote(ByteView bytes, const ReportData& data) {
  const absl::StatusOr<TdxQuote> quote = ParseTdxQuote(bytes);
  if (!quote.ok()) {
    return absl::DataLossError(
        absl::StrCat("tdx_guest: ", quote.status().message()));
  }
  if (!quote->td.has_value()) {
    return absl::DataLossError(absl::StrFormat(
        "tdx_guest: expected a quote of a TD, found version %d, of an enclave",
        quote->header.version));
  }
  // No verifier takes it: anybody could have put bytes there.
  if (const absl::Status padding = CheckTdxPadding(*quote); !padding.ok()) {
    return absl::DataLossError(absl::StrCat("tdx_guest: ", padding.message()));
  }
  return CheckData(ReportProvider::kTdxGuest, quote->td->report_data, data);
}

// Nothing here reads a CCA token. It is CBOR, whose byte strings lie in it
// whole: what it was made over stands somewhere in it.
absl::Status CheckCcaToken(ByteView token, const ReportData& data) {
  if (std::search(token.begin(), token.end(), data.begin(), data.end()) !=
      token.end()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrFormat("arm_cca_guest: expected report data %s in the token, "
                      "found %d bytes without it",
                      Hex(data), token.size()));
}

}  // namespace

absl::Status CheckReport(ReportProvider provider, ByteView report,
                         const ReportData& data) {
  if (std::all_of(report.begin(), report.end(),
                  [](uint8_t byte) { return byte == 0; })) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected a report, found %d bytes, all of them zero",
        ProviderName(provider), report.size()));
  }
  switch (provider) {
    case ReportProvider::kSevGuest:
      return CheckSnpReport(report, data);
    case ReportProvider::kTdxGuest:
      return CheckTdxQuote(report, data);
    case ReportProvider::kArmCcaGuest:
      break;
  }
  return CheckCcaToken(report, data);
}

}  // namespace evidenced
