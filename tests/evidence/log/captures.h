#ifndef TESTS_EVIDENCE_LOG_CAPTURES_H_
#define TESTS_EVIDENCE_LOG_CAPTURES_H_

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// Empty if there is no such file.
inline Bytes ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline nlohmann::json ReadJson(const std::string& path) {
  const Bytes bytes = ReadFile(path);
  return nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
}

// bank -> index -> hexadecimal digits.
inline PcrValues PcrsFromJson(const nlohmann::json& json) {
  PcrValues values;
  for (const auto& [bank, registers] : json.items()) {
    const auto hash = HashAlgorithmFromName(bank);
    if (!hash.has_value()) {
      ADD_FAILURE() << "unknown bank " << bank;
      continue;
    }
    values[*hash];
    for (const auto& [index, hex] : registers.items()) {
      const auto value = FromHex(hex.get<std::string>());
      if (!value.ok()) {
        ADD_FAILURE() << value.status();
        continue;
      }
      values[*hash][static_cast<uint32_t>(std::stoul(index))] = *value;
    }
  }
  return values;
}

// A capture of a virtual machine's boot: tests/testdata/vm/README.md.
struct Capture {
  explicit Capture(const std::string& name) {
    const std::string folder = std::string(TESTDATA) + "/vm/" + name + "/";
    tcg = ReadFile(folder + "binary_bios_measurements");
    ima = ReadFile(folder + "ima_binary");
    ima_after = ReadFile(folder + "ima_binary_after");
    pcrs = PcrsFromJson(ReadJson(folder + "pcrs.json"));
  }

  Bytes tcg;
  Bytes ima;
  Bytes ima_after;
  PcrValues pcrs;
};

inline constexpr const char* kCaptures[] = {"direct_kernel", "uki_4banks",
                                            "secureboot_uki_crb",
                                            "ima_ng_violation", "e2e_uki"};

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_LOG_CAPTURES_H_
