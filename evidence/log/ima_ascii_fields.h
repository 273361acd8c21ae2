#ifndef EVIDENCE_LOG_IMA_ASCII_FIELDS_H_
#define EVIDENCE_LOG_IMA_ASCII_FIELDS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// The template data of an entry of an ASCII IMA list, as it stands in a binary
// list, from what follows the template's name in its line. nullopt: nobody here
// knows the template. INVALID_ARGUMENT: the text is not that of the template;
// the message is what was expected.
absl::StatusOr<std::optional<Bytes>> ImaDataFromText(
    absl::string_view template_name, absl::string_view text);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_IMA_ASCII_FIELDS_H_
