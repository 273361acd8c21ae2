#include "evidence/verify/appraise_snp.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/snp_policy.h"
#include "evidence/verify/snp_policy_from_report.h"
#include "quote/snp/report_bits.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

VerifiedSnpReport Verified(const SnpAttester& attester) {
  const auto key = EndorseSnpKey(
      attester.spec.key_info == 0 ? SnpKeyKind::kVcek : SnpKeyKind::kVlek,
      attester.table, attester.Collateral());
  EXPECT_TRUE(key.ok()) << key.status();
  auto verified = VerifySnpReport(attester.Report(Bytes(64, 0)), *key);
  EXPECT_TRUE(verified.ok()) << verified.status();
  return *std::move(verified);
}

Checks ChecksFor(const SnpAttester& attester, const v1::SnpPolicy& policy) {
  Checks checks;
  AppraiseSnp(FactsOf(Verified(attester)), policy, checks);
  return checks;
}

// Behind "policy/snp/".
std::vector<std::string> Failed(const Checks& checks) {
  std::vector<std::string> names;
  for (const Check& check : checks) {
    if (check.outcome == Outcome::kFail) names.push_back(check.name.substr(11));
  }
  return names;
}

// A policy that demands everything that a report has.
v1::SnpPolicy FullPolicy(const SnpAttester& attester) {
  const VerifiedSnpReport verified = Verified(attester);
  v1::SnpPolicy policy = SnpPolicyFromReport(verified);
  policy.add_report_ids(Hex(verified.report().report_id));
  policy.add_chip_ids(Hex(verified.report().chip_id));
  policy.add_deny_chip_ids(std::string(128, '1'));
  policy.mutable_guest_policy()->set_smt(v1::REQUIRE);
  policy.mutable_guest_policy()->set_single_socket(v1::FORBID);
  policy.mutable_platform_info()->set_ecc_en(v1::REQUIRE);
  policy.mutable_platform_info()->set_tsme_en(v1::FORBID);
  if (verified.report().launch_mit_vector.has_value()) {
    policy.add_launch_mitigations(0);
    policy.add_current_mitigations(2);
  }
  EXPECT_THAT(SnpPolicyFaults(policy), IsEmpty());
  return policy;
}

// The smallest policy.
v1::SnpPolicy MilanPolicy() {
  v1::SnpPolicy policy;
  policy.add_products()->set_product("milan");
  return policy;
}

TEST(AppraiseSnp, AcceptsWhatMeetsEveryRule) {
  EXPECT_THAT(Failed(ChecksFor(MilanAttester(), FullPolicy(MilanAttester()))),
              IsEmpty());
  EXPECT_THAT(Failed(ChecksFor(TurinAttester(), FullPolicy(TurinAttester()))),
              IsEmpty());
}

// One value of a policy, turned so that the report does not meet it.
struct Turned {
  const char* failed;
  std::function<void(v1::SnpPolicy&)> turn;
};

std::string Other(const std::string& hex) {
  return absl::StrCat(hex[0] == '0' ? "1" : "0", hex.substr(1));
}

TEST(AppraiseSnp, RejectsEachValueThatIsTurned) {
  const std::vector<Turned> cases = {
      {"product", [](auto& p) { p.mutable_products(0)->set_product("genoa"); }},
      {"measurement",
       [](auto& p) { p.set_measurements(0, Other(p.measurements(0))); }},
      {"host-data", [](auto& p) { p.set_host_data(0, Other(p.host_data(0))); }},
      {"id-key-digest",
       [](auto& p) { p.set_id_key_digests(0, Other(p.id_key_digests(0))); }},
      {"author-key-digest",
       [](auto& p) {
         p.set_author_key_digests(0, Other(p.author_key_digests(0)));
       }},
      {"report-id",
       [](auto& p) { p.set_report_ids(0, Other(p.report_ids(0))); }},
      {"min-guest-svn",
       [](auto& p) { p.set_min_guest_svn(p.min_guest_svn() + 1); }},
      {"guest-policy/smt",
       [](auto& p) { p.mutable_guest_policy()->set_smt(v1::FORBID); }},
      {"guest-policy/single_socket",
       [](auto& p) {
         p.mutable_guest_policy()->set_single_socket(v1::REQUIRE);
       }},
      {"platform-info/ecc_en",
       [](auto& p) { p.mutable_platform_info()->set_ecc_en(v1::FORBID); }},
      {"platform-info/tsme_en",
       [](auto& p) { p.mutable_platform_info()->set_tsme_en(v1::REQUIRE); }},
      {"vmpl", [](auto& p) { p.set_vmpls(0, 1); }},
      {"signing-key", [](auto& p) { p.set_signing_keys(0, "vlek"); }},
      {"chip-id", [](auto& p) { p.set_chip_ids(0, Other(p.chip_ids(0))); }},
      {"deny-chip-id", [](auto& p) { p.set_deny_chip_ids(0, p.chip_ids(0)); }},
      {"launch-mitigations", [](auto& p) { p.set_launch_mitigations(0, 2); }},
      {"current-mitigations", [](auto& p) { p.set_current_mitigations(0, 3); }},
      {"crl", [](auto& p) { p.set_require_crl(true); }},
  };
  const SnpAttester attester = TurinAttester();
  const v1::SnpPolicy policy = FullPolicy(attester);
  for (const Turned& turned : cases) {
    v1::SnpPolicy changed = policy;
    turned.turn(changed);
    EXPECT_THAT(Failed(ChecksFor(attester, changed)),
                ElementsAre(turned.failed));
  }
}

TEST(AppraiseSnp, RejectsALowerComponentOfEachTcb) {
  using Minimum = v1::SnpTcbMinimum* (v1::SnpProductRule::*)();
  const std::vector<std::pair<std::string, Minimum>> tcbs = {
      {"min-reported-tcb", &v1::SnpProductRule::mutable_min_reported_tcb},
      {"min-current-tcb", &v1::SnpProductRule::mutable_min_current_tcb},
      {"min-committed-tcb", &v1::SnpProductRule::mutable_min_committed_tcb},
      {"min-launch-tcb", &v1::SnpProductRule::mutable_min_launch_tcb}};
  const SnpAttester attester = TurinAttester();
  const v1::SnpPolicy policy = FullPolicy(attester);
  const auto* fields = v1::SnpTcbMinimum::descriptor();
  ASSERT_EQ(fields->field_count(), 5);
  for (const auto& [name, tcb] : tcbs) {
    for (int i = 0; i < fields->field_count(); ++i) {
      v1::SnpPolicy changed = policy;
      v1::SnpTcbMinimum& least = *(changed.mutable_products(0)->*tcb)();
      const auto* reflection = v1::SnpTcbMinimum::GetReflection();
      reflection->SetUInt32(&least, fields->field(i),
                            reflection->GetUInt32(least, fields->field(i)) + 1);
      EXPECT_THAT(Failed(ChecksFor(attester, changed)), ElementsAre(name))
          << fields->field(i)->name();
    }
  }
}

TEST(AppraiseSnp, RejectsATcbEqualInSumAndLowerInOneComponent) {
  const SnpAttester attester = MilanAttester();
  v1::SnpPolicy policy = FullPolicy(attester);
  v1::SnpTcbMinimum& least =
      *policy.mutable_products(0)->mutable_min_reported_tcb();
  least.set_snp(least.snp() + 1);
  least.set_microcode(least.microcode() - 1);
  const Checks checks = ChecksFor(attester, policy);
  EXPECT_THAT(Failed(checks), ElementsAre("min-reported-tcb"));
  EXPECT_THAT(FindCheck(checks, "policy/snp/min-reported-tcb")->found,
              HasSubstr("lower in SNP"));
}

TEST(AppraiseSnp, AcceptsAHigherTcb) {
  const SnpAttester attester = MilanAttester();
  v1::SnpPolicy policy = MilanPolicy();
  policy.mutable_products(0)->mutable_min_reported_tcb()->set_snp(1);
  EXPECT_THAT(Failed(ChecksFor(attester, policy)), IsEmpty());
}

TEST(AppraiseSnp, ReportsEveryMismatchAtOnce) {
  v1::SnpPolicy policy = MilanPolicy();
  policy.add_measurements(std::string(96, '0'));
  policy.add_host_data(std::string(64, '0'));
  policy.add_vmpls(3);
  policy.set_require_crl(true);
  policy.set_min_guest_svn(1000);
  EXPECT_THAT(
      Failed(ChecksFor(MilanAttester(), policy)),
      ElementsAre("measurement", "host-data", "min-guest-svn", "vmpl", "crl"));
}

TEST(AppraiseSnp, RejectsDebugAndMigrationUnlessToldOtherwise) {
  SnpAttester attester = MilanAttester();
  attester.spec.policy |= 1U << 18 | 1U << 19;
  v1::SnpPolicy policy = MilanPolicy();
  EXPECT_THAT(Failed(ChecksFor(attester, policy)),
              ElementsAre("guest-policy/migrate_ma", "guest-policy/debug"));
  policy.mutable_guest_policy()->set_debug(v1::ANY);
  policy.mutable_guest_policy()->set_migrate_ma(v1::REQUIRE);
  EXPECT_THAT(Failed(ChecksFor(attester, policy)), IsEmpty());
}

TEST(AppraiseSnp, ShowsBitsWithoutANameAndDoesNotRejectThem) {
  SnpAttester attester = MilanAttester();
  attester.spec.policy |= uint64_t{1} << 40;
  attester.spec.platform_info |= uint64_t{1} << 50;
  const Checks checks = ChecksFor(attester, MilanPolicy());
  EXPECT_THAT(Failed(checks), IsEmpty());
  EXPECT_THAT(FindCheck(checks, "policy/snp/guest-policy")->found,
              HasSubstr("0x10000000000"));
  EXPECT_THAT(FindCheck(checks, "policy/snp/platform-info")->found,
              HasSubstr("0x4000000000000"));
}

TEST(AppraiseSnp, HasARuleForEachBitWithAName) {
  const auto* guest = v1::SnpGuestPolicyBits::descriptor();
  const auto* platform = v1::SnpPlatformBits::descriptor();
  // One bit of the guest's policy is always set.
  EXPECT_EQ(guest->field_count(), kSnpPolicyBits.size() - 1);
  EXPECT_EQ(platform->field_count(), kSnpPlatformBits.size());
  for (const SnpBit& bit : kSnpPolicyBits) {
    EXPECT_EQ(guest->FindFieldByName(std::string(bit.name)) == nullptr,
              bit.name == "reserved_must_be_one")
        << bit.name;
  }
  for (const SnpBit& bit : kSnpPlatformBits) {
    EXPECT_NE(platform->FindFieldByName(std::string(bit.name)), nullptr)
        << bit.name;
  }
}

TEST(AppraiseSnp, RejectsAListOfNoKnownTimeWhereOneIsRequired) {
  const auto evidence = MustVerify(SnpEvidence().Build());
  ASSERT_NE(evidence, nullptr);
  v1::SnpPolicy policy = MilanPolicy();
  policy.set_require_crl(true);
  for (const CollateralState state :
       {CollateralState::kNone, CollateralState::kRefused,
        CollateralState::kDatesUnknown, CollateralState::kCurrent}) {
    SnpFacts facts = FactsOf(*evidence->snp());
    facts.crl = state;
    Checks checks;
    AppraiseSnp(facts, policy, checks);
    EXPECT_EQ(NoneFailed(checks), state == CollateralState::kCurrent);
  }
}

TEST(AppraiseSnp, RejectsAVlekWhereOnlyVcekIsAllowed) {
  v1::SnpPolicy policy = MilanPolicy();
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)),
              ElementsAre("signing-key"));
  policy.add_signing_keys("vcek");
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)),
              ElementsAre("signing-key"));
  policy.add_signing_keys("vlek");
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)), IsEmpty());
}

TEST(AppraiseSnp, RejectsTheVlekOfAnotherCloud) {
  v1::SnpPolicy policy = MilanPolicy();
  policy.add_signing_keys("vlek");
  policy.add_signing_keys("vcek");
  policy.add_csp_ids("CN=other.example");
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)),
              ElementsAre("csp-id"));
  // A VCEK has none.
  EXPECT_THAT(Failed(ChecksFor(MilanAttester(), policy)), IsEmpty());
  policy.add_csp_ids("CN=csp.example");
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)), IsEmpty());
}

TEST(AppraiseSnp, RejectsAnotherChipWhenThereIsAChipList) {
  v1::SnpPolicy policy = MilanPolicy();
  policy.add_chip_ids(std::string(128, 'a'));
  EXPECT_THAT(Failed(ChecksFor(MilanAttester(), policy)),
              ElementsAre("chip-id"));
}

TEST(AppraiseSnp, RejectsAMaskedChipWhenThereIsAnyChipList) {
  v1::SnpPolicy policy = MilanPolicy();
  policy.add_signing_keys("vlek");
  policy.add_deny_chip_ids(std::string(128, 'a'));
  EXPECT_THAT(Failed(ChecksFor(MilanVlekAttester(), policy)),
              ElementsAre("deny-chip-id"));
}

TEST(AppraiseSnp, TakesTheShortChipIdsOfTurin) {
  v1::SnpPolicy policy;
  policy.add_products()->set_product("turin");
  policy.add_chip_ids(Hex(TurinChip()).substr(0, 16));
  EXPECT_THAT(Failed(ChecksFor(TurinAttester(), policy)), IsEmpty());
  policy.add_deny_chip_ids(policy.chip_ids(0));
  EXPECT_THAT(Failed(ChecksFor(TurinAttester(), policy)),
              ElementsAre("deny-chip-id"));
}

TEST(AppraiseSnp, RejectsMitigationsOfAReportThatHasNone) {
  v1::SnpPolicy policy = MilanPolicy();
  policy.add_current_mitigations(0);
  EXPECT_THAT(Failed(ChecksFor(MilanAttester(), policy)),
              ElementsAre("current-mitigations"));
}

TEST(AppraiseSnp, RejectsProvisionalFirmwareUnlessToldOtherwise) {
  for (const auto& [offset, bytes] :
       std::map<size_t, Bytes>{{0x1EC, {28, 55, 1}}, {0x1E0, {3}}}) {
    SnpAttester attester = MilanAttester();
    attester.patches[offset] = bytes;
    v1::SnpPolicy policy = MilanPolicy();
    EXPECT_THAT(Failed(ChecksFor(attester, policy)),
                ElementsAre("provisional-firmware"));
    policy.set_allow_provisional_firmware(true);
    EXPECT_THAT(Failed(ChecksFor(attester, policy)), IsEmpty());
  }
}

TEST(AppraiseSnp, RejectsAnotherVmplThanZeroByDefault) {
  SnpAttester attester = MilanAttester();
  attester.spec.vmpl = 1;
  EXPECT_THAT(Failed(ChecksFor(attester, MilanPolicy())), ElementsAre("vmpl"));
}

TEST(AppraiseSnp, ListsWhatIsLeftToItsDefault) {
  for (const Check& check : ChecksFor(MilanAttester(), MilanPolicy())) {
    if (check.outcome != Outcome::kNotChecked) continue;
    EXPECT_THAT(check.expected, HasSubstr("(default)")) << check.name;
  }
}

}  // namespace
}  // namespace evidenced
