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
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

// Every bank has less. A document takes many times its size in memory.
constexpr size_t kMaxPcrsSize = 1U << 20;

absl::StatusOr<Bytes> ReadDigits(const Json& json, absl::string_view bank,
                                 absl::string_view pcr) {
  if (!json.is_string()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected PCR %s of %s as a string, found %s",
                        Printable(pcr), Printable(bank), json.type_name()));
  }
  return FromHex(json.get_ref<const std::string&>());
}

absl::StatusOr<Bytes> ReadValue(const Json& json, HashAlgorithm bank,
                                absl::string_view pcr) {
  ASSIGN_OR_RETURN(Bytes value, ReadDigits(json, HashName(bank), pcr));
  if (value.size() != DigestSize(bank)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected %d bytes as PCR %s of bank %s, found %d", DigestSize(bank),
        Printable(pcr), HashName(bank), value.size()));
  }
  return value;
}

absl::StatusOr<GivenPcrs> ReadList(const Json& list) {
  constexpr size_t kPcrs = kMaxPcr + 1;
  if (list.size() != kPcrs) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a list of the %d PCRs of a SHA-256 bank, "
                        "found %d values",
                        kPcrs, list.size()));
  }
  GivenPcrs given;
  for (uint32_t pcr = 0; pcr < kPcrs; ++pcr) {
    ASSIGN_OR_RETURN(
        given.values[HashAlgorithm::kSha256][pcr],
        ReadValue(list[pcr], HashAlgorithm::kSha256, absl::StrCat(pcr)));
  }
  return given;
}

absl::StatusOr<uint32_t> ReadIndex(const std::string& key) {
  uint32_t pcr = 0;
  // "07" would be a second name of 7.
  if (!absl::SimpleAtoi(key, &pcr) || pcr > kMaxPcr ||
      absl::StrCat(pcr) != key) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a PCR index 0 to %d, found %s", kMaxPcr, Printable(key)));
  }
  return pcr;
}

absl::Status ReadBank(const std::string& name, const Json& registers,
                      GivenPcrs& given) {
  if (!registers.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected the PCRs of %s by their index, found %s",
                        Printable(name), registers.type_name()));
  }
  const std::optional<HashAlgorithm> bank = HashAlgorithmFromName(name);
  for (const auto& [key, value] : registers.items()) {
    ASSIGN_OR_RETURN(const uint32_t pcr, ReadIndex(key));
    if (bank.has_value()) {
      ASSIGN_OR_RETURN(given.values[*bank][pcr], ReadValue(value, *bank, key));
    } else {
      RETURN_IF_ERROR(ReadDigits(value, name, key).status());
      given.unknown.push_back(absl::StrCat(Printable(name), ":", pcr));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<GivenPcrs> ReadBanks(const Json& banks) {
  GivenPcrs given;
  for (const auto& [name, registers] : banks.items()) {
    RETURN_IF_ERROR(ReadBank(name, registers, given));
  }
  return given;
}

}  // namespace

absl::StatusOr<GivenPcrs> ParsePcrsFile(absl::string_view json) {
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

absl::StatusOr<PcrValues> ParsePcrsFile(absl::string_view json,
                                        std::vector<std::string>& unknown) {
  ASSIGN_OR_RETURN(GivenPcrs given, ParsePcrsFile(json));
  unknown = std::move(given.unknown);
  return std::move(given.values);
}

}  // namespace evidenced
