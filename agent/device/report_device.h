#ifndef AGENT_DEVICE_REPORT_DEVICE_H_
#define AGENT_DEVICE_REPORT_DEVICE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// What a report or quote is made over: chosen by the caller, signed by the CPU.
using ReportData = std::array<uint8_t, 64>;

enum class ReportProvider : uint8_t { kSevGuest, kTdxGuest, kArmCcaGuest };

// As configfs-tsm names it: "sev_guest", "tdx_guest", "arm_cca_guest".
absl::string_view ProviderName(ReportProvider provider);
std::optional<ReportProvider> ProviderFromName(absl::string_view name);
// As a source of evidence: "snp", "tdx", "arm-cca".
absl::string_view SourceLabel(ReportProvider provider);

struct DeviceReport {
  ReportProvider provider = ReportProvider::kSevGuest;
  // SNP ATTESTATION_REPORT, TDX quote, CCA token: as the device gave it.
  Bytes report;
  // SNP: the certificate table that the host gave, unchecked. Often none.
  Bytes auxiliary;
  std::string auxiliary_absent;  // why there is none; "": there is one
};

struct ReportDeviceInfo {
  ReportProvider provider = ReportProvider::kSevGuest;
  std::string interface;         // "configfs-tsm", "sev-guest"
  std::string path;              // where that is
  std::optional<uint32_t> vmpl;  // SNP: the level that reports are asked for
};

enum class ReportDeviceState : uint8_t {
  kWorking,  // as far as known
  kFailing,  // the last request failed
  // The driver gave up its key to the firmware (VMPCK), so that no message is
  // ever sent twice under one sequence number: no report until the next boot.
  // It says so, or the last request ended as one after which it does so.
  kKeyLost,
};

// OK, or why nobody wants the answer any more: CANCELLED, DEADLINE_EXCEEDED.
using StillWanted = std::function<absl::Status()>;

// The CPU's report device. Synchronous: a call may take seconds, minutes if the
// host throttles. Used by one thread.
class ReportDevice {
 public:
  virtual ~ReportDevice() = default;

  virtual const ReportDeviceInfo& info() const = 0;
  virtual ReportDeviceState state() const = 0;

  // A new report over `data`, which is found in it. `wanted` is asked before
  // each request to the driver after the first, and its error ends the call.
  // FAILED_PRECONDITION: the device is gone, refuses the request, or has lost
  // its key, see IsKeyLost(). UNAVAILABLE: busy, interrupted, or an I/O error.
  // DATA_LOSS: what came back is no report over `data`. INTERNAL: the request
  // is malformed.
  virtual absl::StatusOr<DeviceReport> Report(const ReportData& data,
                                              const StillWanted& wanted) = 0;

  // For who waits as long as it takes.
  absl::StatusOr<DeviceReport> Report(const ReportData& data) {
    return Report(data, [] { return absl::OkStatus(); });
  }
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_REPORT_DEVICE_H_
