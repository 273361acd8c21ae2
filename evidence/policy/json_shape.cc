#include "evidence/policy/json_shape.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;
using Faults = std::vector<std::string>;

void CheckMessage(const std::string& path, const Json& value,
                  const Descriptor& descriptor, Faults& faults);

// Either spelling: the schema's, or protobuf's JSON name.
const FieldDescriptor* FindField(const Descriptor& descriptor,
                                 const std::string& key) {
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    if (field->name() == key || field->json_name() == key) return field;
  }
  return nullptr;
}

void Expect(const std::string& path, absl::string_view expected,
            const Json& value, Faults& faults) {
  constexpr size_t kShown = 40;
  // Text that is not UTF-8 does not get here: the dump cannot fail.
  faults.push_back(absl::StrFormat("%s: expected %s, found %s", path, expected,
                                   Printable(value.dump(), kShown)));
}

bool IsUint32(const Json& value) {
  return value.is_number_unsigned() &&
         value.get<uint64_t>() <= std::numeric_limits<uint32_t>::max();
}

bool IsEnum(const Json& value, const FieldDescriptor& field) {
  if (value.is_string()) {
    return field.enum_type()->FindValueByName(value.get<std::string>()) !=
           nullptr;
  }
  return IsUint32(value);
}

std::string EnumText(const FieldDescriptor& field) {
  std::string text = "one of";
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    absl::StrAppend(&text, i == 0 ? " " : ", ",
                    field.enum_type()->value(i)->name());
  }
  return text;
}

void CheckValue(const std::string& path, const Json& value,
                const FieldDescriptor& field, Faults& faults) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      CheckMessage(path, value, *field.message_type(), faults);
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      if (!value.is_string()) Expect(path, "a string", value, faults);
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_boolean()) Expect(path, "true or false", value, faults);
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      if (!IsUint32(value)) {
        Expect(path, "a number of 0 to 4294967295", value, faults);
      }
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (!IsEnum(value, field)) Expect(path, EnumText(field), value, faults);
      return;
    default:
      Expect(path, "a type that policies have", value, faults);
      return;
  }
}

void CheckField(const std::string& path, const Json& value,
                const FieldDescriptor& field, Faults& faults) {
  if (!field.is_repeated()) {
    CheckValue(path, value, field, faults);
    return;
  }
  if (!value.is_array()) {
    Expect(path, "a list", value, faults);
    return;
  }
  if (value.empty()) {
    Expect(path, "a list of one or more, or no such key", value, faults);
    return;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    CheckValue(absl::StrFormat("%s[%d]", path, i), value[i], field, faults);
  }
}

// The recursion is as deep as the schema.
void CheckMessage(const std::string& path, const Json& value,
                  const Descriptor& descriptor, Faults& faults) {
  if (!value.is_object()) {
    Expect(path.empty() ? "the policy" : path, "an object", value, faults);
    return;
  }
  for (const auto& [key, member] : value.items()) {
    const std::string inner =
        absl::StrCat(path, path.empty() ? "" : ".", Printable(key));
    const FieldDescriptor* field = FindField(descriptor, key);
    if (field == nullptr) {
      faults.push_back(
          absl::StrCat(inner, ": expected a known key, found this one"));
    } else {
      CheckField(inner, member, *field, faults);
    }
  }
}

}  // namespace

std::vector<std::string> ShapeFaults(absl::string_view json,
                                     const Descriptor& descriptor) {
  const Json value = Json::parse(json.begin(), json.end(), nullptr,
                                 /*allow_exceptions=*/false);
  if (value.is_discarded()) return {"expected JSON, found something else"};
  Faults faults;
  CheckMessage("", value, descriptor, faults);
  return faults;
}

}  // namespace evidenced
