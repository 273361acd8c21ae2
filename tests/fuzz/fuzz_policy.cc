// A policy that is accepted says the same when it is written and read again,
// and never leaves open who may sign.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "evidence/policy/policy.h"
#include "quote/base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string json = evidenced::ToString(evidenced::ByteView(data, size));
  const auto policy = evidenced::ParsePolicy(json);
  if (!policy.ok()) return 0;
  if (policy->accept_signers().empty()) std::abort();
  const auto again = evidenced::ParsePolicy(evidenced::PolicyToJson(*policy));
  if (!again.ok() ||
      again->SerializeAsString() != policy->SerializeAsString()) {
    std::abort();
  }
  return 0;
}
