#ifndef AGENT_CLIENT_PCR_SELECTION_H_
#define AGENT_CLIENT_PCR_SELECTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "evidence/v1/evidence.pb.h"

#include "quote/tpm/quote.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

using PcrSelections = google::protobuf::RepeatedPtrField<v1::PcrSelection>;

// "sha256"; "algorithm 99" for a value that is no known bank.
std::string BankName(int algorithm);

// "sha256:0,1,2+sha384:7": banks with their PCRs (0 to 23), as tpm2-tools
// write them; "4-7" stands for 4,5,6,7. INVALID_ARGUMENT: another form, a bank
// or a PCR twice.
absl::StatusOr<std::vector<v1::PcrSelection>> ParsePcrSelection(
    absl::string_view text);

// The same as the quote has them. INVALID_ARGUMENT: an unknown bank or one that
// comes twice, no PCR, one over 23, or not ascending.
absl::StatusOr<std::vector<PcrBankSelection>> SelectionFromProto(
    const PcrSelections& selections);

// Ascending PCRs as "0-15, 17-22".
std::string PcrsText(std::span<const uint32_t> pcrs);
// "sha256:0-15,17-22+sha384:7", which ParsePcrSelection() takes; "the default"
// for none.
std::string SelectionText(const PcrSelections& selections);

}  // namespace evidenced

#endif  // AGENT_CLIENT_PCR_SELECTION_H_
