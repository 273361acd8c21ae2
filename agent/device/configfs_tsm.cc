#include "agent/device/configfs_tsm.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/device/device_error.h"
#include "agent/device/report_check.h"
#include "agent/device/tsm_entry.h"
#include "agent/device/vmpck.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxBlob = 1U << 20;
constexpr int kAttempts = 5;

// What an error of a TDX quote comes from (Linux, drivers/virt/coco/tdx-guest):
// the host's quoting service makes it, and the driver waits for that.
constexpr std::array<std::pair<int, absl::string_view>, 6> kQuoteErrors = {
    {{ETIMEDOUT, "the quoting service did not answer in time"},
     {ETIME, "the quoting service did not answer in time"},
     {EIO, "the quoting service or the host refused"},
     {EBUSY, "the quoting service is still at an earlier quote"},
     {EINTR, "the wait for the quoting service was interrupted"},
     {EFBIG, "a quote larger than the kernel takes"}}};

// Of reading a TDX quote at `path`.
absl::Status QuoteError(const std::string& path, int error) {
  std::string what = "reading " + path;
  bool known = false;
  for (const auto& [number, meaning] : kQuoteErrors) {
    if (number != error) continue;
    absl::StrAppend(&what, " (", meaning, ")");
    known = true;
  }
  const absl::Status status = DeviceError(what, error);
  return known ? absl::UnavailableError(status.message()) : status;
}

class ConfigfsTsm : public ReportDevice {
 public:
  ConfigfsTsm(ConfigfsTsmOptions options, ReportDeviceInfo info)
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
    for (int i = 0; i < kAttempts; ++i) {
      if (i > 0) RETURN_IF_ERROR(wanted());
      ASSIGN_OR_RETURN(std::optional<DeviceReport> report, AskOnce(data));
      if (!report.has_value()) continue;
      RETURN_IF_ERROR(CheckReport(info_.provider, report->report, data));
      return *std::move(report);
    }
    return absl::UnavailableError(absl::StrFormat(
        "%s: expected a generation that our own writes explain, found "
        "another's writes to each of %d entries",
        options_.root, kAttempts));
  }

  // None: somebody else wrote to the entry.
  absl::StatusOr<std::optional<DeviceReport>> AskOnce(
      const ReportData& data) const {
    ASSIGN_OR_RETURN(const TsmEntry entry, MakeEntry());
    uint64_t writes = 0;
    if (info_.vmpl.has_value()) {
      const std::string level = absl::StrCat(*info_.vmpl);
      RETURN_IF_ERROR(entry.Write("privlevel", AsBytes(level)));
      ++writes;
    }
    RETURN_IF_ERROR(entry.Write("inblob", data));
    ++writes;
    ASSIGN_OR_RETURN(const uint64_t before, entry.ReadNumber("generation"));
    if (before != writes) return std::nullopt;
    DeviceReport report;
    report.provider = info_.provider;
    ASSIGN_OR_RETURN(report.report, ReadReport(entry));
    ReadAuxiliary(entry, report);
    ASSIGN_OR_RETURN(const uint64_t after, entry.ReadNumber("generation"));
    if (after != writes) return std::nullopt;
    return report;
  }

  absl::StatusOr<TsmEntry> MakeEntry() const {
    return TsmEntry::Make(options_.root, options_.warn);
  }

  absl::StatusOr<Bytes> ReadReport(const TsmEntry& entry) const {
    TsmRead read = entry.Read("outblob", kMaxBlob);
    const std::string path = entry.PathOf("outblob");
    const bool tdx = info_.provider == ReportProvider::kTdxGuest;
    if (read.error == 0 && tdx && read.bytes.empty()) {
      return absl::UnavailableError(absl::StrFormat(
          "%s: expected a quote, found no byte: the quoting service failed, "
          "did not answer in time, or is not there",
          path));
    }
    if (read.error == 0) return std::move(read.bytes);
    if (read.error == E2BIG) {
      return absl::DataLossError(absl::StrFormat(
          "%s: expected at most %d bytes, found more", path, kMaxBlob));
    }
    if (info_.provider == ReportProvider::kSevGuest) {
      return SnpError(path, read.error);
    }
    return tdx ? QuoteError(path, read.error)
               : DeviceError("reading " + path, read.error);
  }

  // Of reading the report at `path`.
  absl::Status SnpError(const std::string& path, int error) const {
    if (error == ENOTTY) {
      // The driver says so that its key is gone. Linux without the change
      // "configfs-tsm-report: Fix NULL dereference of tsm_ops" says the same
      // where the driver itself is gone; in all versions there are no new
      // entries then.
      const absl::StatusOr<TsmEntry> another = MakeEntry();
      return another.ok() ? KeyLostError(path) : another.status();
    }
    if (error != EIO) {
      return WithKeyWiped(DeviceError("reading " + path, error), error);
    }
    const absl::Status status =
        DeviceError("reading " + path +
                        " (the firmware, the host, or more certificates than "
                        "the driver takes)",
                    error);
    // Too many certificates cost no key. They are hardly the reason where they
    // were not too many before.
    return history_.has_answered() ? WithKeyWiped(status, error) : status;
  }

  // A report is not held back for what comes beside it.
  static void ReadAuxiliary(const TsmEntry& entry, DeviceReport& report) {
    TsmRead read = entry.Read("auxblob", kMaxBlob);
    if (read.error == ENOENT) {
      report.auxiliary_absent = "the provider has none";
    } else if (read.error == E2BIG) {
      report.auxiliary_absent =
          absl::StrFormat("expected at most %d bytes, found more", kMaxBlob);
    } else if (read.error != 0) {
      report.auxiliary_absent =
          std::string(DeviceError("reading auxblob", read.error).message());
    } else if (read.bytes.empty()) {
      report.auxiliary_absent = "the host gave none";
    }
    report.auxiliary = std::move(read.bytes);
  }

  ConfigfsTsmOptions options_;
  ReportDeviceInfo info_;
  ReportDeviceHistory history_;
};

// The VMPL to ask for.
absl::StatusOr<uint32_t> ChooseVmpl(const TsmEntry& entry,
                                    std::optional<uint32_t> wanted) {
  ASSIGN_OR_RETURN(const uint64_t floor, entry.ReadNumber("privlevel_floor"));
  if (!wanted.has_value()) return static_cast<uint32_t>(floor);
  if (*wanted >= floor) return *wanted;
  return absl::FailedPreconditionError(
      absl::StrFormat("%s: expected a VMPL of %d or more, found %d configured",
                      entry.PathOf("privlevel_floor"), floor, *wanted));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReportDevice>> OpenConfigfsTsm(
    const ConfigfsTsmOptions& options) {
  RemoveStaleTsmEntries(options.root, options.warn);
  ASSIGN_OR_RETURN(const TsmEntry entry,
                   TsmEntry::Make(options.root, options.warn));
  ASSIGN_OR_RETURN(const std::string name, entry.ReadText("provider"));
  const std::optional<ReportProvider> provider = ProviderFromName(name);
  if (!provider.has_value()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: expected provider sev_guest, tdx_guest or arm_cca_guest, found "
        "\"%s\"",
        options.root, Printable(name)));
  }
  ReportDeviceInfo info;
  info.provider = *provider;
  info.interface = "configfs-tsm";
  info.path = options.root;
  if (*provider == ReportProvider::kSevGuest) {
    ASSIGN_OR_RETURN(info.vmpl, ChooseVmpl(entry, options.vmpl));
  }
  return std::make_unique<ConfigfsTsm>(options, std::move(info));
}

}  // namespace evidenced
