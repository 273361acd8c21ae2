#ifndef AGENT_CLIENT_SAVED_EVIDENCE_H_
#define AGENT_CLIENT_SAVED_EVIDENCE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

#include "evidence/v1/saved.pb.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// A saved file. INVALID_ARGUMENT: it is not one, or holds no evidence.
// RESOURCE_EXHAUSTED: see CheckFieldCount().
absl::StatusOr<v1::SavedEvidence> ParseSavedEvidence(absl::string_view bytes);
// A file of --state-out. As ParseSavedEvidence(), and it must have a nonce.
absl::StatusOr<v1::VerifierState> ParseVerifierState(absl::string_view bytes);

// Whether `bytes`, a message of `type` on the wire, has no more than a few
// thousand fields in all; evidence has some hundred. A field of two bytes
// becomes an object of a hundred, so this comes before the parser.
// INVALID_ARGUMENT: not a message. RESOURCE_EXHAUSTED: more fields.
absl::Status CheckFieldCount(absl::string_view bytes,
                             const google::protobuf::Descriptor& type);

}  // namespace evidenced

#endif  // AGENT_CLIENT_SAVED_EVIDENCE_H_
