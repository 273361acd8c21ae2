#ifndef AGENT_COLLECT_CPU_REPORTS_H_
#define AGENT_COLLECT_CPU_REPORTS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"
#include "agent/collect/platform_state.h"
#include "agent/device/detect_report_device.h"
#include "agent/device/report_device.h"
#include "quote/base/bytes.h"

namespace evidenced {

// The CPU's report device, if the guest has one. Used by its thread alone.
class CpuReports {
 public:
  using Detector = std::function<DetectedReportDevice()>;
  // `platform` is told what is found and how requests end. `first_pause`: see
  // next_try().
  CpuReports(Detector detect, PlatformState& platform,
             absl::Duration first_pause)
      : detect_(std::move(detect)), platform_(platform), pause_(first_pause) {}

  // Looks for a device as long as none was found; one that was found stays.
  // nullopt: the guest has none.
  // FAILED_PRECONDITION, UNAVAILABLE: it has one that cannot be used.
  absl::StatusOr<std::optional<ReportProvider>> Find();

  // Of the device that Find() gave. Errors are those of ReportDevice, and of
  // `wanted`.
  absl::StatusOr<DeviceReport> Report(const ReportData& data,
                                      const StillWanted& wanted);

  // As it comes, for who has 64 bytes of his own. FAILED_PRECONDITION: there is
  // no device. Otherwise as above.
  absl::StatusOr<v1::RawReport> RawReport(const ReportData& data,
                                          const StillWanted& wanted);

  // Finds the device, and finds out whether it works, unless it has given a
  // report already.
  void Try();
  // When to try again, as the device could not be used; after each try twice as
  // long lies in between, up to 5 minutes, and never less than the try took.
  // max(): there is none, it has given a report, or it is SNP's and was asked,
  // be it by a request.
  SteadyTime next_try() const { return next_try_; }

 private:
  bool MayTry() const;

  Detector detect_;
  PlatformState& platform_;
  std::unique_ptr<ReportDevice> device_;  // null: none
  bool asked_ = false;                    // for a report, by whomever
  bool has_answered_ = false;             // with one
  absl::Duration pause_;
  SteadyTime next_try_ = SteadyTime::max();
};

// What `table` lacks of "vcek" or "vlek", whichever signed `report`, "ask" and
// "ark". All of them if the table makes no sense.
std::vector<std::string> MissingSnpCertificates(ByteView report,
                                                ByteView table);

}  // namespace evidenced

#endif  // AGENT_COLLECT_CPU_REPORTS_H_
