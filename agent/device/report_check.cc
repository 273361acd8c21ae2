#include "agent/device/report_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

// AMD 56860, ATTESTATION_REPORT.
constexpr size_t kSnpReportData = 0x50;
// Intel TDX DCAP quoting library API: the header has 48 bytes; version 5 adds
// the body's type and size. REPORTDATA is at 520 of the body in TD 1.0 and 1.5.
constexpr size_t kTdxReportDataV4 = 48 + 520;
constexpr size_t kTdxReportDataV5 = 48 + 6 + 520;

absl::StatusOr<size_t> TdxReportData(ByteView quote) {
  ByteReader in(quote);
  const auto version = in.Le<uint16_t>();
  if (in.ok() && version == 4) return kTdxReportDataV4;
  if (in.ok() && version == 5) return kTdxReportDataV5;
  return absl::DataLossError(absl::StrFormat(
      "tdx_guest: expected a quote of version 4 or 5, found %d bytes of "
      "version %d",
      quote.size(), version));
}

absl::Status CheckDataAt(ReportProvider provider, ByteView report,
                         size_t offset, const ReportData& data) {
  ByteReader in(report);
  in.Take(offset);
  const ByteView found = in.Take(data.size());
  if (!in.ok()) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected report data of %d bytes at 0x%x, found %d bytes in all",
        ProviderName(provider), data.size(), offset, report.size()));
  }
  if (Equal(found, data)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: expected report data %s, found %s",
                      ProviderName(provider), Hex(data), Hex(found)));
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
      if (report.size() != kSnpReportSize) {
        return absl::DataLossError(absl::StrFormat(
            "sev_guest: expected a report of %d bytes, found %d",
            kSnpReportSize, report.size()));
      }
      return CheckDataAt(provider, report, kSnpReportData, data);
    case ReportProvider::kTdxGuest: {
      ASSIGN_OR_RETURN(const size_t offset, TdxReportData(report));
      return CheckDataAt(provider, report, offset, data);
    }
    case ReportProvider::kArmCcaGuest:
      break;
  }
  // A CCA token is CBOR, whose byte strings lie in it whole: anywhere.
  if (std::search(report.begin(), report.end(), data.begin(), data.end()) !=
      report.end()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrFormat(
      "%s: expected report data %s in the token, found %d bytes without it",
      ProviderName(provider), Hex(data), report.size()));
}

}  // namespace evidenced
