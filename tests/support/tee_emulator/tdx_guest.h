#ifndef TESTS_SUPPORT_TEE_EMULATOR_TDX_GUEST_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TDX_GUEST_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <string>

#include "tests/support/tdx_quoter/quote.h"
#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/ccel_log.h"

namespace tee_emulator {

// A TD: what it was built from, its registers and the log of its firmware. Safe
// for many threads. Results are 0 or an errno.
class TdxGuest {
 public:
  // Booted, with the log of that. `owner`: see BootEvents().
  explicit TdxGuest(const Blob& owner);

  // As it is now, without report data and ATTRIBUTES.
  tdx_quoter::Td Now() const;
  // The log as it is now, without the rest of its area.
  Blob log() const;

  // TDG.MR.RTMR.EXTEND: the register becomes the SHA-384 of itself and
  // `digest`.
  void Extend(size_t rtmr, const Blob& digest);
  // Extends it with an event, which the log has at the same time. ENOSPC: the
  // area of the log is full, and nothing changes.
  int Measure(const CcEvent& event);
  // An event that is in the log and was never extended. ENOSPC: likewise.
  int PretendToMeasure(const CcEvent& event);

 private:
  int Append(const CcEvent& event);
  void ExtendLocked(size_t rtmr, const Blob& digest);

  mutable std::mutex mutex_;
  tdx_quoter::Td td_;
  Blob log_;
};

inline constexpr size_t kRtmrs = 4;
inline constexpr size_t kRegisterSize = 48;
// Of the log; Google's TDs have as much.
inline constexpr size_t kLogArea = 0x40000;

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TDX_GUEST_H_
