#ifndef AGENT_CLIENT_PCR_SELECTION_H_
#define AGENT_CLIENT_PCR_SELECTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/service.pb.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// "sha256:0,1,2+sha384:7": banks with their PCRs (0 to 23), as tpm2-tools
// write them. INVALID_ARGUMENT: another form, a bank or a PCR twice.
absl::StatusOr<std::vector<v1::PcrSelection>> ParsePcrSelection(
    absl::string_view text);

}  // namespace evidenced

#endif  // AGENT_CLIENT_PCR_SELECTION_H_
