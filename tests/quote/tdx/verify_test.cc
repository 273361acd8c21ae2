#include "quote/tdx/verify.h"

#include <algorithm>

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/tdx/quote_checks.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {
namespace {

using tdx_quoter::QuoteSpec;

// The order n of P-256: FIPS 186-4, D.1.2.3.
constexpr char kP256Order[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

const VerifiedPck& Pck() {
  static const auto* const kPck =
      new VerifiedPck(SharedTdxMachine().pki.Verified());
  return *kPck;
}

absl::StatusOr<VerifiedTdxQuote> Verify(ByteView quote) {
  return VerifyTdxQuote(quote, Pck(), TestQuotingEnclaves());
}

absl::StatusOr<VerifiedTdxQuote> Verify(const QuoteSpec& spec) {
  return Verify(SharedTdxMachine().Quote(spec));
}

void ExpectRefused(const absl::StatusOr<VerifiedTdxQuote>& verified,
                   ErrorClass error_class) {
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(ErrorClassOf(verified.status()), error_class) << verified.status();
}

std::vector<QuoteSpec> EachVersion() {
  std::vector<QuoteSpec> specs(3);
  specs[1].version = 5;
  specs[2].version = 5;
  specs[2].td15 = true;
  return specs;
}

// Where the parts behind the signed one are, from its end.
constexpr size_t kSignature = 4;
constexpr size_t kAttestationKey = kSignature + 64;
constexpr size_t kQeReport = kAttestationKey + 64 + 6;
constexpr size_t kQeSignature = kQeReport + 384;
constexpr size_t kAuthData = kQeSignature + 64 + 2;
constexpr size_t kPckChain = kAuthData + 32 + 6;

TEST(VerifyTdxQuote, AcceptsEachVersion) {
  for (const QuoteSpec& spec : EachVersion()) {
    const auto verified = Verify(spec);
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(verified->quote().header.version, spec.version);
    EXPECT_EQ(verified->body().kind(), spec.td15 ? "td15" : "td10");
    EXPECT_EQ(verified->body().report_data, Bytes(64, 0xda));
    EXPECT_EQ(Hex(verified->pck().pck().extensions.fmspc), "90c06f000000");
  }
}

TEST(VerifyTdxQuote, RefusesEveryTruncation) {
  for (const QuoteSpec& spec : EachVersion()) {
    const Bytes quote = SharedTdxMachine().Quote(spec);
    for (size_t size = 0; size < quote.size(); ++size) {
      EXPECT_FALSE(Verify(ByteView(quote).first(size)).ok()) << size;
    }
  }
}

// Header, body, signatures, key, QE report and authentication data. What is
// behind is the certificates: see VerifyPck().
TEST(VerifyTdxQuote, RefusesEveryFlippedByteBeforeTheCertificates) {
  for (const QuoteSpec& spec : EachVersion()) {
    Bytes quote = SharedTdxMachine().Quote(spec);
    const size_t end = tdx_quoter::SignedPart(spec).size() + kPckChain;
    for (size_t i = 0; i < end; ++i) {
      // A chain of another type is as good, if the PCK is known.
      if (i == end - 6 || i == end - 5) continue;
      quote[i] ^= static_cast<uint8_t>(1U << (i % 8));
      EXPECT_FALSE(Verify(quote).ok()) << i;
      quote[i] ^= static_cast<uint8_t>(1U << (i % 8));
    }
    EXPECT_TRUE(Verify(quote).ok());
  }
}

TEST(VerifyTdxQuote, SaysWhatAFlippedByteBroke) {
  const auto flipped = [](size_t offset) {
    Bytes quote = SharedTdxMachine().Quote();
    quote.at(48 + 584 + offset) ^= 1;
    return Verify(quote);
  };
  ExpectRefused(flipped(kSignature), ErrorClass::kSignatureInvalid);
  ExpectRefused(flipped(kAttestationKey), ErrorClass::kBindingMismatch);
  ExpectRefused(flipped(kQeReport), ErrorClass::kSignatureInvalid);
  ExpectRefused(flipped(kQeSignature), ErrorClass::kSignatureInvalid);
  ExpectRefused(flipped(kAuthData), ErrorClass::kBindingMismatch);
}

// The same by each check alone, as for a raw quote.
TEST(TdxChecks, AnswerEachForItself) {
  Bytes bytes = SharedTdxMachine().Quote();
  bytes.at(48 + 584 + kAuthData) ^= 1;
  const TdxQuote quote = ParseTdxQuote(bytes).value();
  EXPECT_TRUE(CheckTdxVersion(quote).ok());
  EXPECT_TRUE(CheckTdxTeeType(quote).ok());
  EXPECT_TRUE(CheckTdxQeVendor(quote).ok());
  EXPECT_TRUE(CheckTdxPadding(quote).ok());
  EXPECT_TRUE(CheckTdxSignature(bytes, quote).ok());
  EXPECT_FALSE(CheckTdxKeyBinding(quote).ok());
  EXPECT_TRUE(CheckTdxQeSignature(quote, Pck().pck().key).ok());
  EXPECT_TRUE(CheckTdxQe(quote, TestQuotingEnclaves()).ok());
}

TEST(VerifyTdxQuote, RefusesAnAttestationKeyThatIsNotBound) {
  for (const Bytes& report_data :
       {Bytes(64, 0), Bytes(64, 0xda), Sha256(Bytes(96, 1))}) {
    QuoteSpec spec;
    spec.qe_report_data = report_data;
    ExpectRefused(Verify(spec), ErrorClass::kBindingMismatch);
  }
}

// The hash fills half of the report data, and the rest must be zero.
TEST(VerifyTdxQuote, RefusesMoreThanTheHashInTheQesReportData) {
  const Bytes key = tdx_quoter::PointP256(SharedTdxMachine().attestation.evp());
  QuoteSpec spec;
  Bytes report_data = Hash(HashAlgorithm::kSha256, {key, spec.qe_auth_data});
  report_data.resize(64);
  spec.qe_report_data = report_data;
  EXPECT_TRUE(Verify(spec).ok());
  spec.qe_report_data->back() = 1;
  ExpectRefused(Verify(spec), ErrorClass::kBindingMismatch);
}

TEST(VerifyTdxQuote, RefusesAQeReportSignedByAnotherPck) {
  const TdxMachine& machine = SharedTdxMachine();
  const TestKey other(KeyKind::kP256);
  QuoteSpec spec;
  spec.pck_chain = machine.pki.PckChainPem();
  const Bytes quote = tdx_quoter::MakeQuote(
      spec, {.attestation = machine.attestation.evp(), .pck = other.evp()});
  ExpectRefused(Verify(quote), ErrorClass::kSignatureInvalid);
}

TEST(VerifyTdxQuote, RefusesAQuoteSignedByAnotherKey) {
  const TdxMachine& machine = SharedTdxMachine();
  const TestKey other(KeyKind::kP256);
  Bytes quote = machine.Quote();
  const Bytes signature = tdx_quoter::SignP256(
      other.evp(), {quote.begin(), quote.begin() + 48 + 584});
  std::copy(signature.begin(), signature.end(),
            quote.begin() + 48 + 584 + kSignature);
  ExpectRefused(Verify(quote), ErrorClass::kSignatureInvalid);
}

TEST(VerifyTdxQuote, RefusesNumbersOfTheSignaturesOutOfRange) {
  const Bytes good = SharedTdxMachine().Quote();
  for (const size_t offset :
       {kSignature, kSignature + 32, kQeSignature, kQeSignature + 32}) {
    for (const Bytes& number :
         {Bytes(32, 0), Bytes(32, 0xff), *FromHex(kP256Order)}) {
      Bytes quote = good;
      std::copy(number.begin(), number.end(),
                quote.begin() + static_cast<std::ptrdiff_t>(48 + 584 + offset));
      ExpectRefused(Verify(quote), ErrorClass::kSignatureInvalid);
    }
  }
}

// A point that is on no curve, though the QE vouches for it.
TEST(VerifyTdxQuote, RefusesAnAttestationKeyThatIsNone) {
  const TdxQuote quote = [] {
    TdxQuote parsed = ParseTdxQuote(SharedTdxMachine().Quote()).value();
    parsed.attestation_key = Bytes(64, 1);
    return parsed;
  }();
  const auto status = CheckTdxSignature(SharedTdxMachine().Quote(), quote);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kSignatureInvalid);
}

// The owner of a platform may let any enclave have its key certified.
TEST(VerifyTdxQuote, RefusesTheQuotingEnclaveOfAnotherSigner) {
  QuoteSpec signer;
  signer.qe.mr_signer.back() ^= 1;
  QuoteSpec product;
  product.qe.isv_prod_id = 1;  // the QE for SGX
  QuoteSpec debug;
  debug.qe.attributes.front() |= 2;
  for (const QuoteSpec& spec : {signer, product, debug}) {
    ExpectRefused(Verify(spec), ErrorClass::kUntrustedRoot);
  }
  const Bytes quote = SharedTdxMachine().Quote();
  for (const TdQuotingEnclaves& none :
       {TdQuotingEnclaves(), IntelTdQuotingEnclaves()}) {
    ExpectRefused(VerifyTdxQuote(quote, Pck(), none),
                  ErrorClass::kUntrustedRoot);
  }
}

TEST(VerifyTdxQuote, RefusesAnotherVendorsQuotingEnclave) {
  QuoteSpec spec;
  spec.qe_vendor_id.front() ^= 1;
  ExpectRefused(Verify(spec), ErrorClass::kUnsupportedType);
}

TEST(VerifyTdxQuote, RefusesTrailingBytesThatAreNotZero) {
  QuoteSpec padded;
  padded.trailing = Bytes(70, 0);
  padded.slack = Bytes(5, 0);
  EXPECT_TRUE(Verify(padded).ok());
  QuoteSpec trailing = padded;
  trailing.trailing.back() = 1;
  QuoteSpec slack = padded;
  slack.slack.back() = 1;
  for (const QuoteSpec& spec : {trailing, slack}) {
    ExpectRefused(Verify(spec), ErrorClass::kMalformed);
  }
}

// By the same platform and QE, and with all signatures right.
TEST(VerifyTdxQuote, RefusesAnSgxQuote) {
  QuoteSpec spec;
  spec.version = 3;
  spec.pck_chain = SharedTdxMachine().pki.PckChainPem();
  tdx_quoter::Blob signed_part = tdx_quoter::SignedPart(spec);
  signed_part.resize(48 + 384);
  Bytes quote = signed_part;
  const Bytes data = tdx_quoter::SignatureData(
      spec,
      {.attestation = SharedTdxMachine().attestation.evp(),
       .pck = SharedTdxMachine().pki.pck().key.evp()},
      signed_part);
  quote.insert(quote.end(), data.begin(), data.end());
  ExpectRefused(Verify(quote), ErrorClass::kUnsupportedVersion);
  const TdxQuote parsed = ParseTdxQuote(quote).value();
  EXPECT_TRUE(CheckTdxSignature(quote, parsed).ok());
  EXPECT_EQ(ErrorClassOf(CheckTdxTeeType(parsed)),
            ErrorClass::kUnsupportedType);
}

// A question for policy: the quote is genuine.
TEST(VerifyTdxQuote, AcceptsDebugAndMigration) {
  QuoteSpec spec;
  spec.td.attributes = 0x20000001;
  const auto verified = Verify(spec);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->body().td.td_attributes, 0x20000001U);
}

}  // namespace
}  // namespace evidenced
