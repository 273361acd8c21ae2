#include "agent/client/pcrs_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "evidence/log/pcr.h"
#include "evidence/policy/strict_json.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

// Every bank has less. A document takes many times its size in memory.
constexpr size_t kMaxPcrsSize = 1U << 20;

absl::StatusOr<Bytes> ReadValue(const Json& json, HashAlgorithm bank,
                                absl::string_view pcr) {
  if (!json.is_string()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected PCR %s of %s as a string, found %s",
                        Printable(pcr), HashName(bank), json.type_name()));
  }
  ASSIGN_OR_RETURN(Bytes value, FromHex(json.get_ref<const std::string&>()));
  if (value.size() != DigestSize(bank)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected %d bytes as PCR %s of bank %s, found %d", DigestSize(bank),
        Printable(pcr), HashName(bank), value.size()));
  }
  return value;
}

absl::StatusOr<PcrValues> ReadList(const Json& list) {
  constexpr size_t kPcrs = kMaxPcr + 1;
  if (list.size() != kPcrs) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a list of the %d PCRs of a SHA-256 bank, "
                        "found %d values",
                        kPcrs, list.size()));
  }
  PcrValues values;
  for (uint32_t pcr = 0; pcr < kPcrs; ++pcr) {
    ASSIGN_OR_RETURN(
        values[HashAlgorithm::kSha256][pcr],
        ReadValue(list[pcr], HashAlgorithm::kSha256, absl::StrCat(pcr)));
  }
  return values;
}

absl::StatusOr<std::map<uint32_t, Bytes>> ReadBank(const std::string& name,
                                                   HashAlgorithm bank,
                                                   const Json& registers) {
  if (!registers.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected the PCRs of %s by their index, found %s",
                        Printable(name), registers.type_name()));
  }
  std::map<uint32_t, Bytes> values;
  for (const auto& [key, value] : registers.items()) {
    uint32_t pcr = 0;
    // "07" would be a second name of 7.
    if (!absl::SimpleAtoi(key, &pcr) || pcr > kMaxPcr ||
        absl::StrCat(pcr) != key) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected a PCR index 0 to %d, found %s", kMaxPcr, Printable(key)));
    }
    ASSIGN_OR_RETURN(values[pcr], ReadValue(value, bank, key));
  }
  return values;
}

absl::StatusOr<PcrValues> ReadBanks(const Json& banks) {
  PcrValues values;
  for (const auto& [name, registers] : banks.items()) {
    const std::optional<HashAlgorithm> bank = HashAlgorithmFromName(name);
    if (!bank.has_value()) {
      return Classified(
          ErrorClass::kUnsupportedAlgorithm,
          absl::InvalidArgumentError(absl::StrCat(
              "expected a PCR bank sha1, sha256, sha384, sha512 or sm3_256, "
              "found ",
              Printable(name))));
    }
    ASSIGN_OR_RETURN(values[*bank], ReadBank(name, *bank, registers));
    // Says nothing, as in a quote.
    if (values[*bank].empty()) values.erase(*bank);
  }
  return values;
}

}  // namespace

absl::StatusOr<PcrValues> ParsePcrsFile(absl::string_view json) {
  if (json.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected PCR values, found no byte"));
  }
  if (json.size() > kMaxPcrsSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected PCR values of at most %d bytes, found %d",
                        kMaxPcrsSize, json.size()));
  }
  RETURN_IF_ERROR(CheckStrictJson(json));
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
  if (parsed.is_array()) return ReadList(parsed);
  if (parsed.is_object()) return ReadBanks(parsed);
  return absl::InvalidArgumentError(
      absl::StrCat("expected PCR values by bank and index, or a list of them, "
                   "found ",
                   parsed.type_name()));
}

}  // namespace evidenced
