#include "evidence/policy/policy.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/json_shape.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kDigest(64, 'a');

// The smallest valid policy, with `more` keys.
std::string Policy(absl::string_view more = "") {
  return absl::StrCat(R"({"accept_signers": ["tpm"], "ak": {"spki_sha256": [")",
                      kDigest, "\"]}", more, "}");
}

std::string ErrorOf(absl::string_view json) {
  const auto policy = ParsePolicy(json);
  return policy.ok() ? "accepted" : std::string(policy.status().message());
}

TEST(ParsePolicy, TakesTheSmallestPolicy) {
  const auto policy = ParsePolicy(Policy());
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->min_binding(), v1::BINDING_LEVEL_UNSPECIFIED);
  EXPECT_EQ(policy->ak().spki_sha256(0), kDigest);
}

TEST(ParsePolicy, TakesEveryField) {
  const auto policy = ParsePolicy(absl::StrCat(
      R"({"description": "d", "acceptSigners": ["tpm", "tdx"],
          "min_binding": "B0", "ak": {"issuers": [{"ca_spki_sha256": ")",
      kDigest, R"(", "instance": "i"}], "backing": "none"},
          "pcrs": [{"algorithm": "SHA384", "index": 7, "values": [")",
      std::string(96, 'F'), R"("]}], "require_secure_boot": true,
          "max_age_seconds": 60, "require_parts": ["log.tcg2"],
          "tdx": {"mr_tds": [")",
      std::string(96, 'a'), R"("]}})"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->min_binding(), v1::B0);
  EXPECT_EQ(policy->accept_signers_size(), 2);
  EXPECT_EQ(policy->pcrs(0).index(), 7);
  EXPECT_EQ(policy->max_age_seconds(), 60);
}

TEST(ParsePolicy, IsTheInverseOfPolicyToJson) {
  const auto policy = ParsePolicy(Policy(R"(, "max_age_seconds": 5)"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  const auto again = ParsePolicy(PolicyToJson(*policy));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), policy->SerializeAsString());
  EXPECT_THAT(PolicyToJson(*policy), HasSubstr("\"max_age_seconds\": 5"));
}

TEST(ParsePolicy, RefusesKeysThatComeTwice) {
  EXPECT_THAT(ErrorOf(Policy(R"(, "accept_signers": ["snp"])")),
              HasSubstr("found \"accept_signers\" twice"));
}

TEST(ParsePolicy, RefusesAKeyInBothSpellings) {
  EXPECT_THAT(ErrorOf(Policy(R"(, "acceptSigners": ["snp"])")),
              HasSubstr("found \"acceptSigners\" twice"));
  EXPECT_THAT(ErrorOf(Policy(R"(, "\u0061ccept_signers": ["snp"])")),
              HasSubstr("twice"));
}

TEST(ParsePolicy, RefusesNulls) {
  EXPECT_THAT(ErrorOf(Policy(R"(, "min_binding": null)")),
              HasSubstr("found null"));
  EXPECT_THAT(ErrorOf(Policy(R"(, "require_parts": [null])")),
              HasSubstr("found null"));
  EXPECT_THAT(ErrorOf("null"), HasSubstr("found null"));
}

TEST(ParsePolicy, RefusesUnknownKeys) {
  EXPECT_THAT(ErrorOf(Policy(R"(, "min_bindng": "B1")")),
              HasSubstr("min_bindng"));
  EXPECT_NE(ErrorOf(Policy(R"(, "": 1)")), "accepted");
  EXPECT_NE(ErrorOf(Policy(R"(, "MIN_BINDING": "B1")")), "accepted");
}

TEST(ParsePolicy, RefusesValuesOfAnotherType) {
  for (const char* member :
       {R"("require_secure_boot": "yes")", R"("require_secure_boot": "no")",
        R"("require_secure_boot": 1)", R"("max_age_seconds": -1)",
        R"("max_age_seconds": 4294967296)", R"("max_age_seconds": 1.0)",
        R"("max_age_seconds": "60")", R"("min_binding": "B7")",
        R"("min_binding": "b1")", R"("min_binding": -1)",
        R"("min_binding": ["B1"])", R"("require_parts": "tpm.ak")",
        R"("require_parts": [["tpm.ak"]])", R"("description": 1)",
        R"("pcrs": {})", R"("pcrs": [1])"}) {
    EXPECT_THAT(ErrorOf(Policy(absl::StrCat(", ", member))),
                AllOf(HasSubstr("expected "), HasSubstr(", found ")))
        << member;
  }
  EXPECT_THAT(ErrorOf(Policy(R"(, "require_secure_boot": "no")")),
              HasSubstr("require_secure_boot: expected true or false, found"));
  EXPECT_THAT(ErrorOf(Policy(R"(, "pcrs": [{"index": "7", "indx": 7}])")),
              AllOf(HasSubstr("pcrs[0].index: expected a number"),
                    HasSubstr("pcrs[0].indx: expected a known key")));
}

// protobuf would read it as if the key were not there, which demands nothing.
TEST(ParsePolicy, RefusesAnEmptyList) {
  EXPECT_EQ(ErrorOf(Policy(R"(, "require_parts": [])")),
            "require_parts: expected a list of one or more, or no such key, "
            "found []");
  EXPECT_THAT(ErrorOf(Policy(R"(, "pcrs": [{"values": []}])")),
              HasSubstr("pcrs[0].values: expected a list of one or more"));
  EXPECT_EQ(ErrorOf(Policy(R"(, "require_parts": ["tpm.ak"])")), "accepted");
}

// Of `descriptor`, which stands between `open` and `close` in a policy. Counts
// the lists.
int ExpectEmptyListsRefused(const google::protobuf::Descriptor& descriptor,
                            const std::string& open, const std::string& close) {
  int lists = 0;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto& field = *descriptor.field(i);
    const std::string key = absl::StrCat(open, "{\"", field.name(), "\": ");
    if (field.is_repeated()) {
      ++lists;
      const std::string json = absl::StrCat(key, "[]}", close);
      EXPECT_THAT(ShapeFaults(json, *v1::AppraisalPolicy::descriptor()),
                  ElementsAre(HasSubstr(absl::StrCat(
                      field.name(), ": expected a list of one or more"))))
          << json;
    }
    if (field.message_type() == nullptr) continue;
    const std::string inner = field.is_repeated() ? "[" : "";
    lists += ExpectEmptyListsRefused(
        *field.message_type(), absl::StrCat(key, inner),
        absl::StrCat(field.is_repeated() ? "]" : "", "}", close));
  }
  return lists;
}

TEST(ShapeFaults, NamesAnEmptyListOfEveryRule) {
  EXPECT_GT(ExpectEmptyListsRefused(*v1::AppraisalPolicy::descriptor(), "", ""),
            30);
}

TEST(ParsePolicy, RefusesEveryTruncation) {
  const std::string json = Policy(R"(, "max_age_seconds": 5)");
  for (size_t size = 0; size < json.size(); ++size) {
    EXPECT_NE(ErrorOf(json.substr(0, size)), "accepted") << size;
  }
  EXPECT_EQ(ErrorOf(json), "accepted");
}

TEST(ParsePolicy, RefusesTextThatIsNoObject) {
  for (const char* json : {"", " ", "[]", "{}", "1", "\"tpm\"", "true"}) {
    EXPECT_NE(ErrorOf(json), "accepted") << json;
  }
}

TEST(ParsePolicy, RefusesTooLargeAFile) {
  std::string json = Policy();
  json.append(kMaxPolicySize - json.size(), ' ');
  EXPECT_EQ(ErrorOf(json), "accepted");
  json.push_back(' ');
  EXPECT_THAT(ErrorOf(json),
              AllOf(HasSubstr("at most 1048576"), HasSubstr("1048577")));
}

TEST(ParsePolicy, NamesEveryFaultAtOnce) {
  const std::string error = ErrorOf(
      R"({"accept_signers": ["tpm", "tpm", "sgx"], "min_binding": 9,
          "ak": {"spki_sha256": ["zz"], "backing": "paravisor",
                 "issuers": [{"ca_spki_sha256": "00"}]},
          "pcrs": [{"algorithm": "SHA1", "index": 16},
                   {"algorithm": 65547, "index": 24, "values": ["00"]},
                   {"algorithm": "SHA256", "index": 23, "values": ["00"]}],
          "require_parts": ["", "a", "a"]})");
  for (const char* fault : {"found tpm twice",
                            "found \"sgx\"",
                            "min_binding: ",
                            "found 9",
                            "ak.spki_sha256[0]: expected 64",
                            "found \"paravisor\"",
                            "ak.issuers[0].ca_spki_sha256: ",
                            "ak.issuers[0].instance: ",
                            "pcrs[0].algorithm: ",
                            "SHA1, which proves nothing",
                            "pcrs[0].index: ",
                            "found 16",
                            "pcrs[0].values: ",
                            "pcrs[1].algorithm: ",
                            "found 65547",
                            "pcrs[1].index: ",
                            "pcrs[2].index: ",
                            "pcrs[2].values[0]: expected 64",
                            "require_parts: expected labels",
                            "found \"a\" twice"}) {
    EXPECT_THAT(error, HasSubstr(fault));
  }
}

std::string PolicyWithRule(absl::string_view index) {
  return Policy(absl::StrCat(R"(, "pcrs": [{"algorithm": "SHA256", )", index,
                             R"("values": [")", kDigest, "\"]}]"));
}

// Not set is not PCR 0.
TEST(ParsePolicy, RefusesARuleWithoutAnIndex) {
  EXPECT_EQ(ErrorOf(PolicyWithRule("")),
            "pcrs[0].index: expected 0 to 22 and not 16, found none");
}

TEST(PolicyToJson, WritesTheIndexOfPcr0) {
  const auto policy = ParsePolicy(PolicyWithRule(R"("index": 0, )"));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_THAT(PolicyToJson(*policy), HasSubstr("\"index\": 0"));
}

TEST(ParsePolicy, RefusesAPolicyWithoutSigners) {
  EXPECT_THAT(ErrorOf("{}"), HasSubstr("accept_signers: expected at least"));
}

TEST(ParsePolicy, RefusesATpmWithoutAKeyOrIssuer) {
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["tpm"]})"), HasSubstr("ak: "));
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["tpm"], "ak": {}})"),
              HasSubstr("ak: "));
  EXPECT_EQ(ErrorOf(R"({"accept_signers": ["tdx"], "tdx": {}})"), "accepted");
}

TEST(ParsePolicy, KeepsControlSequencesOutOfItsMessages) {
  const std::string error =
      ErrorOf(absl::StrReplaceAll(Policy(), {{"tpm", "\\u001b[2J"}}));
  EXPECT_EQ(error.find('\x1b'), std::string::npos) << error;
}

// The smallest valid policy for SNP reports, with `more` rules.
std::string SnpPolicyText(absl::string_view more = "",
                          absl::string_view keys = "") {
  return absl::StrCat(
      R"({"accept_signers": ["snp"], "snp": {"products": [{"product": "milan"}])",
      more, "}", keys, "}");
}

TEST(ParseSnpPolicy, TakesTheSmallestPolicy) {
  EXPECT_EQ(ErrorOf(SnpPolicyText()), "accepted");
}

TEST(ParseSnpPolicy, TakesEveryField) {
  const auto digest = [](size_t size) { return std::string(2 * size, 'a'); };
  const auto policy = ParsePolicy(absl::StrReplaceAll(
      R"({"accept_signers": ["snp"], "snp": {
          "products": [
            {"product": "turin", "min_reported_tcb": {"fmc": 1, "boot_loader": 2,
             "tee": 3, "snp": 4, "microcode": 255}},
            {"product": "genoa", "min_current_tcb": {"snp": 4},
             "min_committed_tcb": {}, "min_launch_tcb": {"tee": 0}}],
          "measurements": ["D48"], "host_data": ["D32"],
          "id_key_digests": ["D48"], "author_key_digests": ["D48"],
          "report_ids": ["D32"], "min_guest_svn": 4294967295,
          "guest_policy": {"debug": "ANY", "smt": "FORBID"},
          "platform_info": {"ecc_en": "REQUIRE"}, "vmpls": [0, 3],
          "signing_keys": ["vcek", "vlek"], "csp_ids": ["CN=csp.example"],
          "chip_ids": ["D64", "D8"],
          "deny_chip_ids": ["D8"], "launch_mitigations": [0, 63],
          "current_mitigations": [1], "allow_provisional_firmware": true,
          "require_crl": true}})",
      {{"D48", digest(48)},
       {"D32", digest(32)},
       {"D64", digest(64)},
       {"D8", digest(8)}}));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->snp().products(0).min_reported_tcb().microcode(), 255);
  EXPECT_TRUE(policy->snp().products(1).has_min_committed_tcb());
  EXPECT_EQ(policy->snp().guest_policy().debug(), v1::ANY);
  EXPECT_EQ(policy->snp().chip_ids_size(), 2);
}

TEST(ParseSnpPolicy, IsNeededWhereItsSignerIsAccepted) {
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["snp"]})"),
              HasSubstr("snp: expected rules"));
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["snp"], "snp": {}})"),
              HasSubstr("snp.products: expected at least one"));
  EXPECT_THAT(ErrorOf(R"({"accept_signers": ["tdx"], "snp": {}})"),
              HasSubstr("as accept_signers lacks snp"));
}

TEST(ParseSnpPolicy, MustNameTheTpmWhoseRegistersItReads) {
  const auto needs = HasSubstr("ak: expected spki_sha256 or issuers");
  EXPECT_THAT(ErrorOf(SnpPolicyText("", R"(, "require_secure_boot": true)")),
              needs);
  const std::string pcr = absl::StrCat(
      R"(, "pcrs": [{"algorithm": "SHA256", "index": 7, "values": [")", kDigest,
      R"("]}])");
  EXPECT_THAT(ErrorOf(SnpPolicyText("", pcr)), needs);
  EXPECT_EQ(ErrorOf(SnpPolicyText(
                "", absl::StrCat(pcr, R"(, "ak": {"spki_sha256": [")", kDigest,
                                 "\"]}"))),
            "accepted");
}

TEST(ParseSnpPolicy, RefusesValuesOutOfTheirRange) {
  struct Case {
    const char* rules;
    const char* fault;
  };
  const Case cases[] = {
      {R"(, "measurements": ["aa"])", "snp.measurements[0]: expected 96"},
      {R"(, "host_data": ["zz"])", "snp.host_data[0]: expected 64"},
      {R"(, "id_key_digests": [""])", "snp.id_key_digests[0]"},
      {R"(, "author_key_digests": [""])", "snp.author_key_digests[0]"},
      {R"(, "report_ids": [""])", "snp.report_ids[0]"},
      {R"(, "vmpls": [4])", "snp.vmpls[0]: expected 0 to 3, found 4"},
      {R"(, "signing_keys": ["none"])", "snp.signing_keys[0]"},
      {R"(, "csp_ids": ["a"])", "snp.csp_ids: expected where signing_keys"},
      {R"(, "signing_keys": ["vlek"], "csp_ids": [""])", "snp.csp_ids[0]"},
      {R"(, "chip_ids": ["aa"])", "snp.chip_ids[0]"},
      {R"(, "chip_ids": ["0000000000000000"])", "not all of them 0"},
      {R"(, "deny_chip_ids": ["aa"])", "snp.deny_chip_ids[0]"},
      {R"(, "deny_chip_ids": ["1111111111111111"])",
       "where products has turin"},
      {R"(, "launch_mitigations": [64])", "snp.launch_mitigations[0]"},
      {R"(, "current_mitigations": [64])", "snp.current_mitigations[0]"},
      {R"(, "guest_policy": {"debug": 9})", "snp.guest_policy.debug"},
      {R"(, "platform_info": {"ecc_en": 9})", "snp.platform_info.ecc_en"},
      {R"(, "guest_policy": {"bit40": "ANY"})", "snp.guest_policy.bit40"},
      {R"(, "min_tcb": 5)", "snp.min_tcb: expected a known key"},
  };
  for (const Case& bad : cases) {
    EXPECT_THAT(ErrorOf(SnpPolicyText(bad.rules)), HasSubstr(bad.fault));
  }
}

TEST(ParseSnpPolicy, RefusesProductsThatAreNoneOrComeTwice) {
  const auto with = [](absl::string_view products) {
    return ErrorOf(
        absl::StrCat(R"({"accept_signers": ["snp"], "snp": {"products": [)",
                     products, "]}}"));
  };
  EXPECT_THAT(with(R"({"product": "rome"})"), HasSubstr("expected milan"));
  EXPECT_THAT(with(R"({"product": "milan"}, {"product": "milan"})"),
              HasSubstr("found milan twice"));
  EXPECT_THAT(with(R"({"product": "milan", "min_launch_tcb": {"fmc": 1}})"),
              HasSubstr("products[0].min_launch_tcb.fmc: expected for turin"));
  EXPECT_THAT(with(R"({"product": "milan", "min_launch_tcb": {"tee": 256}})"),
              HasSubstr("min_launch_tcb.tee: expected 0 to 255, found 256"));
}

}  // namespace
}  // namespace evidenced
