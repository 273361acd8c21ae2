#ifndef QUOTE_TDX_TD_BITS_H_
#define QUOTE_TDX_TD_BITS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace evidenced {

struct TdBit {
  uint8_t bit = 0;
  absl::string_view name;
};

// ATTRIBUTES of a TD: Intel 348549 (TDX module 1.5 ABI), "ATTRIBUTES". With any
// of the first eight bits the TD is under debug or profiling, and its memory is
// not private.
inline constexpr std::array<TdBit, 12> kTdAttributes = {{
    {0, "debug"},
    {4, "hgs_plus_prof"},
    {5, "perf_prof"},
    {6, "pmt_prof"},
    {16, "icssd"},
    {27, "lass"},
    {28, "sept_ve_disable"},
    {29, "migratable"},
    {30, "pks"},
    {31, "kl"},
    {62, "tpa"},
    {63, "perfmon"},
}};
inline constexpr uint64_t kTdUnderDebug = 0xff;  // TUD
inline constexpr uint64_t kTdMigratable = uint64_t{1} << 29U;

// XFAM, the extended features that the TD may use, by the bits of XCR0 and
// IA32_XSS: Intel 253665 (SDM volume 1), section 13.1.
inline constexpr std::array<TdBit, 18> kTdXfam = {{
    {0, "x87"},
    {1, "sse"},
    {2, "avx"},
    {3, "mpx_bndregs"},
    {4, "mpx_bndcsr"},
    {5, "avx512_opmask"},
    {6, "avx512_zmm_hi256"},
    {7, "avx512_hi16_zmm"},
    {8, "pt"},
    {9, "pkru"},
    {11, "cet_u"},
    {12, "cet_s"},
    {14, "uintr"},
    {15, "lbr"},
    {16, "hwp"},
    {17, "amx_tilecfg"},
    {18, "amx_tiledata"},
    {19, "apx"},
}};

inline bool HasBit(uint64_t value, const TdBit& bit) {
  return (value >> bit.bit & 1U) != 0;
}

// What of `value` has no name in `bits`.
template <size_t kCount>
uint64_t UnnamedBits(uint64_t value, const std::array<TdBit, kCount>& bits) {
  for (const TdBit& bit : bits) value &= ~(uint64_t{1} << bit.bit);
  return value;
}

}  // namespace evidenced

#endif  // QUOTE_TDX_TD_BITS_H_
