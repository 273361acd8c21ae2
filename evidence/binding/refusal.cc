#include "evidence/binding/refusal.h"

#include <string>

#include "absl/strings/cord.h"

namespace evidenced {
namespace {

constexpr char kPayloadUrl[] = "evidenced.refusal";

}  // namespace

absl::Status Refuse(absl::string_view reason, absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kPayloadUrl, absl::Cord(reason));
  return status;
}

std::string RefusalReason(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace evidenced
