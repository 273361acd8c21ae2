#include "evidence/verify/appraise_tdx.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/tdx/td_bits.h"
#include "tests/evidence/verify/appraise_tdx_fixture.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Bytes& Event(size_t index) {
  static const auto* const kEvents =
      new std::vector<Bytes>{Bytes(48, 0xe0), Bytes(48, 0xe1), Bytes(48, 0xe2)};
  return kEvents->at(index);
}

// All that policies read: a body of TD 1.5 with a service TD, and a log that
// replays to RTMR 1.
Known FullyKnown() {
  TdxAttester attester = Td15Attester();
  attester.spec.td.mr_service_td = Bytes(48, 0x5d);
  Known known(attester);
  known.rtmr_events[1] = std::vector<Bytes>{Event(0), Event(1)};
  return known;
}

// A policy that demands everything that this has.
v1::TdxPolicy FullPolicy(const Known& known) {
  const TdBody& body = known.quote.body();
  v1::TdxPolicy policy;
  policy.add_mr_tds(Hex(body.td.mr_td));
  for (uint32_t i = 0; i < kTdRtmrs; ++i) {
    v1::TdxRtmrRule* rule = policy.add_rtmrs();
    rule->set_index(i);
    rule->add_values(Hex(body.td.rtmr.at(i)));
  }
  policy.mutable_rtmrs(1)->add_required_events(Hex(Event(1)));
  policy.mutable_rtmrs(1)->add_allowed_events(Hex(Event(0)));
  policy.mutable_rtmrs(1)->add_allowed_events(Hex(Event(1)));
  policy.add_mr_config_ids(Hex(body.td.mr_config_id));
  policy.add_mr_owners(Hex(body.td.mr_owner));
  policy.add_mr_owner_configs(Hex(body.td.mr_owner_config));
  policy.add_mr_seams(Hex(body.mr_seam));
  policy.add_mrsigner_seams(Hex(body.mrsigner_seam));
  policy.add_mr_service_tds(Hex(body.mr_service_td));
  policy.mutable_attributes()->set_sept_ve_disable(v1::REQUIRE);
  policy.mutable_attributes()->set_perfmon(v1::FORBID);
  policy.mutable_xfam()->set_avx(v1::REQUIRE);
  policy.mutable_xfam()->set_uintr(v1::FORBID);
  policy.add_tcb_statuses("UpToDate");
  policy.add_advisories("INTEL-SA-00837");
  policy.add_advisories("INTEL-SA-00960");
  policy.add_deny_advisories("INTEL-SA-00001");
  policy.set_min_tcb_evaluation_data_number(18);
  policy.add_fmspcs("90C06F000000");
  policy.add_platform_instance_ids(
      Hex(known.quote.pck().pck().extensions.platform_instance_id));
  policy.add_deny_platform_instance_ids(std::string(32, 'a'));
  return policy;
}

TEST(AppraiseTdx, AcceptsWhatMeetsEveryRule) {
  const Known known = FullyKnown();
  EXPECT_THAT(Failed(ChecksFor(known, FullPolicy(known))), IsEmpty());
}

// By its defaults alone.
TEST(AppraiseTdx, AcceptsAnOrdinaryTd) {
  EXPECT_THAT(FailedFor(Td10Attester(), {}), IsEmpty());
  EXPECT_THAT(FailedFor(Td15Attester(), {}), IsEmpty());
}

// One value of a policy, turned so that the quote does not meet it.
struct Turned {
  const char* failed;
  std::function<void(v1::TdxPolicy&)> turn;
};

std::string Other(const std::string& hex) {
  return absl::StrCat(hex[0] == '0' ? "1" : "0", hex.substr(1));
}

TEST(AppraiseTdx, RejectsEachValueThatIsTurned) {
  const std::vector<Turned> cases = {
      {"mr-td", [](auto& p) { p.set_mr_tds(0, Other(p.mr_tds(0))); }},
      {"mr-config-id",
       [](auto& p) { p.set_mr_config_ids(0, Other(p.mr_config_ids(0))); }},
      {"mr-owner", [](auto& p) { p.set_mr_owners(0, Other(p.mr_owners(0))); }},
      {"mr-owner-config",
       [](auto& p) {
         p.set_mr_owner_configs(0, Other(p.mr_owner_configs(0)));
       }},
      {"mr-seam", [](auto& p) { p.set_mr_seams(0, Other(p.mr_seams(0))); }},
      {"mrsigner-seam",
       [](auto& p) { p.set_mrsigner_seams(0, Other(p.mrsigner_seams(0))); }},
      {"mr-service-td",
       [](auto& p) { p.set_mr_service_tds(0, Other(p.mr_service_tds(0))); }},
      {"mr-service-td", [](auto& p) { p.clear_mr_service_tds(); }},
      {"attributes/sept_ve_disable",
       [](auto& p) {
         p.mutable_attributes()->set_sept_ve_disable(v1::FORBID);
       }},
      {"attributes/perfmon",
       [](auto& p) { p.mutable_attributes()->set_perfmon(v1::REQUIRE); }},
      {"xfam/avx", [](auto& p) { p.mutable_xfam()->set_avx(v1::FORBID); }},
      {"xfam/uintr", [](auto& p) { p.mutable_xfam()->set_uintr(v1::REQUIRE); }},
      {"tcb-status",
       [](auto& p) { p.set_tcb_statuses(0, "SWHardeningNeeded"); }},
      {"advisories", [](auto& p) { p.set_advisories(1, "INTEL-SA-00961"); }},
      {"deny-advisories",
       [](auto& p) {
         p.clear_advisories();
         p.set_deny_advisories(0, "INTEL-SA-00837");
       }},
      {"min-tcb-evaluation-data-number",
       [](auto& p) { p.set_min_tcb_evaluation_data_number(19); }},
      {"fmspc", [](auto& p) { p.set_fmspcs(0, Other(p.fmspcs(0))); }},
      {"platform-instance-id",
       [](auto& p) {
         p.set_platform_instance_ids(0, Other(p.platform_instance_ids(0)));
       }},
      {"deny-platform-instance-id",
       [](auto& p) {
         p.set_deny_platform_instance_ids(0, p.platform_instance_ids(0));
         p.clear_platform_instance_ids();
       }},
      {"crl", [](auto& p) { p.set_require_crl(true); }},
  };
  const Known known = FullyKnown();
  for (const Turned& turned : cases) {
    v1::TdxPolicy changed = FullPolicy(known);
    turned.turn(changed);
    EXPECT_THAT(Failed(ChecksFor(known, changed)), ElementsAre(turned.failed));
  }
}

TEST(AppraiseTdx, RejectsAnotherValueOfEachRtmr) {
  const Known known = FullyKnown();
  for (int i = 0; i < static_cast<int>(kTdRtmrs); ++i) {
    v1::TdxPolicy policy = FullPolicy(known);
    policy.mutable_rtmrs(i)->set_values(0, Other(policy.rtmrs(i).values(0)));
    EXPECT_THAT(Failed(ChecksFor(known, policy)),
                ElementsAre(absl::StrCat("rtmr", i)));
  }
}

TEST(AppraiseTdx, RejectsAnEventThatIsMissingOrNotAllowed) {
  const Known known = FullyKnown();
  v1::TdxPolicy missing;
  missing.add_rtmrs()->set_index(1);
  missing.mutable_rtmrs(0)->add_required_events(Hex(Event(0)));
  EXPECT_THAT(Failed(ChecksFor(known, missing)), ElementsAre("mr-service-td"));
  missing.mutable_rtmrs(0)->add_required_events(Hex(Event(2)));
  EXPECT_THAT(Failed(ChecksFor(known, missing)),
              ElementsAre("rtmr1/required-events", "mr-service-td"));
  v1::TdxPolicy other;
  other.add_rtmrs()->set_index(1);
  other.mutable_rtmrs(0)->add_allowed_events(Hex(Event(0)));
  EXPECT_THAT(Failed(ChecksFor(known, other)),
              ElementsAre("rtmr1/allowed-events", "mr-service-td"));
}

// A log that does not replay to the register tells nothing of it.
TEST(AppraiseTdx, RejectsRulesForEventsWhereNoLogReplays) {
  for (const uint32_t index : {0U, 2U, 3U}) {
    v1::TdxPolicy policy;
    v1::TdxRtmrRule* rule = policy.add_rtmrs();
    rule->set_index(index);
    rule->add_required_events(Hex(Event(0)));
    rule->add_allowed_events(Hex(Event(0)));
    const std::string name = absl::StrCat("rtmr", index);
    EXPECT_THAT(
        FailedFor(Td10Attester(), policy),
        ElementsAre(name + "/required-events", name + "/allowed-events"));
  }
}

TEST(AppraiseTdx, KnowsThatNothingWasExtendedIntoAnRtmrOfZeros) {
  TdxAttester attester = Td10Attester();
  attester.spec.td.rtmr[3] = Bytes(48, 0);
  v1::TdxPolicy policy;
  policy.add_rtmrs()->set_index(3);
  policy.mutable_rtmrs(0)->add_allowed_events(Hex(Event(0)));
  EXPECT_THAT(FailedFor(attester, policy), IsEmpty());
  policy.mutable_rtmrs(0)->add_required_events(Hex(Event(0)));
  EXPECT_THAT(FailedFor(attester, policy),
              ElementsAre("rtmr3/required-events"));
}

TEST(AppraiseTdx, RejectsARuleWithoutARegister) {
  v1::TdxPolicy policy;
  policy.add_rtmrs()->add_values(std::string(96, 'a'));
  Checks checks;
  AppraiseTdx(Known(Td10Attester()).Facts(), policy, checks);
  EXPECT_THAT(Failed(checks), ElementsAre("rtmr"));
  policy.mutable_rtmrs(0)->set_index(4);
  checks.clear();
  AppraiseTdx(Known(Td10Attester()).Facts(), policy, checks);
  EXPECT_THAT(Failed(checks), ElementsAre("rtmr"));
}

// Each of what the defaults forbid, and the field that allows it.
TEST(AppraiseTdx, RejectsDebugProfilingAndMigrationUnlessToldOtherwise) {
  for (const char* name :
       {"debug", "hgs_plus_prof", "perf_prof", "pmt_prof", "migratable"}) {
    const auto* field =
        v1::TdxAttributeBits::descriptor()->FindFieldByName(name);
    ASSERT_NE(field, nullptr);
    const auto* const bit =
        std::find_if(kTdAttributes.begin(), kTdAttributes.end(),
                     [name](const TdBit& one) { return one.name == name; });
    TdxAttester attester = Td10Attester();
    attester.spec.td.attributes |= uint64_t{1} << bit->bit;
    v1::TdxPolicy policy;
    EXPECT_THAT(FailedFor(attester, policy),
                ElementsAre(absl::StrCat("attributes/", name)));
    v1::TdxAttributeBits::GetReflection()->SetEnumValue(
        policy.mutable_attributes(), field, v1::ANY);
    EXPECT_THAT(FailedFor(attester, policy), IsEmpty());
  }
}

TEST(AppraiseTdx, RejectsDebugBitsWithoutANameAndShowsOthers) {
  for (const unsigned bit : {1U, 2U, 3U, 7U}) {
    TdxAttester attester = Td10Attester();
    attester.spec.td.attributes |= uint64_t{1} << bit;
    EXPECT_THAT(FailedFor(attester, {}),
                ElementsAre("attributes/unnamed_debug"));
  }
  TdxAttester attester = Td10Attester();
  attester.spec.td.attributes |= uint64_t{1} << 40U;
  attester.spec.td.xfam |= uint64_t{1} << 50U;
  const Checks checks = ChecksFor(Known(attester), {});
  EXPECT_THAT(Failed(checks), IsEmpty());
  EXPECT_THAT(FindCheck(checks, "policy/tdx/attributes")->found,
              HasSubstr("0x10000000000"));
  EXPECT_THAT(FindCheck(checks, "policy/tdx/xfam")->found,
              HasSubstr("0x4000000000000"));
}

TEST(AppraiseTdx, HasARuleForEachBitWithAName) {
  const auto* attributes = v1::TdxAttributeBits::descriptor();
  const auto* xfam = v1::TdxXfamBits::descriptor();
  EXPECT_EQ(attributes->field_count(), kTdAttributes.size());
  EXPECT_EQ(xfam->field_count(), kTdXfam.size());
  for (const TdBit& bit : kTdAttributes) {
    EXPECT_NE(attributes->FindFieldByName(std::string(bit.name)), nullptr)
        << bit.name;
  }
  for (const TdBit& bit : kTdXfam) {
    EXPECT_NE(xfam->FindFieldByName(std::string(bit.name)), nullptr)
        << bit.name;
  }
}

TEST(AppraiseTdx, RejectsAForeignModuleByDefault) {
  TdxAttester attester = Td10Attester();
  attester.spec.td.mrsigner_seam = Bytes(48, 0x77);
  v1::TdxPolicy policy;
  EXPECT_THAT(FailedFor(attester, policy), ElementsAre("mrsigner-seam"));
  policy.add_mrsigner_seams(Hex(Bytes(48, 0x77)));
  EXPECT_THAT(FailedFor(attester, policy), IsEmpty());
  EXPECT_THAT(FailedFor(Td10Attester(), policy), ElementsAre("mrsigner-seam"));
}

TEST(AppraiseTdx, RejectsAModuleUnderDebug) {
  TdxAttester attester = Td10Attester();
  attester.spec.td.seam_attributes = 1;
  v1::TdxPolicy policy;
  EXPECT_THAT(FailedFor(attester, policy), ElementsAre("seam-attributes"));
}

// A body of TD 1.0 does not say which service TDs there are.
TEST(AppraiseTdx, RejectsAServiceTdByDefaultAndAListOfThemOfTd10) {
  TdxAttester attester = Td15Attester();
  attester.spec.td.mr_service_td = Bytes(48, 0x5d);
  v1::TdxPolicy policy;
  EXPECT_THAT(FailedFor(attester, policy), ElementsAre("mr-service-td"));
  policy.add_mr_service_tds(Hex(Bytes(48, 0x5d)));
  policy.add_mr_service_tds(Hex(Bytes(48, 0)));
  EXPECT_THAT(FailedFor(attester, policy), IsEmpty());
  EXPECT_THAT(FailedFor(Td10Attester(), policy), ElementsAre("mr-service-td"));
}

TEST(AppraiseTdx, SaysWhatABodyOfTd10DoesNotShow) {
  const Checks td10 = ChecksFor(Known(Td10Attester()), {});
  const Check* service_td = FindCheck(td10, "policy/tdx/mr-service-td");
  EXPECT_EQ(service_td->outcome, Outcome::kNotChecked);
  EXPECT_EQ(service_td->found, "not known: a body of TD 1.0 does not show it");
  EXPECT_THAT(FindCheck(td10, "policy/tdx/tcb-status")->found,
              HasSubstr("TD 1.0 does not show the TDX module that runs now"));
  const Checks td15 = ChecksFor(Known(Td15Attester()), {});
  EXPECT_EQ(FindCheck(td15, "policy/tdx/mr-service-td")->outcome,
            Outcome::kPass);
  EXPECT_EQ(FindCheck(td15, "policy/tdx/tcb-status")->found, "UpToDate");
}

TEST(AppraiseTdx, ListsWhatIsLeftToItsDefault) {
  for (const Check& check : ChecksFor(Known(Td10Attester()), {})) {
    if (check.outcome != Outcome::kNotChecked) continue;
    EXPECT_THAT(check.expected, HasSubstr("(default)")) << check.name;
  }
}

}  // namespace
}  // namespace evidenced
