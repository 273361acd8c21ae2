#include "agent/client/fetch_tdx_collateral.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/collateral_cache.h"
#include "agent/client/fetch_collateral.h"
#include "quote/tdx/quote.h"
#include "tests/agent/client/collateral_fixture.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPcs[] = "https://pcs";
constexpr char kRoots[] = "https://roots";
constexpr char kTcb[] =
    "https://pcs/tdx/certification/v4/tcb?fmspc=90C06F000000";
constexpr char kQe[] = "https://pcs/tdx/certification/v4/qe/identity";
constexpr char kPckCrl[] =
    "https://pcs/sgx/certification/v4/pckcrl?ca=platform&encoding=der";
constexpr char kRootCrl[] = "https://roots/IntelSGXRootCA.der";

class FetchTdx : public CollateralFixture {
 protected:
  FetchTdx() { Serve(TdxAnswers(pki_, kPcs, kRoots)); }

  static TdxSubject Subject() {
    TdxSubject subject;
    subject.pck =
        ParsePckCertificate(SharedTdxMachine().pki.pck().certificate).value();
    subject.fmspc = subject.pck->extensions.fmspc;
    subject.has_quote = true;
    return subject;
  }
  absl::StatusOr<FetchedCollateral> Fetch(const TdxSubject& subject,
                                          CollateralAnswers answers) const {
    return FetchTdxCollateral(
        subject, {.kds = "", .pcs = kPcs, .pcs_certificates = kRoots},
        {pki_.root().certificate.spki_sha256()}, answers);
  }
  absl::StatusOr<FetchedCollateral> Fetch() {
    return Fetch(Subject(), Answers(&service_));
  }

  void SignedBy(const std::string& url, const std::string& header,
                const std::vector<Certificate>& chain) {
    std::string pem;
    for (const Certificate& certificate : chain) pem += Pem(certificate);
    Reply(url).headers[header] = UrlEncoded(pem);
  }

  const TdxTestPki& pki_ = SharedTdxMachine().pki;
};

TEST_F(FetchTdx, GivesEveryFileAsTheServiceHasIt) {
  const auto fetched = Fetch();
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->files.size(), kTdxBundleRoles.size() - 1);
  EXPECT_EQ(File(*fetched, "tcb_info")->bytes, Reply(kTcb).body);
  EXPECT_EQ(File(*fetched, "qe_identity")->bytes, Reply(kQe).body);
  EXPECT_EQ(File(*fetched, "pck_crl")->bytes, Reply(kPckCrl).body);
  EXPECT_EQ(File(*fetched, "root_crl")->bytes, Reply(kRootCrl).body);
  EXPECT_EQ(File(*fetched, "crl_issuer_chain")->bytes,
            absl::StrCat(Pem(pki_.platform_ca().certificate),
                         Pem(pki_.root().certificate)));
  EXPECT_EQ(File(*fetched, "tcb_signing_chain")->bytes,
            absl::StrCat(Pem(pki_.tcb_signing().certificate),
                         Pem(pki_.root().certificate)));
  EXPECT_EQ(File(*fetched, "tcb_info")->until,
            absl::FromUnixSeconds(1769774400));  // 2026-01-30T12:00:00Z
  EXPECT_EQ(File(*fetched, "pck_crl")->until, TestNow() + absl::Hours(24));
  EXPECT_THAT(fetched->missing, IsEmpty());
}

TEST_F(FetchTdx, NeedsNoQuoteButItsFmspc) {
  TdxSubject subject;
  subject.fmspc = Subject().fmspc;
  subject.ca = PckCa::kProcessor;
  const auto fetched = Fetch(subject, Answers(&service_));
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_THAT(fetched->missing, IsEmpty());

  subject.has_quote = true;
  const auto without = Fetch(subject, Answers(&service_));
  ASSERT_TRUE(without.ok()) << without.status();
  ASSERT_EQ(without->missing.size(), 1);
  EXPECT_EQ(without->missing.front().role, "pck_chain");
}

TEST_F(FetchTdx, AsksTheServiceOnceWhileItsAnswersAreCurrent) {
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(service_.asked.size(), 4);
  pace_.now += absl::Hours(23);
  const auto again = Fetch();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(service_.asked.size(), 4);
  for (const FetchedFile& file : again->files) {
    EXPECT_TRUE(file.from_cache) << file.role;
    EXPECT_EQ(file.fetched, TestNow()) << file.role;
  }
}

TEST_F(FetchTdx, AsksAgainForWhatIsPastItsNextUpdate) {
  Reply(kTcb).body = TcbInfoText({.next_update = "2026-01-01T01:00:00Z"}, pki_);
  ASSERT_TRUE(Fetch().ok());
  service_.asked.clear();
  Reply(kTcb).body = TcbInfoText({}, pki_);
  pace_.now += absl::Hours(2);
  const auto again = Fetch();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(service_.asked, ::testing::ElementsAre(kTcb));
  EXPECT_FALSE(File(*again, "tcb_info")->from_cache);
  EXPECT_TRUE(File(*again, "qe_identity")->from_cache);
}

TEST_F(FetchTdx, NeedsNoServiceWithAllInTheCache) {
  EXPECT_TRUE(absl::IsNotFound(Fetch(Subject(), Answers(nullptr)).status()));
  ASSERT_TRUE(Fetch().ok());
  const auto offline = Fetch(Subject(), Answers(nullptr));
  ASSERT_TRUE(offline.ok()) << offline.status();
  EXPECT_EQ(offline->files.size(), kTdxBundleRoles.size() - 1);

  pace_.now += absl::Hours(25);
  const auto late = Fetch(Subject(), Answers(nullptr));
  EXPECT_TRUE(absl::IsNotFound(late.status())) << late.status();
  EXPECT_THAT(late.status().message(),
              HasSubstr("to be valid at 2026-01-02T01:00:00Z"));
}

TEST_F(FetchTdx, RefusesTheTcbInfoOfAnotherFmspc) {
  cache_.clear();
  Reply(kTcb).body = TcbInfoText({.fmspc = "00A06D080000"}, pki_);
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, "00a06d080000");
  TdxSubject subject;
  subject.fmspc = Subject().fmspc;
  ExpectLie(Fetch(subject, Answers(&service_)), ErrorClass::kCollateralInvalid,
            "expected the TCB info of the FMSPC 90c06f000000");
}

TEST_F(FetchTdx, RefusesCollateralOfSgx) {
  Reply(kTcb).body = TcbInfoText({.id = "SGX"}, pki_);
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, "SGX");
}

TEST_F(FetchTdx, RefusesABodyThatWasNotSigned) {
  cache_.clear();
  for (const char* url : {kTcb, kQe}) {
    const std::string whole = Reply(url).body;
    Reply(url).body = absl::StrReplaceAll(whole, {{"UpToDate", "upToDate"}});
    ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, url);
    Reply(url).body = whole;
  }
}

TEST_F(FetchTdx, RefusesATruncatedAnswer) {
  cache_.clear();
  for (const char* url : {kTcb, kQe, kPckCrl, kRootCrl}) {
    const std::string whole = Reply(url).body;
    for (const size_t size :
         {size_t{0}, size_t{1}, whole.size() / 2, whole.size() - 1}) {
      Reply(url).body = whole.substr(0, size);
      const auto fetched = Fetch();
      EXPECT_TRUE(absl::IsDataLoss(fetched.status()))
          << url << size << fetched.status();
    }
    Reply(url).body = whole;
  }
}

TEST_F(FetchTdx, RefusesAnAnswerWithoutItsIssuerChain) {
  cache_.clear();
  for (const char* url : {kTcb, kQe, kPckCrl}) {
    const auto headers = Reply(url).headers;
    const std::string name = headers.begin()->first;
    Reply(url).headers.clear();
    ExpectLie(Fetch(), ErrorClass::kMalformed, "issuer chain");
    for (const std::string garbled :
         {"%", "%2", "%zz", "%00", "x", "%1B%5B2J"}) {
      Reply(url).headers[name] = garbled;
      ExpectLie(Fetch(), ErrorClass::kMalformed, url);
    }
    const std::string chain = headers.begin()->second;
    Reply(url).headers[name] = chain.substr(0, chain.size() / 2);
    EXPECT_TRUE(absl::IsDataLoss(Fetch().status()));
    Reply(url).headers[name] = chain + chain;
    ExpectLie(Fetch(), ErrorClass::kChainInvalid, url);
    Reply(url).headers = headers;
  }
  EXPECT_TRUE(Fetch().ok());
}

TEST_F(FetchTdx, RefusesASignerOfAnotherKind) {
  SignedBy(kTcb, kTcbInfoChainHeader,
           {pki_.platform_ca().certificate, pki_.root().certificate});
  ExpectLie(Fetch(), ErrorClass::kChainInvalid, kTcb);
}

TEST_F(FetchTdx, RefusesTheListOfAnotherCa) {
  SignedBy(kPckCrl, kPckCrlChainHeader,
           {pki_.processor_ca().certificate, pki_.root().certificate});
  ExpectLie(Fetch(), ErrorClass::kChainInvalid,
            "expected Intel SGX PCK Platform CA");
}

TEST_F(FetchTdx, RefusesARootThatNobodyTrusts) {
  const TdxTestPki stranger;
  Serve(TdxAnswers(stranger, kPcs, kRoots));
  TdxSubject subject;
  subject.fmspc = Subject().fmspc;
  ExpectLie(Fetch(subject, Answers(&service_)), ErrorClass::kUntrustedRoot,
            kPckCrl);
}

TEST_F(FetchTdx, RefusesTheListOfAnotherRoot) {
  const TdxTestPki stranger;
  Reply(kRootCrl).body = ToString(IssueCrl({}, stranger.root()));
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, kRootCrl);
}

TEST_F(FetchTdx, RefusesWhatARevokedSignerSigned) {
  Reply(kRootCrl).body = ToString(IssueCrl({.serials = {0x30}}, pki_.root()));
  ExpectLie(Fetch(), ErrorClass::kChainInvalid, kTcb);
}

TEST_F(FetchTdx, RefusesCollateralThatIsNotCurrent) {
  Reply(kQe).body =
      QeIdentityText({.next_update = "2025-12-31T23:00:00Z"}, pki_);
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, kQe);
}

TEST_F(FetchTdx, KeepsNothingThatDoesNotVerify) {
  const std::string good = Reply(kTcb).body;
  Reply(kTcb).body = TcbInfoText({.fmspc = "00A06D080000"}, pki_);
  ASSERT_FALSE(Fetch().ok());
  Reply(kTcb).body = good;
  const auto fetched = Fetch();
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_FALSE(File(*fetched, "tcb_info")->from_cache);
}

TEST_F(FetchTdx, SaysThatTheFmspcIsUnknown) {
  service_.answers.erase(kTcb);
  const auto status = Fetch().status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("FMSPC 90c06f000000"));
  EXPECT_THAT(status.message(), HasSubstr("404"));
}

// Intel's next TCB signing key.
Issued NextSigner(const TdxTestPki& pki) {
  CertificateSpec spec;
  spec.common_name = "Intel SGX TCB Signing";
  spec.serial = 0x31;
  spec.key_usage = "critical,digitalSignature,nonRepudiation";
  return Issue(spec, pki.root());
}

class FetchTdxOfTwoSigners : public FetchTdx {
 protected:
  // What `spec` says, signed by the next.
  void SignTcbInfo(const tdx_quoter::TcbInfoSpec& spec) {
    Reply(kTcb).body = tdx_quoter::SignedText(
        "tcbInfo", tdx_quoter::TcbInfoBody(spec), next_.key.evp());
    SignedBy(kTcb, kTcbInfoChainHeader,
             {next_.certificate, pki_.root().certificate});
  }
  void SignQeIdentity() {
    Reply(kQe).body = tdx_quoter::SignedText(
        "enclaveIdentity", tdx_quoter::QeIdentityBody(IntelQeIdentity()),
        next_.key.evp());
    SignedBy(kQe, kQeIdentityChainHeader,
             {next_.certificate, pki_.root().certificate});
  }

  const Issued next_ = NextSigner(pki_);
};

TEST_F(FetchTdxOfTwoSigners, RefusesThemAsABundleHasTheChainOfOne) {
  SignQeIdentity();
  ExpectLie(Fetch(), ErrorClass::kCollateralInvalid, "found two");
}

TEST_F(FetchTdxOfTwoSigners, AsksAnewWhereTheCacheHasTheLast) {
  Reply(kTcb).body = TcbInfoText({.next_update = "2026-01-01T01:00:00Z"}, pki_);
  ASSERT_TRUE(Fetch().ok());
  pace_.now += absl::Hours(2);
  SignTcbInfo({});
  SignQeIdentity();
  CollateralAnswers answers = Answers(&service_);
  const auto fetched = FetchCollateral(
      Subject(), {.kds = "", .pcs = kPcs, .pcs_certificates = kRoots},
      {.snp = {}, .tdx = {pki_.root().certificate.spki_sha256()}}, answers);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_FALSE(File(*fetched, "qe_identity")->from_cache);
  EXPECT_EQ(File(*fetched, "tcb_signing_chain")->bytes,
            absl::StrCat(Pem(next_.certificate), Pem(pki_.root().certificate)));
}

TEST_F(FetchTdxOfTwoSigners, ForgetsHowOldThatWasWhichWasReplaced) {
  ASSERT_TRUE(Fetch().ok());
  SignTcbInfo({});
  SignQeIdentity();
  service_.answers.at(kTcb).push_front(HttpReply{.status = 500});
  CollateralAnswers answers = Answers(&service_, CacheUse::kIfUnanswered);
  const auto fetched = FetchCollateral(
      Subject(), {.kds = "", .pcs = kPcs, .pcs_certificates = kRoots},
      {.snp = {}, .tdx = {pki_.root().certificate.spki_sha256()}}, answers);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_FALSE(File(*fetched, "tcb_info")->from_cache);
  EXPECT_THAT(answers.remarks(), IsEmpty());
}

TEST_F(FetchTdxOfTwoSigners, AsksNobodyAnewOffline) {
  ASSERT_TRUE(Fetch().ok());
  SignQeIdentity();
  const std::string url = kQe;
  const CollateralCache cache(cache_);
  ASSERT_TRUE(
      cache
          .Keep(url, {.fetched = pace_.now,
                      .issuer_chain = Reply(url).Header(kQeIdentityChainHeader),
                      .body = Reply(url).body})
          .ok());
  CollateralAnswers answers = Answers(nullptr);
  const auto fetched = FetchCollateral(
      Subject(), {.kds = "", .pcs = kPcs, .pcs_certificates = kRoots},
      {.snp = {}, .tdx = {pki_.root().certificate.spki_sha256()}}, answers);
  ExpectLie(fetched, ErrorClass::kCollateralInvalid, "found two");
}

}  // namespace
}  // namespace evidenced
