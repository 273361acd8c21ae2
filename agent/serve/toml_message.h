#ifndef AGENT_SERVE_TOML_MESSAGE_H_
#define AGENT_SERVE_TOML_MESSAGE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace evidenced {

// Where each key that was read stands: "listen.unix", "role[1].uri" -> line.
using KeyLines = std::map<std::string, int>;

// Sets the fields of `message` from TOML, each key by the field's name; a list
// replaces what `message` holds. Every fault is a line in `faults`:
// "FILE:LINE: KEY: expected ..., found ...".
KeyLines FillFromToml(absl::string_view toml, absl::string_view file,
                      google::protobuf::Message& message,
                      std::vector<std::string>& faults);

}  // namespace evidenced

#endif  // AGENT_SERVE_TOML_MESSAGE_H_
