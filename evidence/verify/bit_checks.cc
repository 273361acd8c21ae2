#include "evidence/verify/bit_checks.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/message.h"

#include "evidence/verify/add_check.h"
#include "quote/snp/report_bits.h"
#include "quote/tdx/td_bits.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Each gives whoever runs the host the guest's memory, or tells him what the
// guest does.
bool ForbiddenByDefault(const FieldDescriptor& field) {
  const std::string& name = field.name();
  if (field.containing_type() == v1::SnpGuestPolicyBits::descriptor()) {
    return name == "debug" || name == "migrate_ma";
  }
  return field.containing_type() == v1::TdxAttributeBits::descriptor() &&
         (name == "debug" || name == "hgs_plus_prof" || name == "perf_prof" ||
          name == "pmt_prof" || name == "migratable");
}

struct Demand {
  int rule = v1::ANY;  // enums of proto3 are open, so any number can come
  absl::string_view remark;
};

// Of a bit that the schema has no field for, nothing is demanded.
Demand DemandFor(const Message& rules, absl::string_view bit) {
  const FieldDescriptor* field =
      rules.GetDescriptor()->FindFieldByName(std::string(bit));
  if (field == nullptr) return {};
  const int rule = rules.GetReflection()->GetEnumValue(rules, field);
  if (rule != v1::BIT_RULE_UNSPECIFIED) return {.rule = rule, .remark = ""};
  if (!ForbiddenByDefault(*field)) return {};
  return {.rule = v1::FORBID, .remark = " (default)"};
}

// `Bits`: of SnpBit or of TdBit.
template <typename Bits>
void CheckBits(absl::string_view name, uint64_t value, uint64_t unnamed,
               const Bits& bits, const Message& rules, Checks& checks) {
  std::vector<std::string> others;
  for (const auto& bit : bits) {
    const bool set = HasBit(value, bit);
    const Demand demand = DemandFor(rules, bit.name);
    if (demand.rule == v1::ANY) {
      if (set) others.emplace_back(bit.name);
      continue;
    }
    const bool required = demand.rule == v1::REQUIRE;
    const bool known = required || demand.rule == v1::FORBID;
    AddCheck(checks, absl::StrCat(name, "/", bit.name),
             PassIf(known && set == required),
             absl::StrCat(known ? (required ? "set" : "not set")
                                : "a rule that is known",
                          demand.remark),
             set ? "set" : "not set");
  }
  if (unnamed != 0) {
    others.push_back(absl::StrFormat("bits without a name 0x%x", unnamed));
  }
  AddCheck(checks, name, Outcome::kNotChecked, "any other bit (default)",
           others.empty() ? "none is set" : absl::StrJoin(others, ", "));
}

}  // namespace

void CheckGuestPolicy(uint64_t policy, const v1::SnpGuestPolicyBits& rules,
                      Checks& checks) {
  CheckBits("policy/snp/guest-policy", policy,
            UnnamedBits(policy, kSnpPolicyBits) & ~kSnpPolicyAbi,
            kSnpPolicyBits, rules, checks);
}

void CheckPlatformInfo(uint64_t platform_info, const v1::SnpPlatformBits& rules,
                       Checks& checks) {
  CheckBits("policy/snp/platform-info", platform_info,
            UnnamedBits(platform_info, kSnpPlatformBits), kSnpPlatformBits,
            rules, checks);
}

void CheckTdAttributes(uint64_t attributes, const v1::TdxAttributeBits& rules,
                       Checks& checks) {
  const uint64_t unnamed = UnnamedBits(attributes, kTdAttributes);
  const uint64_t debug = unnamed & kTdUnderDebug;
  AddCheck(checks, "policy/tdx/attributes/unnamed_debug", PassIf(debug == 0),
           "not set (default)",
           debug == 0 ? "not set" : absl::StrFormat("0x%x", debug));
  CheckBits("policy/tdx/attributes", attributes, unnamed & ~kTdUnderDebug,
            kTdAttributes, rules, checks);
}

void CheckTdXfam(uint64_t xfam, const v1::TdxXfamBits& rules, Checks& checks) {
  CheckBits("policy/tdx/xfam", xfam, UnnamedBits(xfam, kTdXfam), kTdXfam, rules,
            checks);
}

}  // namespace evidenced
