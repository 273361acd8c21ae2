#ifndef TESTS_AGENT_COLLECT_TD_GUEST_H_
#define TESTS_AGENT_COLLECT_TD_GUEST_H_

#include <array>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "agent/device/ccel_log.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "tests/agent/device/ccel_table_builder.h"
#include "tests/evidence/log/log_builder.h"
#include "tests/support/temp_dir.h"

namespace evidenced {

// A TD's registers and log, which the CPU quotes and the kernel shows. They
// begin with one event for each of RTMR0, 1 and 2.
class TdGuest {
 public:
  using Rtmrs = std::array<Bytes, 4>;

  // `extended` is told of the registers.
  TdGuest(const CcelPaths& paths, std::function<void(const Rtmrs&)> extended)
      : log_(paths.log), extended_(std::move(extended)) {
    WriteFile(paths.table, CcelTableBytes({.log_length = kArea}));
    for (uint32_t rtmr = 0; rtmr < 3; ++rtmr) {
      Measure(rtmr, absl::StrCat("boot ", rtmr));
    }
  }

  // Extends the register alone.
  void Extend(uint32_t rtmr, absl::string_view event) {
    Bytes& value = rtmrs_.at(rtmr);
    value = Hash(HashAlgorithm::kSha384, {value, Sha384(AsBytes(event))});
    extended_(rtmrs_);
  }
  // Writes the log alone.
  void Log(uint32_t rtmr, absl::string_view event) {
    events_ = Join({events_, Event(rtmr, event)});
    Bytes area = events_;
    area.resize(kArea, 0xff);
    WriteFile(log_, area);
  }
  void Measure(uint32_t rtmr, absl::string_view event) {
    Extend(rtmr, event);
    Log(rtmr, event);
  }

  static Bytes Event(uint32_t rtmr, absl::string_view event) {
    return Measured(rtmr + 1, kAction, AsBytes(event), {kSha384Id});
  }
  const Bytes& events() const { return events_; }
  const Rtmrs& rtmrs() const { return rtmrs_; }

 private:
  static constexpr size_t kArea = 4096;

  std::string log_;
  std::function<void(const Rtmrs&)> extended_;
  Rtmrs rtmrs_ = {Bytes(48), Bytes(48), Bytes(48), Bytes(48)};
  Bytes events_ = SpecId({{kSha384Id, 48}});
};

}  // namespace evidenced

#endif  // TESTS_AGENT_COLLECT_TD_GUEST_H_
