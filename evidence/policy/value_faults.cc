#include "evidence/policy/value_faults.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

#include "evidence/v1/policy.pb.h"

#include "quote/base/bytes.h"

namespace evidenced {

namespace v1 = ::evidence::v1;

void AddHexFaults(absl::string_view key, const PolicyTexts& values, size_t size,
                  PolicyFaults& faults) {
  for (int i = 0; i < values.size(); ++i) {
    const auto bytes = FromHex(values[i]);
    if (bytes.ok() && bytes->size() == size) continue;
    faults.push_back(
        absl::StrFormat("%s[%d]: expected %d hexadecimal digits, found \"%s\"",
                        key, i, size * 2, Printable(values[i])));
  }
}

void AddTwiceFaults(absl::string_view key, const PolicyTexts& values,
                    PolicyFaults& faults) {
  std::set<std::string> seen;
  for (const std::string& value : values) {
    if (seen.insert(absl::AsciiStrToLower(value)).second) continue;
    faults.push_back(absl::StrFormat("%s: expected each once, found %s twice",
                                     key, Printable(value)));
  }
}

// Enums of proto3 are open, so any number can come.
void AddBitFaults(absl::string_view key, const google::protobuf::Message& rules,
                  PolicyFaults& faults) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  rules.GetReflection()->ListFields(rules, &set);
  for (const auto* field : set) {
    const int rule = rules.GetReflection()->GetEnumValue(rules, field);
    if (v1::BitRule_IsValid(rule)) continue;
    faults.push_back(
        absl::StrFormat("%s.%s: expected REQUIRE, FORBID or ANY, found %d", key,
                        field->name(), rule));
  }
}

}  // namespace evidenced
