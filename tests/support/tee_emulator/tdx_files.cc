#include "tests/support/tee_emulator/tdx_files.h"

#include <sys/ioctl.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/tee_emulator/ccel_log.h"

namespace tee_emulator {
namespace {

// linux/tdx-guest.h, which Debian 12 does not have.
struct ReportRequest {
  uint8_t report_data[64];
  uint8_t td_report[1024];
};
constexpr unsigned int kGetReport0 = _IOWR('T', 1, ReportRequest);

constexpr mode_t kReadable = S_IRUSR | S_IRGRP | S_IROTH;

class RegisterFile : public MountFile {
 public:
  using Value = std::function<Blob(const tdx_quoter::Td& td)>;
  RegisterFile(TdxGuest& guest, Value value, std::optional<size_t> rtmr)
      : guest_(guest), value_(std::move(value)), rtmr_(rtmr) {}

  mode_t mode() const override {
    return rtmr_.has_value() ? kReadable | S_IWUSR : kReadable;
  }
  off_t size() const override { return kRegisterSize; }
  int Read(Blob* out) override {
    *out = value_(guest_.Now());
    return 0;
  }
  int Write(off_t offset, const Blob& digest) override {
    if (!rtmr_.has_value()) return EACCES;
    if (offset != 0 || digest.size() != kRegisterSize) return EINVAL;
    guest_.Extend(*rtmr_, digest);
    return 0;
  }

 private:
  TdxGuest& guest_;
  Value value_;
  std::optional<size_t> rtmr_;
};

class CcelFile : public MountFile {
 public:
  CcelFile(const TdxGuest& guest, const Control& control)
      : guest_(guest), control_(control) {}

  bool exists() const override { return control_.faults().ccel != "none"; }
  mode_t mode() const override { return S_IRUSR; }
  off_t size() const override {
    return static_cast<off_t>(Contents(control_.faults().ccel).size());
  }
  int Read(Blob* out) override {
    *out = Contents(control_.faults().ccel);
    return 0;
  }

 protected:
  virtual Blob Contents(const std::string& fault) const = 0;
  const TdxGuest& guest() const { return guest_; }

 private:
  const TdxGuest& guest_;
  const Control& control_;
};

class CcelTableFile : public CcelFile {
 public:
  using CcelFile::CcelFile;

 private:
  Blob Contents(const std::string& fault) const override {
    uint64_t length = kLogArea;
    if (fault == "table_too_long") length *= 2;
    // In the middle of the last event.
    if (fault == "table_too_short") length = guest().log().size() - 10;
    Blob table = MakeCcelTable(length);
    if (fault == "table_garbage") table.assign(table.size(), 0xa5);
    return table;
  }
};

class CcelLogFile : public CcelFile {
 public:
  using CcelFile::CcelFile;

 private:
  Blob Contents(const std::string& fault) const override {
    if (fault == "log_empty") return {};
    Blob area = fault == "log_blank" ? Blob() : guest().log();
    area.resize(kLogArea, 0xff);
    return area;
  }
};

// Of "N:TEXT".
std::optional<CcEvent> ParseEvent(const std::string& value) {
  if (value.size() < 2 || value[1] != ':' || value[0] < '0' ||
      value[0] >= static_cast<char>('0' + kRtmrs)) {
    return std::nullopt;
  }
  return TextEvent(static_cast<size_t>(value[0] - '0'), value.substr(2));
}

}  // namespace

int TdxGuestFile::Ioctl(const IoctlCall& call) {
  if (call.command != kGetReport0) return ENOTTY;
  ReportRequest request = {};
  std::memcpy(&request, call.data, sizeof(request));
  Blob report;
  const int error = device_.MakeTdReport(
      {std::begin(request.report_data), std::end(request.report_data)},
      &report);
  if (error != 0) return error;
  if (report.size() != sizeof(request.td_report)) return EIO;
  std::memcpy(request.td_report, report.data(), report.size());
  std::memcpy(call.data, &request, sizeof(request));
  return 0;
}

Files MeasurementFiles(TdxGuest& guest) {
  using tdx_quoter::Td;
  Files out;
  const auto add = [&](const std::string& name, RegisterFile::Value value,
                       std::optional<size_t> rtmr) {
    out[name] = std::make_unique<RegisterFile>(guest, std::move(value), rtmr);
  };
  add(
      "mrtd:sha384", [](const Td& td) { return td.mr_td; }, std::nullopt);
  add(
      "mrconfigid", [](const Td& td) { return td.mr_config_id; }, std::nullopt);
  add(
      "mrowner", [](const Td& td) { return td.mr_owner; }, std::nullopt);
  add(
      "mrownerconfig", [](const Td& td) { return td.mr_owner_config; },
      std::nullopt);
  for (size_t i = 0; i < kRtmrs; ++i) {
    add(
        "rtmr" + std::to_string(i) + ":sha384",
        [i](const Td& td) { return td.rtmr.at(i); }, i);
  }
  return out;
}

Files CcelFiles(const TdxGuest& guest, const Control& control) {
  Files out;
  out["CCEL"] = std::make_unique<CcelTableFile>(guest, control);
  out["CCEL.data"] = std::make_unique<CcelLogFile>(guest, control);
  return out;
}

void AddMeasureCommands(TdxGuest& guest, Control& control) {
  control.AddCommand("measure", [&guest](const std::string& value) {
    const std::optional<CcEvent> event = ParseEvent(value);
    return event.has_value() ? guest.Measure(*event) : EINVAL;
  });
  control.AddCommand("log", [&guest](const std::string& value) {
    const std::optional<CcEvent> event = ParseEvent(value);
    return event.has_value() ? guest.PretendToMeasure(*event) : EINVAL;
  });
}

}  // namespace tee_emulator
