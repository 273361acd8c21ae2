#include "evidence/policy/tdx_policy.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/policy.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

std::string ErrorOf(absl::string_view json) {
  const auto policy = ParsePolicy(json);
  return policy.ok() ? "accepted" : std::string(policy.status().message());
}

// The smallest valid policy for TDX quotes, with `rules` and other `keys`. D48,
// E48 and D16 are digests.
std::string PolicyText(absl::string_view rules = "",
                       absl::string_view keys = "") {
  return absl::StrReplaceAll(
      absl::StrCat(R"({"accept_signers": ["tdx"], "tdx": {)", rules, "}", keys,
                   "}"),
      {{"D48", std::string(96, 'd')},
       {"E48", std::string(96, 'e')},
       {"D16", std::string(32, 'd')}});
}

TEST(ParseTdxPolicy, TakesTheSmallestPolicy) {
  EXPECT_EQ(ErrorOf(PolicyText()), "accepted");
}

TEST(ParseTdxPolicy, TakesEveryField) {
  const auto policy = ParsePolicy(PolicyText(
      R"("mr_tds": ["D48", "E48"],
         "rtmrs": [{"index": 0, "values": ["D48"]},
                   {"index": 3, "required_events": ["D48"],
                    "allowed_events": ["E48", "D48"]}],
         "mr_config_ids": ["D48"], "mr_owners": ["D48"],
         "mr_owner_configs": ["D48"], "mr_seams": ["D48"],
         "mrsigner_seams": ["D48"], "mr_service_tds": ["D48"],
         "attributes": {"debug": "ANY", "perfmon": "FORBID"},
         "xfam": {"avx": "REQUIRE"}, "allow_unevaluated_tcb": true,
         "tcb_statuses": ["UpToDate", "SWHardeningNeeded"],
         "advisories": ["INTEL-SA-00837"],
         "deny_advisories": ["INTEL-SA-00960"],
         "min_tcb_evaluation_data_number": 4294967295,
         "fmspcs": ["90C06F000000"], "platform_instance_ids": ["D16"],
         "deny_platform_instance_ids": ["00000000000000000000000000000001"],
         "require_crl": true)"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->tdx().rtmrs_size(), 2);
  EXPECT_TRUE(policy->tdx().rtmrs(0).has_index());
  EXPECT_EQ(policy->tdx().attributes().debug(), v1::ANY);
  const auto again = ParsePolicy(PolicyToJson(*policy));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), policy->SerializeAsString());
}

TEST(ParseTdxPolicy, IsNeededWhereItsSignerIsAccepted) {
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["tdx"]})"),
              HasSubstr("tdx: expected rules"));
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["snp"], "tdx": {}})"),
              HasSubstr("as accept_signers lacks tdx"));
}

// A TD's own log tells of Secure Boot; PCRs are a TPM's, whatever signs.
TEST(ParseTdxPolicy, MustNameTheTpmWhoseRegistersItReads) {
  const auto needs = HasSubstr("ak: expected spki_sha256 or issuers");
  const std::string secure_boot = R"(, "require_secure_boot": true)";
  EXPECT_EQ(ErrorOf(PolicyText(R"("mr_tds": ["D48"])", secure_boot)),
            "accepted");
  EXPECT_THAT(ErrorOf(absl::StrReplaceAll(
                  PolicyText("", secure_boot + R"(, "snp": {"products":
                     [{"product": "milan"}]})"),
                  {{R"(["tdx"])", R"(["tdx", "snp"])"}})),
              needs);
  EXPECT_THAT(ErrorOf(PolicyText(
                  "", absl::StrCat(
                          R"(, "pcrs": [{"algorithm": "SHA256", "index": 7,
                                 "values": [")",
                          std::string(64, 'a'), R"("]}])"))),
              needs);
}

TEST(ParseTdxPolicy, RefusesValuesOutOfTheirRange) {
  struct Case {
    const char* rules;
    const char* fault;
  };
  const Case cases[] = {
      {R"("mr_tds": ["aa"])", "tdx.mr_tds[0]: expected 96"},
      {R"("mr_tds": ["D48", "D48"])", "tdx.mr_tds: expected each once"},
      {R"("mr_config_ids": ["D16"])", "tdx.mr_config_ids[0]: expected 96"},
      {R"("mr_owners": ["zz"])", "tdx.mr_owners[0]: expected 96"},
      {R"("mr_owner_configs": [""])", "tdx.mr_owner_configs[0]"},
      {R"("mr_seams": [""])", "tdx.mr_seams[0]"},
      {R"("mrsigner_seams": [""])", "tdx.mrsigner_seams[0]"},
      {R"("mr_service_tds": [""])", "tdx.mr_service_tds[0]"},
      {R"("attributes": {"debug": 9})", "tdx.attributes.debug: expected"},
      {R"("attributes": {"bit1": "ANY"})", "tdx.attributes.bit1"},
      {R"("xfam": {"avx": 9})", "tdx.xfam.avx: expected REQUIRE"},
      {R"("tcb_statuses": ["uptodate"])", "tdx.tcb_statuses[0]: expected"},
      {R"("tcb_statuses": ["NotSupported"])", "found \"NotSupported\""},
      {R"("tcb_statuses": ["OutOfDate", "OutOfDate"])",
       "found OutOfDate twice"},
      {R"("tcb_statuses": ["Revoked"])", "may be accepted, found Revoked"},
      {R"("advisories": ["SA-00837"])", "tdx.advisories[0]: expected an ID"},
      {R"("deny_advisories": ["intel-sa-1"])", "tdx.deny_advisories[0]"},
      {R"("deny_advisories": ["INTEL-"])", "tdx.deny_advisories[0]"},
      {R"("deny_advisories": ["INTEL-SA-837"])", "tdx.deny_advisories[0]"},
      {R"("deny_advisories": ["INTEL-00837"])", "tdx.deny_advisories[0]"},
      {R"("advisories": ["INTEL-SA-00001"],
          "deny_advisories": ["INTEL-SA-00001"])",
       "tdx.advisories: expected none of tdx.deny_advisories"},
      {R"("min_tcb_evaluation_data_number": -1)", "expected a number"},
      {R"("fmspcs": ["90C06F"])", "tdx.fmspcs[0]: expected 12"},
      {R"("fmspcs": ["90c06f000000", "90C06F000000"])", "twice"},
      {R"("platform_instance_ids": ["D48"])",
       "tdx.platform_instance_ids[0]: expected 32"},
      {R"("deny_platform_instance_ids": ["aa"])",
       "tdx.deny_platform_instance_ids[0]"},
      {R"("platform_instance_ids": ["D16"],
          "deny_platform_instance_ids": ["D16"])",
       "tdx.platform_instance_ids: expected none of"},
      {R"("rtmr_values": [])", "tdx.rtmr_values: expected a known key"},
  };
  for (const Case& bad : cases) {
    EXPECT_THAT(ErrorOf(PolicyText(bad.rules)), HasSubstr(bad.fault));
  }
}

TEST(ParseTdxPolicy, RefusesRulesForRtmrsThatSayNothingOrTooMuch) {
  struct Case {
    const char* rules;
    const char* fault;
  };
  const Case cases[] = {
      {R"({"values": ["D48"]})", "tdx.rtmrs[0].index: expected 0 to 3, found"},
      {R"({"index": 4, "values": ["D48"]})", "found 4"},
      {R"({"index": 1})", "tdx.rtmrs[0]: expected values, required_events"},
      {R"({"index": 1, "values": ["aa"]})", "tdx.rtmrs[0].values[0]"},
      {R"({"index": 1, "required_events": ["aa"]})",
       "tdx.rtmrs[0].required_events[0]"},
      {R"({"index": 1, "allowed_events": ["D48", "D48"]})",
       "tdx.rtmrs[0].allowed_events: expected each once"},
      {R"({"index": 1, "required_events": ["D48"], "allowed_events": ["E48"]})",
       "expected one of allowed_events"},
      {R"({"index": 1, "values": ["D48"]}, {"index": 1, "values": ["E48"]})",
       "tdx.rtmrs[1].index: expected each once, found 1 twice"},
  };
  for (const Case& bad : cases) {
    EXPECT_THAT(
        ErrorOf(PolicyText(absl::StrCat(R"("rtmrs": [)", bad.rules, "]"))),
        HasSubstr(bad.fault));
  }
}

// The host could bring firmware that measures what the policy wants to see.
TEST(ParseTdxPolicy, MustNameTheFirmwareWhoseMeasurementsItReads) {
  const std::string named = R"("mr_tds": ["D48"], )";
  for (const char* rtmr :
       {R"("values": ["D48"])", R"("required_events": ["D48"])",
        R"("allowed_events": ["D48"])"}) {
    const std::string rules =
        absl::StrCat(R"("rtmrs": [{"index": 2, )", rtmr, "}]");
    EXPECT_EQ(ErrorOf(PolicyText(rules)),
              "tdx.mr_tds: expected at least one, as tdx.rtmrs reads what the "
              "firmware of a TD measured, and the host could bring its own, "
              "found none");
    EXPECT_EQ(ErrorOf(PolicyText(named + rules)), "accepted");
  }
  const std::string secure_boot = R"(, "require_secure_boot": true)";
  EXPECT_THAT(ErrorOf(PolicyText(R"("mr_owners": ["D48"])", secure_boot)),
              HasSubstr("as require_secure_boot reads what the firmware"));
  EXPECT_THAT(
      ErrorOf(PolicyText(R"("rtmrs": [{"index": 0, "values": ["D48"]}])",
                         secure_boot)),
      HasSubstr("as tdx.rtmrs and require_secure_boot read what"));
  EXPECT_EQ(ErrorOf(PolicyText("", R"(, "require_secure_boot": false)")),
            "accepted");
  // Whoever else may sign, a TD may.
  EXPECT_THAT(ErrorOf(absl::StrReplaceAll(
                  PolicyText("", absl::StrCat(secure_boot,
                                              R"(, "ak": {"spki_sha256": [")",
                                              std::string(64, 'a'), R"("]})")),
                  {{R"(["tdx"])", R"(["tpm", "tdx"])"}})),
              HasSubstr("tdx.mr_tds: expected at least one"));
}

// RTMR 0 is an index like any other.
TEST(PolicyToJson, WritesTheIndexOfRtmr0) {
  const auto policy = ParsePolicy(PolicyText(
      R"("mr_tds": ["D48"], "rtmrs": [{"index": 0, "values": ["D48"]}])"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_THAT(PolicyToJson(*policy), HasSubstr("\"index\": 0"));
}

TEST(ParseTdxPolicy, KeepsControlSequencesOutOfItsMessages) {
  const std::string error = ErrorOf(PolicyText(
      R"("tcb_statuses": ["\u001b[2J"], "advisories": ["\u001b[2J"])"));
  EXPECT_NE(error, "accepted");
  EXPECT_EQ(error.find('\x1b'), std::string::npos) << error;
}

}  // namespace
}  // namespace evidenced
