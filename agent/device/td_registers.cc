#include "agent/device/td_registers.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/base/descriptor.h"
#include "agent/device/device_error.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/td_report.h"

namespace evidenced {
namespace {

constexpr size_t kRegisterSize = 48;

// Linux, include/uapi/linux/tdx-guest.h, which older distributions lack.
struct TdxReportRequest {
  std::array<uint8_t, kTdReportDataSize> reportdata;
  std::array<uint8_t, kTdReportSize> tdreport;
};
static_assert(sizeof(TdxReportRequest) == 1088);
constexpr uint64_t kGetReport0 = _IOWR('T', 1, TdxReportRequest);
static_assert(kGetReport0 == 0xC4405401);

bool IsThere(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

absl::StatusOr<Bytes> ReadRegister(const std::string& path) {
  Bytes bytes;
  const absl::Status read = ReadWholeFile(path, kRegisterSize, &bytes);
  if (absl::IsNotFound(read) || absl::IsOutOfRange(read)) {
    return absl::DataLossError(
        absl::StrFormat("expected a register of %d bytes, found %s",
                        kRegisterSize, read.message()));
  }
  RETURN_IF_ERROR(read);
  if (bytes.size() == kRegisterSize) return bytes;
  return absl::DataLossError(
      absl::StrFormat("%s: expected a register of %d bytes, found %d", path,
                      kRegisterSize, bytes.size()));
}

absl::StatusOr<TdRegisters> ReadFolder(const std::string& folder) {
  const auto read = [&folder](absl::string_view name) {
    return ReadRegister(absl::StrCat(folder, "/", name));
  };
  TdRegisters out;
  out.path = folder;
  ASSIGN_OR_RETURN(out.mr_td, read("mrtd:sha384"));
  for (size_t i = 0; i < out.rtmrs.size(); ++i) {
    ASSIGN_OR_RETURN(out.rtmrs.at(i), read(absl::StrCat("rtmr", i, ":sha384")));
  }
  ASSIGN_OR_RETURN(out.mr_config_id, read("mrconfigid"));
  ASSIGN_OR_RETURN(out.mr_owner, read("mrowner"));
  ASSIGN_OR_RETURN(out.mr_owner_config, read("mrownerconfig"));
  return out;
}

// DATA_LOSS: a TDREPORT that does not agree with itself, or over other data.
absl::StatusOr<TdReport> CheckedReport(const TdxReportRequest& request) {
  ASSIGN_OR_RETURN(TdReport report, ParseTdReport(request.tdreport));
  RETURN_IF_ERROR(CheckTdReportTdInfo(report));
  if (Equal(report.report_data, request.reportdata)) return report;
  return absl::DataLossError(
      absl::StrFormat("expected report data %s, found "
                      "%s",
                      Hex(request.reportdata), Hex(report.report_data)));
}

absl::StatusOr<TdRegisters> ReadDevice(const std::string& path) {
  const Descriptor device(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!device.is_open()) return DeviceError("opening " + path, errno);
  TdxReportRequest request = {};
  if (ioctl(device.get(), kGetReport0, &request) != 0) {
    return DeviceError(path + ": TDX_CMD_GET_REPORT0", errno);
  }
  absl::StatusOr<TdReport> report = CheckedReport(request);
  if (!report.ok()) {
    return absl::DataLossError(
        absl::StrFormat("%s: %s", path, report.status().message()));
  }
  return TdRegisters{.mr_td = std::move(report->td.mr_td),
                     .rtmrs = std::move(report->td.rtmr),
                     .mr_config_id = std::move(report->td.mr_config_id),
                     .mr_owner = std::move(report->td.mr_owner),
                     .mr_owner_config = std::move(report->td.mr_owner_config),
                     .path = path};
}

}  // namespace

absl::StatusOr<TdRegisters> ReadTdRegisters(const HostPaths& paths) {
  return IsThere(paths.tdx_measurements) ? ReadFolder(paths.tdx_measurements)
                                         : ReadDevice(paths.tdx_guest);
}

std::string FindTdRegisters(const HostPaths& paths) {
  for (const std::string& path : {paths.tdx_measurements, paths.tdx_guest}) {
    if (IsThere(path)) return path;
  }
  return "";
}

}  // namespace evidenced
