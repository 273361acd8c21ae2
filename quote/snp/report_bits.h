#ifndef QUOTE_SNP_REPORT_BITS_H_
#define QUOTE_SNP_REPORT_BITS_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace evidenced {

struct SnpBit {
  uint8_t bit = 0;
  absl::string_view name;
};

// The guest's policy: AMD 56860, "Guest Policy". Bits 0 to 7 and 8 to 15 are
// the least ABI version, minor and major; bit 17 is always set.
inline constexpr std::array<SnpBit, 10> kSnpPolicyBits = {{
    {16, "smt"},
    {17, "reserved_must_be_one"},
    {18, "migrate_ma"},
    {19, "debug"},
    {20, "single_socket"},
    {21, "cxl_allow"},
    {22, "mem_aes_256_xts"},
    {23, "rapl_dis"},
    {24, "ciphertext_hiding"},
    {25, "page_swap_disable"},
}};
inline constexpr uint64_t kSnpPolicyAbi = 0xffff;

// PLATFORM_INFO of the report: AMD 56860, "PLATFORM_INFO".
inline constexpr std::array<SnpBit, 7> kSnpPlatformBits = {{
    {0, "smt_en"},
    {1, "tsme_en"},
    {2, "ecc_en"},
    {3, "rapl_dis"},
    {4, "ciphertext_hiding_dram_en"},
    {5, "alias_check_complete"},
    {7, "tio_en"},
}};

inline bool HasBit(uint64_t value, const SnpBit& bit) {
  return (value >> bit.bit & 1) != 0;
}

// What of `value` has no name in `bits`.
template <size_t kCount>
uint64_t UnnamedBits(uint64_t value, const std::array<SnpBit, kCount>& bits) {
  for (const SnpBit& bit : bits) value &= ~(uint64_t{1} << bit.bit);
  return value;
}

}  // namespace evidenced

#endif  // QUOTE_SNP_REPORT_BITS_H_
