#include "evidence/verify/snp_product_checks.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/add_check.h"
#include "quote/base/bytes.h"
#include "quote/snp/tcb.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

std::string Name(absl::string_view rule) {
  return absl::StrCat("policy/snp/", rule);
}

const v1::SnpProductRule* FindProduct(const SnpFacts& facts,
                                      const v1::SnpPolicy& policy) {
  if (!facts.product.has_value()) return nullptr;
  for (const v1::SnpProductRule& rule : policy.products()) {
    if (rule.product() == SnpProductName(*facts.product)) return &rule;
  }
  return nullptr;
}

void CheckProduct(const SnpFacts& facts, const v1::SnpPolicy& policy,
                  Checks& checks) {
  const std::string expected =
      absl::StrJoin(policy.products(), " or ",
                    [](std::string* out, const v1::SnpProductRule& rule) {
                      absl::StrAppend(out, Printable(rule.product()));
                    });
  AddCheck(
      checks, Name("product"), PassIf(FindProduct(facts, policy) != nullptr),
      expected.empty() ? "a product that the policy names; it names none"
                       : expected,
      facts.product.has_value() ? SnpProductName(*facts.product) : "not known");
}

// One component of a TCB version.
struct Component {
  absl::string_view name;
  uint32_t least = 0;
  uint32_t found = 0;
};

// Component by component, as SnpTcb is ordered.
void CheckMinimum(absl::string_view rule, const v1::SnpTcbMinimum& least,
                  const SnpTcb& found, Checks& checks) {
  const std::array<Component, 5> components = {{
      {"FMC", least.fmc(), found.fmc().value_or(0)},
      {"boot loader", least.boot_loader(), found.boot_loader()},
      {"TEE", least.tee(), found.tee()},
      {"SNP", least.snp(), found.snp()},
      {"microcode", least.microcode(), found.microcode()},
  }};
  std::vector<std::string> wanted;
  std::vector<std::string> lower;
  for (const Component& component : components) {
    if (component.least == 0) continue;
    wanted.push_back(absl::StrFormat("%s %d", component.name, component.least));
    if (component.found < component.least) {
      lower.emplace_back(component.name);
    }
  }
  AddCheck(checks, Name(rule), PassIf(lower.empty()),
           wanted.empty()
               ? "at least 0 in each component"
               : absl::StrCat("at least ", absl::StrJoin(wanted, ", ")),
           lower.empty() ? found.Text()
                         : absl::StrCat(found.Text(), "; lower in ",
                                        absl::StrJoin(lower, ", ")));
}

void CheckTcbs(const SnpFacts& facts, const v1::SnpPolicy& policy,
               Checks& checks) {
  const v1::SnpProductRule none;
  const v1::SnpProductRule* found = FindProduct(facts, policy);
  const v1::SnpProductRule& rule = found == nullptr ? none : *found;
  const SnpReport& report = facts.report;
  const auto check = [&](absl::string_view name, bool set,
                         const v1::SnpTcbMinimum& least, uint64_t raw) {
    const SnpTcb tcb(raw, facts.product.value_or(SnpProduct::kMilan));
    if (set) {
      CheckMinimum(name, least, tcb, checks);
    } else {
      AddCheck(checks, Name(name), Outcome::kNotChecked,
               found == nullptr ? "no rule for this product" : "any (default)",
               tcb.Text());
    }
  };
  check("min-reported-tcb", rule.has_min_reported_tcb(),
        rule.min_reported_tcb(), report.reported_tcb);
  check("min-current-tcb", rule.has_min_current_tcb(), rule.min_current_tcb(),
        report.current_tcb);
  check("min-committed-tcb", rule.has_min_committed_tcb(),
        rule.min_committed_tcb(), report.committed_tcb);
  check("min-launch-tcb", rule.has_min_launch_tcb(), rule.min_launch_tcb(),
        report.launch_tcb);
}

}  // namespace

void CheckProductRules(const SnpFacts& facts, const v1::SnpPolicy& policy,
                       Checks& checks) {
  CheckProduct(facts, policy, checks);
  CheckTcbs(facts, policy, checks);
}

}  // namespace evidenced
