#include "evidence/verify/appraise_tdx.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/add_check.h"
#include "evidence/verify/bit_checks.h"
#include "evidence/verify/tdx_rtmr_checks.h"
#include "evidence/verify/tdx_tcb_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kZeros = "all zeros (default)";

std::string Name(absl::string_view rule) {
  return absl::StrCat("policy/tdx/", rule);
}

bool IsZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

// Intel's own modules have no signer.
void CheckModuleSigner(const TdxFacts& facts, const v1::TdxPolicy& policy,
                       Checks& checks) {
  const TextList& signers = policy.mrsigner_seams();
  const Bytes& found = facts.body.mrsigner_seam;
  AddCheck(checks, Name("mrsigner-seam"),
           PassIf(signers.empty() ? IsZero(found) : ListsBytes(signers, found)),
           signers.empty() ? std::string(kZeros) : OneOf(signers), Hex(found));
}

// Bit 0 is a module under debug, and no module in use has another. TCB info
// says so, too, but need not be there.
void CheckModuleAttributes(const TdxFacts& facts, Checks& checks) {
  const uint64_t found = facts.body.seam_attributes;
  AddCheck(checks, Name("seam-attributes"), PassIf(found == 0),
           "0: a TDX module in production", absl::StrFormat("0x%016x", found));
}

// What is not shown meets no list, and leaves the default open: nothing but a
// migration TD does harm, and then the TD says of itself that it may be
// migrated.
void CheckServiceTd(const TdxFacts& facts, const v1::TdxPolicy& policy,
                    Checks& checks) {
  const TextList& accepted = policy.mr_service_tds();
  const Bytes& found = facts.body.mr_service_td;
  const std::string expected =
      accepted.empty() ? std::string(kZeros) : OneOf(accepted);
  if (found.empty()) {
    AddCheck(checks, Name("mr-service-td"),
             accepted.empty() ? Outcome::kNotChecked : Outcome::kFail, expected,
             "not known: a body of TD 1.0 does not show it");
    return;
  }
  AddCheck(
      checks, Name("mr-service-td"),
      PassIf(accepted.empty() ? IsZero(found) : ListsBytes(accepted, found)),
      expected, Hex(found));
}

void CheckFmspcRule(const TdxFacts& facts, const v1::TdxPolicy& policy,
                    Checks& checks) {
  if (facts.pck != nullptr) {
    CheckBytes(Name("fmspc"), policy.fmspcs(), facts.pck->fmspc, checks);
    return;
  }
  const bool any = policy.fmspcs().empty();
  AddCheck(checks, Name("fmspc"), any ? Outcome::kNotChecked : Outcome::kFail,
           any ? std::string(kAnyByDefault) : OneOf(policy.fmspcs()),
           "not known");
}

void CheckPlatform(const TdxFacts& facts, const v1::TdxPolicy& policy,
                   Checks& checks) {
  const Bytes id =
      facts.pck == nullptr ? Bytes() : facts.pck->platform_instance_id;
  std::string found = id.empty() ? "none: a platform without one" : Hex(id);
  if (facts.pck == nullptr) found = "not known";
  const TextList& accepted = policy.platform_instance_ids();
  if (accepted.empty()) {
    AddCheck(checks, Name("platform-instance-id"), Outcome::kNotChecked,
             kAnyByDefault, found);
  } else {
    AddCheck(checks, Name("platform-instance-id"),
             PassIf(!id.empty() && ListsBytes(accepted, id)), OneOf(accepted),
             found);
  }
  const TextList& denied = policy.deny_platform_instance_ids();
  if (denied.empty()) return;
  AddCheck(checks, Name("deny-platform-instance-id"),
           PassIf(!id.empty() && !ListsBytes(denied, id)),
           absl::StrCat("none of ", OneOf(denied)), found);
}

}  // namespace

TdxFacts FactsOf(const VerifiedTdxQuote& verified) {
  TdxFacts facts{.body = verified.body()};
  facts.pck = &verified.pck().pck().extensions;
  if (verified.pck().crls().has_value()) {
    facts.crl = verified.pck().dates_checked() ? CollateralState::kCurrent
                                               : CollateralState::kDatesUnknown;
  }
  return facts;
}

void AppraiseTdx(const TdxFacts& facts, const v1::TdxPolicy& policy,
                 Checks& checks) {
  const TdBody& body = facts.body;
  CheckBytes(Name("mr-td"), policy.mr_tds(), body.td.mr_td, checks);
  CheckRtmrRules(facts, policy, checks);
  CheckBytes(Name("mr-config-id"), policy.mr_config_ids(), body.td.mr_config_id,
             checks);
  CheckBytes(Name("mr-owner"), policy.mr_owners(), body.td.mr_owner, checks);
  CheckBytes(Name("mr-owner-config"), policy.mr_owner_configs(),
             body.td.mr_owner_config, checks);
  CheckBytes(Name("mr-seam"), policy.mr_seams(), body.mr_seam, checks);
  CheckModuleSigner(facts, policy, checks);
  CheckModuleAttributes(facts, checks);
  CheckServiceTd(facts, policy, checks);
  CheckTdAttributes(body.td.td_attributes, policy.attributes(), checks);
  CheckTdXfam(body.td.xfam, policy.xfam(), checks);
  CheckTcbRules(facts, policy, checks);
  CheckFmspcRule(facts, policy, checks);
  CheckPlatform(facts, policy, checks);
  if (policy.require_crl()) {
    RequireCrl(Name("crl"), facts.crl, checks);
  } else {
    ShowCrl(Name("crl"), facts.crl, checks);
  }
}

}  // namespace evidenced
