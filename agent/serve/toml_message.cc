#include "agent/serve/toml_message.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/descriptor.h"
#include "toml++/toml.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string KeysOf(const google::protobuf::Descriptor& type) {
  std::string text = "one of";
  for (int i = 0; i < type.field_count(); ++i) {
    absl::StrAppend(&text, i == 0 ? " " : ", ", type.field(i)->name());
  }
  return text;
}

const char* TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

class Walker {
 public:
  Walker(absl::string_view file, std::vector<std::string>& faults)
      : file_(file), faults_(faults) {}

  KeyLines& lines() { return lines_; }

  void Fill(const toml::table& table, Message& message,
            const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = absl::StrCat(
          prefix, absl::string_view(name.str().data(), name.str().size()));
      const FieldDescriptor* field =
          message.GetDescriptor()->FindFieldByName(std::string(name.str()));
      if (field == nullptr) {
        Fault(node, key, KeysOf(*message.GetDescriptor()), "another key");
      } else if (field->is_repeated()) {
        FillList(node, *field, message, key);
      } else {
        Set(node, *field, message, key);
      }
    }
  }

 private:
  void Fault(const toml::node& node, absl::string_view key,
             absl::string_view expected, absl::string_view found) {
    faults_.push_back(absl::StrFormat("%s:%d: %s: expected %s, found %s", file_,
                                      node.source().begin.line, Printable(key),
                                      expected, found));
  }

  void NoteLine(const toml::node& node, const std::string& key) {
    lines_[key] = static_cast<int>(node.source().begin.line);
  }

  void FillList(const toml::node& node, const FieldDescriptor& field,
                Message& message, const std::string& key) {
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      Fault(node, key, "an array", TypeName(node));
      return;
    }
    NoteLine(node, key);
    message.GetReflection()->ClearField(&message, &field);
    size_t index = 0;
    for (const toml::node& item : *list) {
      Set(item, field, message, absl::StrCat(key, "[", index++, "]"));
    }
  }

  // Sets a single field, or adds to a repeated one.
  void Set(const toml::node& node, const FieldDescriptor& field,
           Message& message, const std::string& key) {
    NoteLine(node, key);
    const auto& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const toml::table* table = node.as_table();
        if (table == nullptr) {
          return Fault(node, key, "a table", TypeName(node));
        }
        Message* child = field.is_repeated()
                             ? reflection.AddMessage(&message, &field)
                             : reflection.MutableMessage(&message, &field);
        return Fill(*table, *child, absl::StrCat(key, "."));
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        const auto value = node.value_exact<std::string>();
        if (!value) return Fault(node, key, "a string", TypeName(node));
        return field.is_repeated()
                   ? reflection.AddString(&message, &field, *value)
                   : reflection.SetString(&message, &field, *value);
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        const auto value = node.value_exact<bool>();
        if (!value) return Fault(node, key, "true or false", TypeName(node));
        return reflection.SetBool(&message, &field, *value);
      }
      case FieldDescriptor::CPPTYPE_UINT32: {
        const auto value = node.value_exact<int64_t>();
        constexpr int64_t kMax = std::numeric_limits<uint32_t>::max();
        if (!value || *value < 0 || *value > kMax) {
          return Fault(node, key, "an integer of 0 to 4294967295",
                       value ? absl::StrCat(*value) : TypeName(node));
        }
        return reflection.SetUInt32(&message, &field,
                                    static_cast<uint32_t>(*value));
      }
      default:
        Fault(node, key, "a type that the schema uses", TypeName(node));
    }
  }

  absl::string_view file_;
  std::vector<std::string>& faults_;
  KeyLines lines_;
};

}  // namespace

KeyLines FillFromToml(absl::string_view toml, absl::string_view file,
                      Message& message, std::vector<std::string>& faults) {
  Walker walker(file, faults);
  try {
    const toml::table table =
        toml::parse(std::string_view(toml.data(), toml.size()));
    walker.Fill(table, message, "");
  } catch (const toml::parse_error& error) {
    const auto what = error.description();
    faults.push_back(absl::StrFormat(
        "%s:%d: expected TOML, found: %s", file, error.source().begin.line,
        Printable(absl::string_view(what.data(), what.size()))));
  }
  return std::move(walker.lines());
}

}  // namespace evidenced
