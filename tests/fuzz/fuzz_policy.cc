// A policy that is accepted holds known keys only, each once, whichever way it
// is spelled; it says the same when it is written and read again, and names
// who may sign, with rules for SNP reports and TDX quotes where those may. With
// one more key it is refused. Twice gives the same answer. It accepts no report
// or quote of a guest that may be debugged or migrated unless it says so.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"

#include "evidence/policy/policy.h"
#include "evidence/verify/appraise_snp.h"
#include "evidence/verify/appraise_tdx.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ParsePolicy;
using evidenced::Require;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;

// How many members the objects have. A key that comes twice is one member.
size_t CountMembers(const Json& value) {
  size_t count = value.is_object() ? value.size() : 0;
  for (const Json& inner : value) {
    if (inner.is_structured()) count += CountMembers(inner);
  }
  return count;
}

// Every key is a field of the schema, no two are the same field, and no list is
// empty.
void CheckKeys(const Json& object, const Descriptor& descriptor) {
  Require(object.is_object());
  std::set<int> seen;
  for (const auto& [key, value] : object.items()) {
    const FieldDescriptor* field = descriptor.FindFieldByName(key);
    if (field == nullptr) field = descriptor.FindFieldByCamelcaseName(key);
    Require(field != nullptr && seen.insert(field->number()).second);
    Require(!field->is_repeated() || !value.empty());
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      CheckKeys(value, *field->message_type());
      continue;
    }
    for (const Json& item : value) CheckKeys(item, *field->message_type());
  }
}

void CheckText(const std::string& json) {
  size_t keys = 0;
  const auto count = [&keys](int, Json::parse_event_t event, const Json&) {
    if (event == Json::parse_event_t::key) ++keys;
    return true;
  };
  const Json value = Json::parse(json, count);
  Require(keys == CountMembers(value));
  CheckKeys(value, *evidence::v1::AppraisalPolicy::descriptor());
}

// Accepted text is an object; a member more is an unknown or a second one.
void CheckMore(const std::string& json) {
  const size_t open = json.find('{');
  Require(open != std::string::npos);
  for (const char* member : {R"("x": 1,)", R"("accept_signers": ["tpm"],)",
                             R"("acceptSigners": ["tpm"],)"}) {
    Require(!ParsePolicy(absl::StrCat(json.substr(0, open + 1), member,
                                      json.substr(open + 1)))
                 .ok());
  }
}

bool Fails(const evidenced::Checks& checks, const std::string& name) {
  return std::any_of(
      checks.begin(), checks.end(), [&name](const evidenced::Check& check) {
        return check.name == name && check.outcome == evidenced::Outcome::kFail;
      });
}

bool Allows(evidence::v1::BitRule rule) {
  return rule == evidence::v1::ANY || rule == evidence::v1::REQUIRE;
}

// Each bit is forbidden unless its rule says otherwise.
void CheckForbidden(const evidence::v1::SnpPolicy& policy) {
  const auto fails = [&policy](uint64_t bits, absl::string_view name) {
    evidenced::SnpReport report;
    report.policy = bits;
    evidenced::Checks checks;
    evidenced::AppraiseSnp({.report = report, .product = std::nullopt}, policy,
                           checks);
    return Fails(checks, absl::StrCat("policy/snp/guest-policy/", name));
  };
  constexpr uint64_t kMigrateMa = uint64_t{1} << 18;
  constexpr uint64_t kDebug = uint64_t{1} << 19;
  const auto& bits = policy.guest_policy();
  Require(fails(kDebug, "debug") != Allows(bits.debug()));
  Require(fails(kMigrateMa, "migrate_ma") != Allows(bits.migrate_ma()));
}

void CheckForbidden(const evidence::v1::TdxPolicy& policy) {
  const auto fails = [&policy](uint64_t bits, absl::string_view name) {
    evidenced::TdBody body;
    body.td.td_attributes = bits;
    evidenced::Checks checks;
    evidenced::AppraiseTdx({.body = body}, policy, checks);
    return Fails(checks, absl::StrCat("policy/tdx/attributes/", name));
  };
  const auto& bits = policy.attributes();
  Require(fails(1, "debug") != Allows(bits.debug()));
  Require(fails(uint64_t{1} << 29, "migratable") != Allows(bits.migratable()));
  Require(fails(2, "unnamed_debug"));
}

bool Accepts(const evidence::v1::AppraisalPolicy& policy,
             absl::string_view signer) {
  const auto& signers = policy.accept_signers();
  return std::find(signers.begin(), signers.end(), signer) != signers.end();
}

void CheckSigners(const evidence::v1::AppraisalPolicy& policy) {
  Require(policy.has_snp() == Accepts(policy, "snp"));
  Require(policy.has_tdx() == Accepts(policy, "tdx"));
  if (policy.has_snp()) {
    Require(!policy.snp().products().empty());
    CheckForbidden(policy.snp());
  }
  if (policy.has_tdx()) {
    CheckForbidden(policy.tdx());
    Require(!policy.tdx().mr_tds().empty() ||
            (policy.tdx().rtmrs().empty() && !policy.require_secure_boot()));
  }
  const bool td_alone = policy.has_tdx() && policy.accept_signers_size() == 1;
  if (!policy.pcrs().empty() || (policy.require_secure_boot() && !td_alone)) {
    Require(policy.has_ak());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string json = evidenced::ToString(evidenced::ByteView(data, size));
  const auto policy = ParsePolicy(json);
  const auto twice = ParsePolicy(json);
  Require(policy.status() == twice.status());
  if (!policy.ok()) {
    Require(evidenced::IsPrintable(policy.status().message()));
    return 0;
  }
  Require(policy->SerializeAsString() == twice->SerializeAsString());
  Require(!policy->accept_signers().empty());
  CheckSigners(*policy);
  CheckText(json);
  CheckMore(json);
  const auto again = ParsePolicy(evidenced::PolicyToJson(*policy));
  Require(again.ok() &&
          again->SerializeAsString() == policy->SerializeAsString());
  return 0;
}
