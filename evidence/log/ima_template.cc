#include "evidence/log/ima_template.h"

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace evidenced {
namespace {

struct Template {
  absl::string_view name;
  absl::string_view fields;
};

// The last two are of a patch for containers, in use but not in Linux.
constexpr Template kTemplates[] = {
    {"ima-ng", "d-ng|n-ng"},
    {"ima-sig", "d-ng|n-ng|sig"},
    {"ima-buf", "d-ng|n-ng|buf"},
    {"ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig"},
    {"ima-ngv2", "d-ngv2|n-ng"},
    {"ima-sigv2", "d-ngv2|n-ng|sig"},
    {"evm-sig",
     "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"},
    {"ima-dep-cgn", "dep|cgn|d-ng|n-ng"},
    {"ima-cgpath", "dep|cg-path|d-ng|n-ng"},
};

constexpr ImaField kFields[] = {
    {"d", ImaFieldKind::kDigest},
    {"d-ng", ImaFieldKind::kDigest},
    {"d-ngv2", ImaFieldKind::kDigest},
    {"d-modsig", ImaFieldKind::kDigest},
    {"n", ImaFieldKind::kPath},
    {"n-ng", ImaFieldKind::kPath},
    {"xattrnames", ImaFieldKind::kString},
    {"dep", ImaFieldKind::kString},
    {"cgn", ImaFieldKind::kString},
    {"cg-path", ImaFieldKind::kString},
    {"sig", ImaFieldKind::kHex},
    {"modsig", ImaFieldKind::kHex},
    {"evmsig", ImaFieldKind::kHex},
    {"buf", ImaFieldKind::kHex},
    {"xattrlengths", ImaFieldKind::kHex},
    {"xattrvalues", ImaFieldKind::kHex},
    {"iuid", ImaFieldKind::kUint32},
    {"igid", ImaFieldKind::kUint32},
    {"imode", ImaFieldKind::kUint16},
};

ImaFieldKind KindOf(absl::string_view name) {
  for (const ImaField& field : kFields) {
    if (field.name == name) return field.kind;
  }
  return ImaFieldKind::kUnknown;
}

}  // namespace

ImaFields ImaTemplateFields(absl::string_view name) {
  absl::string_view format = name;
  for (const Template& known : kTemplates) {
    if (known.name == name) format = known.fields;
  }
  // A name that is neither a template nor a list of fields.
  if (format == name && !absl::StrContains(name, '|') &&
      KindOf(name) == ImaFieldKind::kUnknown) {
    return {};
  }
  ImaFields fields;
  for (const absl::string_view field : absl::StrSplit(format, '|')) {
    fields.push_back({field, KindOf(field)});
  }
  return fields;
}

}  // namespace evidenced
