#include "evidence/log/describe_ima.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

struct Template {
  absl::string_view name;
  absl::string_view fields;
};

constexpr Template kTemplates[] = {
    {"ima-ng", "d-ng|n-ng"},
    {"ima-sig", "d-ng|n-ng|sig"},
    {"ima-buf", "d-ng|n-ng|buf"},
    {"ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig"},
    {"ima-ngv2", "d-ngv2|n-ng"},
    {"ima-sigv2", "d-ngv2|n-ng|sig"},
    {"evm-sig",
     "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"},
};

// A template that the kernel's command line defines has its fields for a name.
absl::string_view FieldsOf(absl::string_view name) {
  if (absl::StrContains(name, '|')) return name;
  for (const Template& known : kTemplates) {
    if (known.name == name) return known.fields;
  }
  return "";
}

std::string WithoutZeros(ByteView field) {
  std::string text = ToString(field);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

// "sha256:" and a zero, then the digest; version 2 has "ima:" or "verity:"
// before it.
std::string DescribeDigest(ByteView field) {
  const auto zero = std::find(field.begin(), field.end(), 0);
  if (zero == field.end()) return Hex(field);
  const auto prefix = static_cast<size_t>(zero - field.begin());
  return absl::StrCat(Printable(ToString(field.first(prefix))),
                      Hex(field.subspan(prefix + 1)));
}

std::string DescribeField(absl::string_view kind, ByteView field) {
  if (kind == "d" || kind == "d-ng" || kind == "d-ngv2" || kind == "d-modsig") {
    return DescribeDigest(field);
  }
  if (kind == "n" || kind == "n-ng") {
    return Printable(WithoutZeros(field), 1024);
  }
  if (field.empty()) return "";
  if (kind == "sig" || kind == "modsig" || kind == "evmsig") {
    return absl::StrFormat("signature of %d bytes", field.size());
  }
  return absl::StrFormat("%s of %d bytes", kind == "buf" ? "data" : kind,
                         field.size());
}

std::string DescribeFields(absl::string_view fields, ByteView data) {
  ByteReader in(data);
  std::string text;
  for (const absl::string_view kind : absl::StrSplit(fields, '|')) {
    const ByteView field = in.Take(in.Le<uint32_t>());
    if (!in.ok()) break;
    const std::string words = DescribeField(Printable(kind), field);
    if (words.empty()) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", words);
  }
  if (!in.Finish("template data").ok()) {
    absl::StrAppend(&text, " (malformed fields)");
  }
  return text;
}

std::string DescribeLegacy(ByteView data) {
  ByteReader in(data);
  const ByteView digest = in.Take(20);
  const ByteView path = in.Take(in.Le<uint32_t>());
  return absl::StrCat("sha1:", Hex(digest), " ",
                      Printable(WithoutZeros(path), 1024));
}

}  // namespace

EventDescription DescribeImaEntry(const LogEvent& event) {
  EventDescription out;
  out.type = Printable(event.template_name);
  out.data_covered = !event.violation;
  const absl::string_view fields = FieldsOf(event.template_name);
  if (event.template_name == "ima") {
    out.meaning = DescribeLegacy(event.data);
  } else if (fields.empty()) {
    out.meaning = absl::StrFormat("%d bytes", event.data.size());
  } else {
    out.meaning = DescribeFields(fields, event.data);
  }
  if (event.violation) out.meaning = absl::StrCat("violation: ", out.meaning);
  return out;
}

}  // namespace evidenced
