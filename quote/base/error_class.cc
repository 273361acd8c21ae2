#include "quote/base/error_class.h"

#include <array>
#include <cstddef>

#include "absl/strings/cord.h"

namespace evidenced {
namespace {

constexpr char kPayload[] = "evidenced/error-class";

constexpr std::array<absl::string_view, 12> kNames = {"empty",
                                                      "truncated",
                                                      "malformed",
                                                      "unsupported_version",
                                                      "unsupported_type",
                                                      "unsupported_algorithm",
                                                      "signature_invalid",
                                                      "untrusted_root",
                                                      "chain_invalid",
                                                      "binding_mismatch",
                                                      "digest_mismatch",
                                                      "collateral_invalid"};
static_assert(static_cast<size_t>(ErrorClass::kCollateralInvalid) + 1 ==
              kNames.size());

}  // namespace

absl::string_view ErrorClassName(ErrorClass error_class) {
  return kNames[static_cast<size_t>(error_class)];
}

absl::Status Classified(ErrorClass error_class, absl::Status status) {
  if (!status.ok() && !status.GetPayload(kPayload).has_value()) {
    status.SetPayload(kPayload, absl::Cord(ErrorClassName(error_class)));
  }
  return status;
}

ErrorClass ErrorClassOf(const absl::Status& status, ErrorClass otherwise) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return otherwise;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (*payload == kNames[i]) return static_cast<ErrorClass>(i);
  }
  return otherwise;
}

}  // namespace evidenced
