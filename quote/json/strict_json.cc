#include "quote/json/strict_json.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxDepth = 16;

// protobuf's rule from a field name to its JSON name.
std::string CamelCase(const std::string& name) {
  std::string out;
  bool raise = false;
  for (const char c : name) {
    if (c == '_') {
      raise = true;
      continue;
    }
    out.push_back(raise ? absl::ascii_toupper(static_cast<unsigned char>(c))
                        : c);
    raise = false;
  }
  return out;
}

class StrictSax : public nlohmann::json_sax<Json> {
 public:
  explicit StrictSax(Nulls nulls) : nulls_(nulls) {}

  bool null() override {
    return nulls_ == Nulls::kTaken || Fail("expected a value, found null");
  }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return Fail("expected text"); }
  bool start_object(size_t) override {
    keys_.emplace_back();
    return CheckDepth();
  }
  bool end_object() override {
    keys_.pop_back();
    return true;
  }
  bool start_array(size_t) override {
    keys_.emplace_back();
    return CheckDepth();
  }
  bool end_array() override {
    keys_.pop_back();
    return true;
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(CamelCase(name)).second) return true;
    return Fail(absl::StrFormat("expected each key once, found \"%s\" twice",
                                Printable(name)));
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Fail(absl::StrFormat(
        "expected JSON, found something else at offset %d", position));
  }

  const std::string& error() const { return error_; }

 private:
  bool CheckDepth() {
    if (keys_.size() <= kMaxDepth) return true;
    return Fail(
        absl::StrFormat("expected at most %d levels, found more", kMaxDepth));
  }
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  Nulls nulls_;
  std::vector<std::set<std::string>> keys_;
  std::string error_;
};

}  // namespace

absl::Status CheckStrictJson(absl::string_view json, Nulls nulls) {
  // nlohmann takes a zero byte as the end, and would leave what follows to the
  // next parser.
  if (const size_t zero = json.find('\0'); zero != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected JSON, found a zero byte at offset %d", zero));
  }
  StrictSax sax(nulls);
  if (Json::sax_parse(json.begin(), json.end(), &sax)) return absl::OkStatus();
  return absl::InvalidArgumentError(sax.error().empty()
                                        ? "expected JSON, found something else"
                                        : sax.error());
}

}  // namespace evidenced
