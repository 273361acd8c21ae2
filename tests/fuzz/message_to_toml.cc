#include "tests/fuzz/message_to_toml.h"

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "toml++/toml.h"

namespace evidenced {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

toml::table TableOf(const Message& message);

void PutField(const Message& message, const FieldDescriptor& field,
              toml::table& out) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      out.insert(field.name(), TableOf(reflection.GetMessage(message, &field)));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      out.insert(field.name(), reflection.GetString(message, &field));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      out.insert(field.name(), reflection.GetBool(message, &field));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      out.insert(field.name(), int64_t{reflection.GetUInt32(message, &field)});
      return;
    default:
      std::abort();  // a type that the configuration has not
  }
}

void PutList(const Message& message, const FieldDescriptor& field,
             toml::table& out) {
  const auto& reflection = *message.GetReflection();
  toml::array list;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      list.push_back(
          TableOf(reflection.GetRepeatedMessage(message, &field, i)));
    } else {
      list.push_back(reflection.GetRepeatedString(message, &field, i));
    }
  }
  out.insert(field.name(), std::move(list));
}

// The recursion is as deep as the schema.
toml::table TableOf(const Message& message) {
  toml::table out;
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.is_repeated()) {
      PutList(message, field, out);
    } else if (!field.has_optional_keyword() ||
               message.GetReflection()->HasField(message, &field)) {
      PutField(message, field, out);
    }
  }
  return out;
}

}  // namespace

std::string MessageToToml(const Message& message) {
  std::ostringstream out;
  out << TableOf(message);
  return std::move(out).str();
}

}  // namespace evidenced
