#include "agent/client/fetch_snp_collateral.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "quote/snp/report.h"
#include "tests/agent/client/collateral_fixture.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kKds[] = "https://kds";
constexpr char kChain[] = "https://kds/vcek/v1/Milan/cert_chain";
constexpr char kCrl[] = "https://kds/vcek/v1/Milan/crl";

const SnpMachine& Milan() {
  static const auto* const kMachine = new SnpMachine(MakeMilan());
  return *kMachine;
}

class FetchSnp : public CollateralFixture {
 protected:
  FetchSnp() {
    Serve(SnpAnswers(Milan(), kKds));
    Serve(VlekAnswers(Milan(), kKds));
    for (const auto& [url, reply] : service_.answers) {
      if (absl::StrContains(url, "SPL")) vcek_url_ = url;
    }
  }

  static SnpSubject Subject(const SnpReportSpec& spec = {}) {
    SnpSubject subject;
    subject.report = ParseSnpReport(UnsignedSnpReport(spec)).value();
    subject.kind = subject.report.signing_key() == kSnpSignedByVlek
                       ? SnpKeyKind::kVlek
                       : SnpKeyKind::kVcek;
    return subject;
  }
  absl::StatusOr<FetchedCollateral> Fetch(const SnpSubject& subject,
                                          CollateralAnswers answers) {
    const SnpRoots roots =
        WithSnpRoot({}, Milan().pki.ark().certificate.spki_sha256());
    return FetchSnpCollateral(subject, kKds, roots, answers);
  }
  absl::StatusOr<FetchedCollateral> Fetch(
      const SnpSubject& subject = Subject()) {
    return Fetch(subject, Answers(&service_));
  }

  std::string vcek_url_;
};

TEST_F(FetchSnp, GivesEveryFileAsTheServiceHasIt) {
  const auto fetched = Fetch();
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->files.size(), 3);
  EXPECT_EQ(File(*fetched, "ek")->bytes, Reply(vcek_url_).body);
  EXPECT_EQ(File(*fetched, "ca")->bytes, Reply(kChain).body);
  EXPECT_EQ(File(*fetched, "crl")->bytes, Reply(kCrl).body);
  EXPECT_EQ(File(*fetched, "crl")->until, TestNow() + absl::Hours(24));
  EXPECT_THAT(fetched->missing, IsEmpty());
}

TEST_F(FetchSnp, SaysThatAVlekIsNotToBeHad) {
  const auto fetched = Fetch(Subject(VlekReportSpec()));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->files.size(), 2);
  EXPECT_EQ(File(*fetched, "ek"), nullptr);
  ASSERT_EQ(fetched->missing.size(), 1);
  EXPECT_EQ(fetched->missing.front().role, "ek");
  for (const std::string& url : service_.asked) {
    EXPECT_THAT(url, HasSubstr("/vlek/v1/Milan/"));
  }
}

TEST_F(FetchSnp, AsksTheServiceOnceWhileItsAnswersAreCurrent) {
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(service_.asked.size(), 3);
  pace_.now += absl::Hours(23);
  const auto again = Fetch();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(service_.asked.size(), 3);
  EXPECT_TRUE(File(*again, "ek")->from_cache);
}

TEST_F(FetchSnp, RefusesTheVcekOfAnotherChipOrTcb) {
  SnpKeySpec other = MilanVcekSpec();
  other.extensions["3.8"] = DerInteger(7);
  Reply(vcek_url_).body =
      ToString(Milan().pki.IssueVcek(other).certificate.der());
  ExpectLie(Fetch(), ErrorClass::kBindingMismatch, "reported TCB");

  other = MilanVcekSpec();
  other.extensions["4"] = Bytes(64, 0x11);
  Reply(vcek_url_).body =
      ToString(Milan().pki.IssueVcek(other).certificate.der());
  ExpectLie(Fetch(), ErrorClass::kBindingMismatch, "for the chip");
}

TEST_F(FetchSnp, RefusesWhatIsNoCertificate) {
  for (const std::string body : {"", "<html>busy</html>"}) {
    Reply(vcek_url_).body = body;
    ExpectLie(Fetch(), ErrorClass::kMalformed, "the VCEK of the Milan");
  }
}

TEST_F(FetchSnp, RefusesAChainInAnotherOrderOrOfOthers) {
  const SnpTestPki& pki = Milan().pki;
  const std::string ask = Pem(pki.ask().certificate);
  const std::string ark = Pem(pki.ark().certificate);
  const std::string asvk = Pem(pki.asvk().certificate);
  for (const std::string& pem :
       {absl::StrCat(ark, ask), ask, absl::StrCat(asvk, ark),
        absl::StrCat(ask, ark, ark)}) {
    Reply(kChain).body = pem;
    ExpectLie(Fetch(), ErrorClass::kChainInvalid, kChain);
  }
  Reply(kChain).body = absl::StrCat("\x1b[2J", ask, ark);
  ExpectLie(Fetch(), ErrorClass::kMalformed, kChain);
}

TEST_F(FetchSnp, RefusesARootThatNobodyTrusts) {
  const auto answers = Answers(&service_);
  CollateralAnswers own = answers;
  ExpectLie(FetchSnpCollateral(Subject(), kKds, AmdSnpRoots(), own),
            ErrorClass::kUntrustedRoot, kChain);
}

TEST_F(FetchSnp, RefusesAListThatRevokesTheIntermediate) {
  CrlSpec spec{
      .serials = {0x10000}, .digest = "SHA384", .padding = RsaPadding::kPss};
  const std::string serial = Milan().pki.ask().certificate.serial();
  spec.serials = {static_cast<int64_t>(std::stoul(serial, nullptr, 16))};
  Reply(kCrl).body = ToString(IssueCrl(spec, Milan().pki.ark()));
  ExpectLie(Fetch(), ErrorClass::kChainInvalid, "not to be revoked");
}

TEST_F(FetchSnp, RefusesAListThatIsNotCurrent) {
  pace_.now += absl::Hours(25);
  const auto fetched = Fetch();
  EXPECT_TRUE(absl::IsDataLoss(fetched.status())) << fetched.status();
}

TEST_F(FetchSnp, SaysThatTheChipIsUnknown) {
  service_.answers.erase(vcek_url_);
  const auto status = Fetch().status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(status.message(),
              HasSubstr("AMD's KDS does not know the VCEK of the Milan"));
  EXPECT_THAT(status.message(), HasSubstr("microcode 213"));
}

}  // namespace
}  // namespace evidenced
