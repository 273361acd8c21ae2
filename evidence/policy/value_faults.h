#ifndef EVIDENCE_POLICY_VALUE_FAULTS_H_
#define EVIDENCE_POLICY_VALUE_FAULTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"

namespace evidenced {

using PolicyFaults = std::vector<std::string>;
using PolicyTexts = google::protobuf::RepeatedPtrField<std::string>;

// Each adds what of the list or message `key` is out of its range, with key,
// expected and found.

// Every value `size` bytes in hexadecimal.
void AddHexFaults(absl::string_view key, const PolicyTexts& values, size_t size,
                  PolicyFaults& faults);

// No value twice, whichever the case of its digits.
void AddTwiceFaults(absl::string_view key, const PolicyTexts& values,
                    PolicyFaults& faults);

// `rules`: a message of BitRules alone.
void AddBitFaults(absl::string_view key, const google::protobuf::Message& rules,
                  PolicyFaults& faults);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_VALUE_FAULTS_H_
