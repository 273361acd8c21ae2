#include <vector>

#include "gmock/gmock.h"

#include "quote/crypto/certificate.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

constexpr auto kUnauthenticated = absl::StatusCode::kUnauthenticated;
constexpr auto kAny = CertificatePurpose::kAny;

using Certificates = std::vector<Certificate>;

absl::Status Verify(const Issued& leaf, const Certificates& intermediates,
                    const Certificates& roots,
                    CertificatePurpose purpose = kAny,
                    absl::Time now = TestNow()) {
  return VerifyChain(leaf.certificate, intermediates, roots, purpose, now);
}

// root <- middle <- leaf.
struct Chain {
  Issued root = IssueRoot(CaSpec("root"));
  Issued middle = Issue(CaSpec("middle"), root);
  Issued leaf = Issue(CertificateSpec{}, middle);
};

TEST(VerifyChain, AcceptsAWholeChain) {
  const Chain chain;
  EXPECT_TRUE(
      Verify(chain.leaf, {chain.middle.certificate}, {chain.root.certificate})
          .ok());
}

TEST(VerifyChain, AcceptsIntermediatesThatItDoesNotNeedInAnyOrder) {
  const Chain chain;
  const Chain other;
  EXPECT_TRUE(Verify(chain.leaf,
                     {other.middle.certificate, chain.root.certificate,
                      chain.middle.certificate},
                     {other.root.certificate, chain.root.certificate})
                  .ok());
}

TEST(VerifyChain, TakesAnIntermediateThatIsTrustedAsItStands) {
  const Chain chain;
  EXPECT_TRUE(Verify(chain.leaf, {}, {chain.middle.certificate}).ok());
}

TEST(VerifyChain, RefusesAMissingIntermediate) {
  const Chain chain;
  EXPECT_EQ(Verify(chain.leaf, {}, {chain.root.certificate}).code(),
            kUnauthenticated);
}

TEST(VerifyChain, RefusesNoRoots) {
  const Chain chain;
  EXPECT_EQ(
      Verify(chain.leaf, {chain.middle.certificate, chain.root.certificate}, {})
          .code(),
      kUnauthenticated);
}

TEST(VerifyChain, RefusesAnotherRootOfTheSameName) {
  const Chain chain;
  const Chain other;
  EXPECT_EQ(
      Verify(chain.leaf, {chain.middle.certificate}, {other.root.certificate})
          .code(),
      kUnauthenticated);
  EXPECT_EQ(
      Verify(chain.leaf, {other.middle.certificate}, {chain.root.certificate})
          .code(),
      kUnauthenticated);
}

// Without key identifiers only the signatures tell them apart.
TEST(VerifyChain, RefusesAnotherRootOfTheSameNameWithoutKeyIdentifiers) {
  CertificateSpec ca = CaSpec("root");
  ca.subject_key_identifier = "";
  CertificateSpec spec;
  spec.authority_key_identifier = "";
  const Issued root = IssueRoot(ca);
  const Issued other = IssueRoot(ca);
  const Issued leaf = Issue(spec, root);
  EXPECT_TRUE(Verify(leaf, {}, {root.certificate}).ok());
  EXPECT_EQ(Verify(leaf, {}, {other.certificate}).code(), kUnauthenticated);
}

TEST(VerifyChain, RefusesACertificateChangedAfterItWasSigned) {
  const Chain chain;
  Bytes der = chain.leaf.certificate.der();
  der.back() ^= 1;  // the last byte of the signature's s
  const auto changed = Certificate::FromDer(der);
  ASSERT_TRUE(changed.ok());
  const Certificates roots = {chain.middle.certificate};
  EXPECT_EQ(VerifyChain(*changed, {}, roots, kAny, TestNow()).code(),
            kUnauthenticated);
}

TEST(VerifyChain, ChecksTheDatesAtTheGivenTime) {
  const Chain chain;
  const Certificates middles = {chain.middle.certificate};
  const Certificates roots = {chain.root.certificate};
  const CertificateSpec spec;
  const auto at = [&](absl::Time now) {
    return Verify(chain.leaf, middles, roots, kAny, now).code();
  };
  EXPECT_EQ(at(spec.not_before), absl::StatusCode::kOk);
  EXPECT_EQ(at(spec.not_after - absl::Seconds(1)), absl::StatusCode::kOk);
  EXPECT_EQ(at(spec.not_before - absl::Seconds(1)), kUnauthenticated);
  EXPECT_EQ(at(spec.not_after + absl::Seconds(1)), kUnauthenticated);
  EXPECT_EQ(at(absl::UnixEpoch()), kUnauthenticated);
}

TEST(VerifyChain, RefusesAnExpiredIntermediateOfAValidLeaf) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec = CaSpec("middle");
  spec.not_after = TestNow() - absl::Seconds(1);
  const Issued middle = Issue(spec, root);
  const Issued leaf = Issue(CertificateSpec{}, middle);
  EXPECT_EQ(Verify(leaf, {middle.certificate}, {root.certificate}).code(),
            kUnauthenticated);
}

TEST(VerifyChain, RefusesIssuersThatAreNoCa) {
  const Issued root = IssueRoot(CaSpec("root"));
  // A leaf, a key usage without basic constraints, and neither.
  CertificateSpec plain;
  CertificateSpec usage_only;
  usage_only.basic_constraints = "";
  usage_only.key_usage = "critical,keyCertSign";
  CertificateSpec nothing;
  nothing.basic_constraints = "";
  // A CA whose key must not sign certificates.
  CertificateSpec wrong_usage = CaSpec("middle");
  wrong_usage.key_usage = "critical,digitalSignature";
  for (CertificateSpec spec : {plain, usage_only, nothing, wrong_usage}) {
    spec.common_name = "middle";
    const Issued middle = Issue(spec, root);
    const Issued leaf = Issue(CertificateSpec{}, middle);
    EXPECT_EQ(Verify(leaf, {middle.certificate}, {root.certificate}).code(),
              kUnauthenticated)
        << spec.basic_constraints << " / " << spec.key_usage;
  }
}

TEST(VerifyChain, KeepsThePathLengthOfACa) {
  CertificateSpec spec = CaSpec("root");
  spec.basic_constraints = "critical,CA:TRUE,pathlen:0";
  const Issued root = IssueRoot(spec);
  const Issued middle = Issue(CaSpec("middle"), root);
  const Issued direct = Issue(CertificateSpec{}, root);
  const Issued leaf = Issue(CertificateSpec{}, middle);
  EXPECT_TRUE(Verify(direct, {}, {root.certificate}).ok());
  EXPECT_EQ(Verify(leaf, {middle.certificate}, {root.certificate}).code(),
            kUnauthenticated);
}

TEST(VerifyChain, ChecksWhatTheLeafIsFor) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec;
  spec.extended_key_usage = "serverAuth";
  const Issued server = Issue(spec, root);
  spec.extended_key_usage = "clientAuth";
  const Issued client = Issue(spec, root);
  const Certificates roots = {root.certificate};
  constexpr auto kServer = CertificatePurpose::kTlsServer;
  constexpr auto kClient = CertificatePurpose::kTlsClient;
  EXPECT_TRUE(Verify(server, {}, roots, kServer).ok());
  EXPECT_TRUE(Verify(client, {}, roots, kClient).ok());
  EXPECT_TRUE(Verify(client, {}, roots, kAny).ok());
  EXPECT_EQ(Verify(server, {}, roots, kClient).code(), kUnauthenticated);
  EXPECT_EQ(Verify(client, {}, roots, kServer).code(), kUnauthenticated);
}

TEST(VerifyChain, RefusesSha1SignaturesAndShortRsaKeys) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec sha1;
  sha1.digest = "SHA1";
  EXPECT_EQ(Verify(Issue(sha1, root), {}, {root.certificate}).code(),
            kUnauthenticated);
  const Issued short_leaf = Issue(CertificateSpec{}, root, KeyKind::kRsa1024);
  EXPECT_EQ(Verify(short_leaf, {}, {root.certificate}).code(),
            kUnauthenticated);
  const Issued short_root = IssueRoot(CaSpec("root"), KeyKind::kRsa1024);
  const Issued leaf = Issue(CertificateSpec{}, short_root);
  EXPECT_EQ(Verify(leaf, {}, {short_root.certificate}).code(),
            kUnauthenticated);
}

TEST(VerifyChain, AcceptsRsaChains) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa2048);
  const Issued leaf = Issue(CertificateSpec{}, root, KeyKind::kP384);
  EXPECT_TRUE(Verify(leaf, {}, {root.certificate}).ok());
}

}  // namespace
}  // namespace evidenced
