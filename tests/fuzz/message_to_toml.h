#ifndef TESTS_FUZZ_MESSAGE_TO_TOML_H_
#define TESTS_FUZZ_MESSAGE_TO_TOML_H_

#include <string>

#include "google/protobuf/message.h"

namespace evidenced {

// `message` as TOML that FillFromToml() reads: every field by its name, but for
// an optional one that is not set. Messages of strings, truth values, 32-bit
// numbers and messages only.
std::string MessageToToml(const google::protobuf::Message& message);

}  // namespace evidenced

#endif  // TESTS_FUZZ_MESSAGE_TO_TOML_H_
