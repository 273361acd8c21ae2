#ifndef EVIDENCE_POLICY_JSON_SHAPE_H_
#define EVIDENCE_POLICY_JSON_SHAPE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace evidenced {

// What in `json`, which CheckStrictJson() takes, is not a message of
// `descriptor` in proto3 JSON form: unknown keys, values of another type, and
// empty lists.
// Stricter than protobuf, which reads "no" as false and "7" as 7: a number is
// a number, a truth value true or false, an enum one of its names or a number.
// An empty list would be the same as none, which demands nothing, to those that
// read the message: whoever wrote it may have meant that no value will do.
// Each fault has the key's path, expected and found.
std::vector<std::string> ShapeFaults(
    absl::string_view json, const google::protobuf::Descriptor& descriptor);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_JSON_SHAPE_H_
