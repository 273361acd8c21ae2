#include "agent/client/registers_file.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "evidence/log/pcr.h"
#include "evidence/policy/strict_json.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

absl::StatusOr<Bytes> ReadValue(const Json& json, HashAlgorithm bank) {
  if (!json.is_string()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected hexadecimal digits, found ", json.type_name()));
  }
  ASSIGN_OR_RETURN(Bytes value, FromHex(json.get_ref<const std::string&>()));
  if (value.size() != DigestSize(bank)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected %d bytes for a register of %s, found %d",
                        DigestSize(bank), HashName(bank), value.size()));
  }
  return value;
}

absl::StatusOr<PcrValues> ReadList(const Json& list) {
  if (list.size() != kMaxPcr + 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected the %d registers of the sha256 bank, found a "
                        "list of %d",
                        kMaxPcr + 1, list.size()));
  }
  PcrValues values;
  for (uint32_t i = 0; i <= kMaxPcr; ++i) {
    ASSIGN_OR_RETURN(values[HashAlgorithm::kSha256][i],
                     ReadValue(list[i], HashAlgorithm::kSha256));
  }
  return values;
}

absl::Status ReadBank(const std::string& name, const Json& registers,
                      PcrValues& values) {
  const std::optional<HashAlgorithm> bank = HashAlgorithmFromName(name);
  if (!bank.has_value()) {
    return Classified(ErrorClass::kUnsupportedAlgorithm,
                      absl::InvalidArgumentError(absl::StrCat(
                          "expected the name of a bank such as sha256, found ",
                          Printable(name))));
  }
  if (!registers.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat("expected the registers of ",
                                                   name, " by index, found ",
                                                   registers.type_name()));
  }
  std::map<uint32_t, Bytes>& in_bank = values[*bank];
  for (const auto& [key, value] : registers.items()) {
    uint32_t index = 0;
    if (!absl::SimpleAtoi(key, &index) || index > kMaxPcr ||
        absl::StrCat(index) != key) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected the index of a register, 0 to %d, found %s",
                          kMaxPcr, Printable(key)));
    }
    ASSIGN_OR_RETURN(in_bank[index], ReadValue(value, *bank));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PcrValues> ParseRegistersFile(absl::string_view json) {
  RETURN_IF_ERROR(CheckStrictJson(json));
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
  if (parsed.is_array()) return ReadList(parsed);
  if (!parsed.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected registers by bank and index, or a list of them, "
                     "found ",
                     parsed.type_name()));
  }
  PcrValues values;
  for (const auto& [name, registers] : parsed.items()) {
    RETURN_IF_ERROR(ReadBank(name, registers, values));
  }
  return values;
}

}  // namespace evidenced
