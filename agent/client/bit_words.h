#ifndef AGENT_CLIENT_BIT_WORDS_H_
#define AGENT_CLIENT_BIT_WORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

namespace evidenced {

// A mask in words. `Bit` is a table's entry, as SnpBit and TdBit, with a name
// and the functions HasBit() and UnnamedBits().

// The names of the bits that are set; those without a name, but for `known`,
// as "unknown bits 0x...".
template <typename Bit, size_t kCount>
std::vector<std::string> BitNames(uint64_t value,
                                  const std::array<Bit, kCount>& bits,
                                  uint64_t known = 0) {
  std::vector<std::string> names;
  for (const Bit& bit : bits) {
    if (HasBit(value, bit)) names.emplace_back(bit.name);
  }
  const uint64_t unknown = UnnamedBits(value, bits) & ~known;
  if (unknown != 0) {
    names.push_back(absl::StrFormat("unknown bits 0x%x", unknown));
  }
  return names;
}

// Each name with whether its bit is set.
template <typename Bit, size_t kCount>
void AddBits(uint64_t value, const std::array<Bit, kCount>& bits,
             nlohmann::ordered_json& json) {
  for (const Bit& bit : bits) {
    json[std::string(bit.name)] = HasBit(value, bit);
  }
}

}  // namespace evidenced

#endif  // AGENT_CLIENT_BIT_WORDS_H_
