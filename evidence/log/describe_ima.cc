#include "evidence/log/describe_ima.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

struct Template {
  absl::string_view name;
  std::vector<absl::string_view> fields;
};

const std::vector<Template>& Templates() {
  static const auto* const kTemplates = new std::vector<Template>{
      {"ima-ng", {"d-ng", "n-ng"}},
      {"ima-sig", {"d-ng", "n-ng", "sig"}},
      {"ima-buf", {"d-ng", "n-ng", "buf"}},
      {"ima-modsig", {"d-ng", "n-ng", "sig", "d-modsig", "modsig"}},
      {"ima-ngv2", {"d-ngv2", "n-ng"}},
      {"ima-sigv2", {"d-ngv2", "n-ng", "sig"}},
  };
  return *kTemplates;
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
  if (kind == "d-ng" || kind == "d-ngv2" || kind == "d-modsig") {
    return DescribeDigest(field);
  }
  if (kind == "n-ng") return Printable(WithoutZeros(field), 1024);
  if (field.empty()) return "";
  return absl::StrFormat("%s of %d bytes", kind == "buf" ? "data" : "signature",
                         field.size());
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
  if (event.template_name == "ima") {
    out.meaning = DescribeLegacy(event.data);
  } else {
    const auto& all = Templates();
    const auto found = std::find_if(
        all.begin(), all.end(),
        [&event](const Template& t) { return t.name == event.template_name; });
    if (found == all.end()) {
      out.meaning = absl::StrFormat("%d bytes", event.data.size());
    } else {
      ByteReader in(event.data);
      for (const absl::string_view kind : found->fields) {
        const ByteView field = in.Take(in.Le<uint32_t>());
        if (!in.ok()) break;
        const std::string text = DescribeField(kind, field);
        if (text.empty()) continue;
        absl::StrAppend(&out.meaning, out.meaning.empty() ? "" : " ", text);
      }
      if (!in.Finish("template data").ok()) {
        absl::StrAppend(&out.meaning, " (malformed fields)");
      }
    }
  }
  if (event.violation) out.meaning = absl::StrCat("violation: ", out.meaning);
  return out;
}

}  // namespace evidenced
