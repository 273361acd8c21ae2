#ifndef EVIDENCE_BINDING_REFUSAL_H_
#define EVIDENCE_BINDING_REFUSAL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// A refusal has a class beside its message, so that people and programs can
// tell "part-digest" from "inclusion-proof" without reading prose. The classes
// are listed in docs/wire.md.
absl::Status Refuse(absl::string_view reason, absl::string_view message);

// The class of a status made by Refuse(), else "".
std::string RefusalReason(const absl::Status& status);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_REFUSAL_H_
