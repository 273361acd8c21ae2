#ifndef TESTS_EVIDENCE_BINDING_BINDING_VECTORS_H_
#define TESTS_EVIDENCE_BINDING_BINDING_VECTORS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

#include "evidence/binding/verify_binding.h"

namespace evidenced {

using Json = nlohmann::json;

// The case's own words for what it holds. INVALID_ARGUMENT: a field of another
// type, or hexadecimal digits that are none.
absl::StatusOr<BindingState> StateFromJson(const Json& in);
absl::StatusOr<WireEvidence> WireFromJson(const Json& in);

// What the stand-ins for hardware statements in a case's `wire` hold. One by
// another signer than it states does not verify as that signer's, so nothing is
// signed.
absl::StatusOr<SignedContents> SignedFromJson(const Json& in);

// Runs one case of `accept` or `refuse`; gives what differs, one fact a line.
std::vector<std::string> RunAccept(const Json& test_case);
std::vector<std::string> RunRefuse(const Json& test_case);

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_BINDING_BINDING_VECTORS_H_
