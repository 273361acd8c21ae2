// When a service is asked again, and what it may then answer.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "agent/client/fetch_collateral.h"
#include "agent/client/fetch_snp_collateral.h"
#include "agent/client/fetch_tdx_collateral.h"
#include "quote/snp/report.h"
#include "quote/tdx/signed_json.h"
#include "tests/agent/client/collateral_fixture.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kTcb[] =
    "https://pcs/tdx/certification/v4/tcb?fmspc=90C06F000000";
constexpr char kQe[] = "https://pcs/tdx/certification/v4/qe/identity";
constexpr char kPckCrl[] =
    "https://pcs/sgx/certification/v4/pckcrl?ca=platform&encoding=der";
constexpr char kRootCrl[] = "https://roots/IntelSGXRootCA.der";

// By which a list revokes it.
int64_t SerialOf(const Issued& issued) {
  return static_cast<int64_t>(
      std::stoul(issued.certificate.serial(), nullptr, 16));
}

// From 11 hours before TestNow() on everything is current, and for a day and
// 11 hours.
class Refetch : public CollateralFixture {
 protected:
  Refetch() {
    Serve(TdxAnswers(pki_, "https://pcs", "https://roots"));
    pace_.now = TestNow() - absl::Hours(11);
  }

  absl::StatusOr<FetchedCollateral> Fetch(
      CacheUse use = CacheUse::kWhileFresh) {
    CollateralAnswers answers = Answers(&service_, use);
    return Fetch(answers);
  }
  absl::StatusOr<FetchedCollateral> Fetch(CollateralAnswers& answers) {
    TdxSubject subject;
    subject.fmspc = Bytes{0x90, 0xc0, 0x6f, 0, 0, 0};
    subject.ca = ca_;
    auto fetched = FetchCollateral(
        subject,
        {.kds = "", .pcs = "https://pcs", .pcs_certificates = "https://roots"},
        {.snp = {}, .tdx = {pki_.root().certificate.spki_sha256()}}, answers);
    remarks_ = answers.remarks();
    return fetched;
  }
  void SetTcbInfo(int number) {
    Reply(kTcb).body = TcbInfoText({.evaluation_number = number}, pki_);
  }
  void SetQeIdentity(int number) {
    tdx_quoter::QeIdentitySpec spec = IntelQeIdentity();
    spec.evaluation_number = number;
    Reply(kQe).body = QeIdentityText(spec, pki_);
  }
  void SetRootCrl(absl::Time this_update) {
    Reply(kRootCrl).body =
        ToString(IssueCrl({.this_update = this_update}, pki_.root()));
  }
  // The next, by which nothing of the platform CA counts.
  void RevokePlatformCa() {
    Reply(kRootCrl).body =
        ToString(IssueCrl({.serials = {SerialOf(pki_.platform_ca())},
                           .this_update = TestNow() - absl::Hours(12)},
                          pki_.root()));
  }
  void ExpectThatItCannotGoBack() {
    SetRootCrl(TestNow() - absl::Hours(13));
    for (const CacheUse use :
         {CacheUse::kWhileFresh, CacheUse::kIfUnanswered}) {
      ExpectLie(Fetch(use), ErrorClass::kCollateralInvalid,
                "expected thisUpdate 2025-12-31T12:00:00Z or later");
    }
  }
  // All of it mute.
  void Break(int status) {
    for (auto& [url, replies] : service_.answers) {
      replies = {HttpReply{.status = status}};
    }
  }

  const TdxTestPki& pki_ = SharedTdxMachine().pki;
  PckCa ca_ = PckCa::kPlatform;
  std::vector<std::string> remarks_;
};

TEST_F(Refetch, AsksAgainForWhatIsOlderThanADay) {
  ASSERT_TRUE(Fetch().ok());
  pace_.now += absl::Hours(24);
  service_.asked.clear();
  ASSERT_TRUE(Fetch().ok());
  EXPECT_THAT(service_.asked, IsEmpty());

  pace_.now += absl::Seconds(1);
  SetTcbInfo(19);
  const auto again = Fetch();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(service_.asked, ElementsAre(kPckCrl, kRootCrl, kTcb, kQe));
  EXPECT_EQ(File(*again, "tcb_info")->bytes, Reply(kTcb).body);
  EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(Refetch, AsksAgainForWhatIsFromTheFuture) {
  ASSERT_TRUE(Fetch().ok());
  pace_.now -= absl::Seconds(1);
  service_.asked.clear();
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(service_.asked.size(), 4);
}

TEST_F(Refetch, AsksForEverythingWhereThatIsWanted) {
  ASSERT_TRUE(Fetch().ok());
  SetTcbInfo(19);
  service_.asked.clear();
  const auto again = Fetch(CacheUse::kIfUnanswered);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(service_.asked.size(), 4);
  EXPECT_EQ(File(*again, "tcb_info")->bytes, Reply(kTcb).body);
  // And it is kept.
  EXPECT_EQ(File(*Fetch(), "tcb_info")->bytes, Reply(kTcb).body);
}

TEST_F(Refetch, TakesWhatWasKeptFromAMuteServiceAndSaysHowOldItIs) {
  ASSERT_TRUE(Fetch().ok());
  pace_.now += absl::Hours(26);
  for (const int status : {500, 503, 429}) {
    Break(status);
    for (const CacheUse use :
         {CacheUse::kWhileFresh, CacheUse::kIfUnanswered}) {
      const auto fetched = Fetch(use);
      ASSERT_TRUE(fetched.ok()) << fetched.status();
      EXPECT_TRUE(File(*fetched, "tcb_info")->from_cache);
      ASSERT_EQ(remarks_.size(), 4);
      EXPECT_THAT(remarks_[2], HasSubstr("the TCB info of the FMSPC"));
      EXPECT_THAT(remarks_[2], HasSubstr("was fetched 1 day 2 hours ago"));
      EXPECT_THAT(remarks_[2], HasSubstr("Intel's PCS"));
      pace_.now = TestNow() + absl::Hours(15);
    }
  }
}

TEST_F(Refetch, TakesNothingThatIsNoLongerCurrentFromTheCache) {
  ASSERT_TRUE(Fetch().ok());
  pace_.now += absl::Hours(36);
  Break(500);
  const auto status = Fetch().status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("500"));
}

TEST_F(Refetch, TakesNothingFromTheCacheWhereTheServiceDoesNotKnowIt) {
  ASSERT_TRUE(Fetch().ok());
  service_.answers.erase(kTcb);
  const auto status = Fetch(CacheUse::kIfUnanswered).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
}

TEST_F(Refetch, TakesNothingFromTheCacheWhereTheServiceRefuses) {
  ASSERT_TRUE(Fetch().ok());
  for (const int status : {204, 301, 400, 401, 403}) {
    Break(status);
    const auto refused = Fetch(CacheUse::kIfUnanswered).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
    EXPECT_THAT(refused.message(), HasSubstr(absl::StrCat(status)));
  }
}

TEST_F(Refetch, TakesNothingFromTheCacheWhereTheServiceSaysTooMuch) {
  ASSERT_TRUE(Fetch().ok());
  Reply(kTcb).body.append(kMaxCollateralSize, ' ');
  const auto status = Fetch(CacheUse::kIfUnanswered).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

TEST_F(Refetch, SaysHowOldItIsWhereNoServiceIsAsked) {
  ASSERT_TRUE(Fetch().ok());
  CollateralAnswers fresh = Answers(nullptr);
  ASSERT_TRUE(Fetch(fresh).ok());
  EXPECT_THAT(remarks_, IsEmpty());
  pace_.now += absl::Hours(26);
  CollateralAnswers old = Answers(nullptr);
  ASSERT_TRUE(Fetch(old).ok());
  ASSERT_EQ(remarks_.size(), 4);
  EXPECT_THAT(remarks_[0], HasSubstr("1 day 2 hours ago"));
}

TEST_F(Refetch, RefusesAnEarlierEvaluationThanBefore) {
  SetTcbInfo(19);
  SetQeIdentity(19);
  ASSERT_TRUE(Fetch().ok());
  for (const char* url : {kTcb, kQe}) {
    const std::string good = Reply(url).body;
    if (url == std::string(kTcb)) {
      SetTcbInfo(18);
    } else {
      SetQeIdentity(18);
    }
    ExpectLie(Fetch(CacheUse::kIfUnanswered), ErrorClass::kCollateralInvalid,
              "expected tcbEvaluationDataNumber 19 or later, as it was before, "
              "found 18 at ");
    Reply(url).body = good;
    // Nothing of it was kept.
    EXPECT_EQ(File(*Fetch(), "tcb_info")->bytes, Reply(kTcb).body);
    EXPECT_EQ(File(*Fetch(), "qe_identity")->bytes, Reply(kQe).body);
  }
  EXPECT_TRUE(Fetch(CacheUse::kIfUnanswered).ok());
  SetTcbInfo(20);
  EXPECT_TRUE(Fetch(CacheUse::kIfUnanswered).ok());
}

TEST_F(Refetch, RemembersTheEditionOfWhatIsNoLongerCurrent) {
  Reply(kTcb).body = TcbInfoText(
      {.next_update = "2026-01-01T00:00:00Z", .evaluation_number = 19}, pki_);
  ASSERT_TRUE(Fetch().ok());
  pace_.now += absl::Hours(12);
  SetTcbInfo(18);
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, "found 18 at");
}

TEST_F(Refetch, RefusesAnEarlierListThanBefore) {
  SetRootCrl(TestNow() - absl::Hours(12));
  ASSERT_TRUE(Fetch().ok());
  SetRootCrl(TestNow() - absl::Hours(13));
  ExpectLie(Fetch(CacheUse::kIfUnanswered), ErrorClass::kCollateralInvalid,
            "expected thisUpdate 2025-12-31T12:00:00Z or later, as it was "
            "before, found 2025-12-31T11:00:00Z at https://roots");
  Reply(kPckCrl).body = ToString(IssueCrl(
      {.this_update = TestNow() - absl::Hours(25)}, pki_.platform_ca()));
  ExpectLie(Fetch(CacheUse::kIfUnanswered), ErrorClass::kCollateralInvalid,
            "found 2025-12-30T23:00:00Z at https://pcs/sgx");
}

// Machines of either CA have the root's list in common.
TEST_F(Refetch, RemembersAListThatRevokesTheCaOfOtherMachines) {
  RevokePlatformCa();
  ca_ = PckCa::kProcessor;
  ASSERT_TRUE(Fetch().ok());
  ca_ = PckCa::kPlatform;
  ExpectLie(Fetch(), ErrorClass::kChainInvalid, "not to be revoked");
  ExpectThatItCannotGoBack();
}

TEST_F(Refetch, RemembersAListThatRevokesTheCaItIsFetchedFor) {
  SetRootCrl(TestNow() - absl::Hours(13));
  ASSERT_TRUE(Fetch().ok());
  RevokePlatformCa();
  ExpectLie(Fetch(CacheUse::kIfUnanswered), ErrorClass::kChainInvalid,
            "by the revocation list of https://roots/IntelSGXRootCA.der: "
            "expected ");
  ExpectThatItCannotGoBack();

  CollateralAnswers offline = Answers(nullptr);
  ExpectLie(Fetch(offline), ErrorClass::kChainInvalid, "not to be revoked");
  Break(500);
  for (const CacheUse use : {CacheUse::kWhileFresh, CacheUse::kIfUnanswered}) {
    const auto status = Fetch(use).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  }
}

TEST_F(Refetch, BelievesNoEditionThatNobodySigned) {
  const TdxTestPki stranger;
  ASSERT_TRUE(Fetch().ok());
  ASSERT_TRUE(
      CollateralCache(cache_)
          .Keep(kTcb,
                {.fetched = pace_.now,
                 .issuer_chain = Reply(kTcb).headers.begin()->second,
                 .body = TcbInfoText({.evaluation_number = 99}, stranger)})
          .ok());
  EXPECT_TRUE(Fetch(CacheUse::kIfUnanswered).ok());
}

class RefetchSnp : public CollateralFixture {
 protected:
  RefetchSnp() { Serve(SnpAnswers(milan_, "https://kds")); }

  absl::StatusOr<FetchedCollateral> FetchWithList(
      absl::Time this_update, const std::vector<int64_t>& serials = {}) {
    const CrlSpec spec{.serials = serials,
                       .this_update = this_update,
                       .digest = "SHA384",
                       .padding = RsaPadding::kPss};
    Reply("https://kds/vcek/v1/Milan/crl").body =
        ToString(IssueCrl(spec, milan_.pki.ark()));
    SnpSubject subject;
    subject.report = ParseSnpReport(UnsignedSnpReport({})).value();
    CollateralAnswers answers = Answers(&service_, CacheUse::kIfUnanswered);
    return FetchSnpCollateral(
        subject, "https://kds",
        WithSnpRoot({}, milan_.pki.ark().certificate.spki_sha256()), answers);
  }

  const SnpMachine milan_ = MakeMilan();
};

TEST_F(RefetchSnp, RefusesAnEarlierListThanBefore) {
  EXPECT_TRUE(FetchWithList(TestNow() - absl::Hours(2)).ok());
  ExpectLie(FetchWithList(TestNow() - absl::Hours(3)),
            ErrorClass::kCollateralInvalid,
            "found 2025-12-31T21:00:00Z at https://kds");
  EXPECT_TRUE(FetchWithList(TestNow() - absl::Hours(1)).ok());
}

TEST_F(RefetchSnp, RemembersAListThatRevokesTheIntermediate) {
  EXPECT_TRUE(FetchWithList(TestNow() - absl::Hours(3)).ok());
  ExpectLie(
      FetchWithList(TestNow() - absl::Hours(2), {SerialOf(milan_.pki.ask())}),
      ErrorClass::kChainInvalid,
      "by the revocation list of https://kds/vcek/v1/Milan/crl: expected ");
  ExpectLie(FetchWithList(TestNow() - absl::Hours(3)),
            ErrorClass::kCollateralInvalid,
            "found 2025-12-31T21:00:00Z at https://kds");
}

}  // namespace
}  // namespace evidenced
