#include "evidence/verify/snp_bit_checks.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/message.h"

#include "evidence/verify/add_check.h"
#include "quote/snp/report_bits.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Either gives whoever runs the host the guest's memory.
bool ForbiddenByDefault(const FieldDescriptor& field) {
  return field.containing_type() == v1::SnpGuestPolicyBits::descriptor() &&
         (field.name() == "debug" || field.name() == "migrate_ma");
}

struct Demand {
  int rule = v1::ANY;  // enums of proto3 are open, so any number can come
  absl::string_view remark;
};

// Of a bit that the schema has no field for, nothing is demanded.
Demand DemandFor(const Message& rules, const SnpBit& bit) {
  const FieldDescriptor* field =
      rules.GetDescriptor()->FindFieldByName(std::string(bit.name));
  if (field == nullptr) return {};
  const int rule = rules.GetReflection()->GetEnumValue(rules, field);
  if (rule != v1::SNP_BIT_RULE_UNSPECIFIED) return {.rule = rule, .remark = ""};
  if (!ForbiddenByDefault(*field)) return {};
  return {.rule = v1::FORBID, .remark = " (default)"};
}

template <size_t kCount>
void CheckBits(absl::string_view name, uint64_t value, uint64_t unnamed,
               const std::array<SnpBit, kCount>& bits, const Message& rules,
               Checks& checks) {
  std::vector<std::string> others;
  for (const SnpBit& bit : bits) {
    const bool set = HasBit(value, bit);
    const Demand demand = DemandFor(rules, bit);
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

}  // namespace evidenced
