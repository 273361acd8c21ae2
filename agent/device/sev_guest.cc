#include "agent/device/sev_guest.h"

#include <fcntl.h>
#include <linux/sev-guest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/base/descriptor.h"
#include "agent/device/device_error.h"
#include "agent/device/report_check.h"
#include "agent/device/snp_firmware.h"
#include "agent/device/vmpck.h"
#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// AMD 56860, MSG_REPORT_REQ: the version of the message.
constexpr uint8_t kMessageVersion = 1;
// AMD 56860, MSG_REPORT_RSP: status, size, and the report at 0x20.
constexpr uint64_t kReportOffset = 0x20;
constexpr uint32_t kInvalidParam = 0x16;
constexpr uint32_t kInvalidKey = 0x27;

// The most that Linux takes (SEV_FW_BLOB_MAX_SIZE), and a multiple of its
// pages.
constexpr uint32_t kFirstBuffer = 16U << 10;
constexpr uint32_t kLargestBuffer = 128U << 10;
constexpr uint64_t kPageSize = 4096;

uint64_t Address(const void* object) {
  return reinterpret_cast<uint64_t>(object);
}

// A request, and what the driver answered.
struct Exchange {
  snp_ext_report_req request = {};
  snp_report_resp response = {};
  snp_guest_request_ioctl message = {};
  Bytes certificates;
  int error = 0;  // errno

  bool TooShort() const {
    return error == EIO && message.vmm_error == SNP_GUEST_VMM_ERR_INVALID_LEN;
  }
};

// Plain if `buffer` is 0.
Exchange Send(const Descriptor& device, const ReportData& data, uint32_t vmpl,
              uint32_t buffer) {
  Exchange out;
  std::copy(data.begin(), data.end(), std::begin(out.request.data.user_data));
  out.request.data.vmpl = vmpl;
  out.message.msg_version = kMessageVersion;
  out.message.req_data = Address(&out.request);
  out.message.resp_data = Address(&out.response);
  uint64_t command = SNP_GET_REPORT;
  if (buffer != 0) {
    out.certificates.resize(buffer);
    out.request.certs_address = Address(out.certificates.data());
    out.request.certs_len = buffer;
    command = SNP_GET_EXT_REPORT;
  }
  if (ioctl(device.get(), command, &out.message) != 0) out.error = errno;
  return out;
}

class SevGuest : public ReportDevice {
 public:
  SevGuest(SevGuestOptions options, ReportDeviceInfo info)
      : options_(std::move(options)), info_(std::move(info)) {}

  const ReportDeviceInfo& info() const override { return info_; }
  ReportDeviceState state() const override { return history_.state(); }

  absl::StatusOr<DeviceReport> Report(const ReportData& data,
                                      const StillWanted& wanted) override {
    absl::StatusOr<DeviceReport> report = Ask(data, wanted);
    history_.Ended(report.status());
    return report;
  }

 private:
  absl::StatusOr<DeviceReport> Ask(const ReportData& data,
                                   const StillWanted& wanted) const {
    const Descriptor device(open(options_.path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device.is_open()) {
      return DeviceError("opening " + options_.path, errno);
    }
    if (options_.certificates == SnpCertificates::kNone) {
      return AskPlain(device, data, "not asked for, by configuration");
    }
    const Exchange first = Send(device, data, options_.vmpl, kFirstBuffer);
    if (!first.TooShort()) return Finish(first, data, "the host gave none");
    // That cost a whole report. The length is the host's word.
    const uint64_t needed =
        (uint64_t{first.request.certs_len} + kPageSize - 1) & ~(kPageSize - 1);
    std::string why =
        absl::StrFormat("the host needs %d bytes for its certificates", needed);
    RETURN_IF_ERROR(wanted());
    if (needed > kFirstBuffer && needed <= kLargestBuffer) {
      const Exchange second =
          Send(device, data, options_.vmpl, static_cast<uint32_t>(needed));
      // EINVAL: this kernel takes no buffer of that size, and asked nobody.
      if (!second.TooShort() && second.error != EINVAL) {
        return Finish(second, data, "the host gave none");
      }
      RETURN_IF_ERROR(wanted());
    }
    return AskPlain(device, data, std::move(why));
  }

  // A report is not held back for certificates that do not come.
  absl::StatusOr<DeviceReport> AskPlain(const Descriptor& device,
                                        const ReportData& data,
                                        std::string why) const {
    return Finish(Send(device, data, options_.vmpl, 0), data, std::move(why));
  }

  // `why`: there are no certificates, if there are none.
  absl::StatusOr<DeviceReport> Finish(const Exchange& exchange,
                                      const ReportData& data,
                                      std::string why) const {
    RETURN_IF_ERROR(CheckExchange(exchange));
    ByteReader in(exchange.response.data);
    const auto status = in.Le<uint32_t>();
    const auto size = in.Le<uint32_t>();
    if (status != 0) {
      return FirmwareError(status);
    }
    in.Take(kReportOffset - in.position());
    const ByteView bytes = in.Take(size);
    if (!in.ok()) {
      return absl::DataLossError(absl::StrFormat(
          "%s: expected a report of at most %d bytes, found a size of %d",
          options_.path, sizeof(exchange.response.data) - kReportOffset, size));
    }
    RETURN_IF_ERROR(CheckReport(ReportProvider::kSevGuest, bytes, data));
    DeviceReport report;
    report.provider = ReportProvider::kSevGuest;
    report.report = ToBytes(bytes);
    report.auxiliary = CutCertificateTable(exchange.certificates);
    if (report.auxiliary.empty()) report.auxiliary_absent = std::move(why);
    return report;
  }

  absl::Status CheckExchange(const Exchange& exchange) const {
    if (exchange.error == 0) return absl::OkStatus();
    // The driver knows our requests, so it means the key.
    if (exchange.error == ENOTTY) return KeyLostError(options_.path);
    return WithKeyWiped(
        DeviceError(absl::StrCat(options_.path, ": firmware ",
                                 FirmwareCode(exchange.message.fw_error),
                                 ", hypervisor ",
                                 HypervisorCode(exchange.message.vmm_error)),
                    exchange.error),
        exchange.error);
  }

  absl::Status FirmwareError(uint32_t status) const {
    const std::string text = absl::StrFormat(
        "%s: expected status 0 in the firmware's answer, found "
        "%s for VMPL %d",
        options_.path, FirmwareCode(status), options_.vmpl);
    if (status == kInvalidParam || status == kInvalidKey) {
      return absl::FailedPreconditionError(text);
    }
    return absl::UnavailableError(text);
  }

  SevGuestOptions options_;
  ReportDeviceInfo info_;
  ReportDeviceHistory history_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ReportDevice>> OpenSevGuest(
    const SevGuestOptions& options) {
  const Descriptor device(open(options.path.c_str(), O_RDWR | O_CLOEXEC));
  if (!device.is_open()) {
    return DeviceError("opening " + options.path, errno);
  }
  ReportDeviceInfo info;
  info.provider = ReportProvider::kSevGuest;
  info.interface = "sev-guest";
  info.path = options.path;
  info.vmpl = options.vmpl;
  return std::make_unique<SevGuest>(options, std::move(info));
}

}  // namespace evidenced
