#include "quote/snp/verify.h"

#include <algorithm>

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

// The order n of P-384: FIPS 186-4, D.1.2.4.
constexpr char kP384Order[] =
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
    "581a0db248b0a77aecec196accc52973";

// A chip, or a provider, with its endorsement.
struct Signer {
  TestKey key;
  VerifiedSnpEndorsement endorsement;
};

Signer MakeSigner(const Issued& issued, const SnpTestPki& pki) {
  return {.key = issued.key,
          .endorsement =
              VerifySnpEndorsement(issued.certificate, pki.ca(), pki.Trust())
                  .value()};
}

const Signer& Milan() {
  static const auto* const kSigner = new Signer([] {
    const SnpTestPki pki;
    return MakeSigner(pki.IssueVcek(), pki);
  }());
  return *kSigner;
}

const Signer& MilanVlek() {
  static const auto* const kSigner = new Signer([] {
    const SnpTestPki pki;
    return MakeSigner(pki.IssueVlek(), pki);
  }());
  return *kSigner;
}

const Signer& Turin() {
  static const auto* const kSigner = new Signer([] {
    const SnpTestPki pki(SnpProduct::kTurin);
    return MakeSigner(pki.IssueVcek(TurinVcekSpec()), pki);
  }());
  return *kSigner;
}

absl::StatusOr<VerifiedSnpReport> Verify(const SnpReportSpec& spec,
                                         const Signer& signer) {
  return VerifySnpReport(SnpReportBytes(spec, signer.key), signer.endorsement);
}

void ExpectRefused(const absl::StatusOr<VerifiedSnpReport>& verified,
                   ErrorClass error_class) {
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(ErrorClassOf(verified.status()), error_class) << verified.status();
}

TEST(VerifySnpReport, AcceptsEachVersion) {
  for (const uint32_t version : {2U, 3U, 4U, 5U}) {
    const auto verified = Verify({.version = version}, Milan());
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(verified->report().version, version);
    EXPECT_EQ(verified->product(), SnpProduct::kMilan);
    EXPECT_EQ(verified->reported_tcb(), SnpTcb(kMilanTcb, SnpProduct::kMilan));
  }
}

TEST(VerifySnpReport, AcceptsTurinWithItsFmc) {
  const auto verified = Verify(TurinReportSpec(), Turin());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->reported_tcb().fmc(), 3);
  EXPECT_EQ(verified->launch_tcb().snp(), 2);
}

TEST(VerifySnpReport, AcceptsAVlek) {
  EXPECT_TRUE(Verify(VlekReportSpec(), MilanVlek()).ok());
}

TEST(VerifySnpReport, RefusesOtherVersions) {
  for (const uint32_t version : {0U, 1U, 6U, 7U}) {
    ExpectRefused(Verify({.version = version}, Milan()),
                  ErrorClass::kUnsupportedVersion);
  }
}

TEST(VerifySnpReport, RefusesEveryFlippedByteOfWhatIsSigned) {
  Bytes report = SnpReportBytes({}, Milan().key);
  for (size_t i = 0; i < kSnpSignedSize; ++i) {
    report[i] ^= static_cast<uint8_t>(1U << (i % 8));
    EXPECT_FALSE(VerifySnpReport(report, Milan().endorsement).ok()) << i;
    report[i] ^= static_cast<uint8_t>(1U << (i % 8));
  }
  EXPECT_TRUE(VerifySnpReport(report, Milan().endorsement).ok());
}

TEST(VerifySnpReport, RefusesEveryFlippedByteOfTheSignature) {
  Bytes report = SnpReportBytes({}, Milan().key);
  for (size_t i = kSnpSignedSize; i < report.size(); ++i) {
    report[i] ^= static_cast<uint8_t>(1U << (i % 8));
    EXPECT_FALSE(VerifySnpReport(report, Milan().endorsement).ok()) << i;
    report[i] ^= static_cast<uint8_t>(1U << (i % 8));
  }
}

TEST(VerifySnpReport, RefusesEveryTruncation) {
  const Bytes report = SnpReportBytes({}, Milan().key);
  for (size_t size = 0; size < report.size(); ++size) {
    EXPECT_FALSE(
        VerifySnpReport(ByteView(report).first(size), Milan().endorsement)
            .ok());
  }
}

TEST(VerifySnpReport, RefusesNumbersOfTheSignatureOutOfRange) {
  const Bytes good = SnpReportBytes({}, Milan().key);
  Bytes order = *FromHex(kP384Order);
  std::reverse(order.begin(), order.end());
  for (const size_t offset : {size_t{0x2A0}, size_t{0x2E8}}) {
    const auto with = [&](ByteView wire) {
      Bytes report = good;
      std::fill_n(report.begin() + static_cast<std::ptrdiff_t>(offset), 72, 0);
      std::copy(wire.begin(), wire.end(),
                report.begin() + static_cast<std::ptrdiff_t>(offset));
      return VerifySnpReport(report, Milan().endorsement);
    };
    ExpectRefused(with({}), ErrorClass::kSignatureInvalid);  // zero
    ExpectRefused(with(order), ErrorClass::kSignatureInvalid);
    ExpectRefused(with(Bytes(48, 0xff)), ErrorClass::kSignatureInvalid);
    ExpectRefused(with(Bytes(72, 0xff)), ErrorClass::kSignatureInvalid);
  }
}

TEST(VerifySnpReport, RefusesTheSignatureOfAnotherChip) {
  const TestKey other(KeyKind::kP384);
  ExpectRefused(VerifySnpReport(SnpReportBytes({}, other), Milan().endorsement),
                ErrorClass::kSignatureInvalid);
}

TEST(VerifySnpReport, RefusesAReportOfZeros) {
  EXPECT_FALSE(
      VerifySnpReport(Bytes(kSnpReportSize, 0), Milan().endorsement).ok());
}

TEST(VerifySnpReport, RefusesOtherSignatureAlgorithms) {
  for (const uint32_t algorithm : {0U, 2U, 0x101U}) {
    ExpectRefused(Verify({.signature_algo = algorithm}, Milan()),
                  ErrorClass::kUnsupportedAlgorithm);
  }
}

TEST(VerifySnpReport, RefusesReservedFieldsThatAreNotZero) {
  Bytes report = UnsignedSnpReport({});
  report[0x4C] = 1;
  ExpectRefused(
      VerifySnpReport(SignSnpReport(report, Milan().key), Milan().endorsement),
      ErrorClass::kMalformed);
}

// Bytes behind the signature: anybody may change them, so none may be set.
TEST(VerifySnpReport, RefusesUnsignedBytesThatAreNotZero) {
  Bytes report = SnpReportBytes({}, Milan().key);
  report.back() = 1;
  ExpectRefused(VerifySnpReport(report, Milan().endorsement),
                ErrorClass::kMalformed);
}

TEST(VerifySnpReport, RefusesAReportThatNoKeySigned) {
  ExpectRefused(Verify({.key_info = 7U << 2}, Milan()),
                ErrorClass::kSignatureInvalid);
  ExpectRefused(VerifySnpReport(UnsignedSnpReport({.key_info = 7U << 2}),
                                Milan().endorsement),
                ErrorClass::kSignatureInvalid);
}

TEST(VerifySnpReport, RefusesReservedKindsOfKeys) {
  for (const uint32_t kind : {2U, 3U, 4U, 5U, 6U}) {
    ExpectRefused(Verify({.key_info = kind << 2}, Milan()),
                  ErrorClass::kUnsupportedType);
  }
}

TEST(VerifySnpReport, RefusesTheOtherKindOfKey) {
  ExpectRefused(Verify({.key_info = 1U << 2}, Milan()),
                ErrorClass::kBindingMismatch);
  ExpectRefused(Verify({}, MilanVlek()), ErrorClass::kBindingMismatch);
}

TEST(VerifySnpReport, RefusesProcessorsThatItDoesNotKnow) {
  ExpectRefused(Verify({.cpuid = {.family = 0x1a, .model = 0x50}}, Milan()),
                ErrorClass::kUnsupportedType);
}

TEST(VerifySnpReport, RefusesAnotherProcessorThanTheCertificates) {
  ExpectRefused(Verify({.cpuid = {.family = 0x19, .model = 0x11}}, Milan()),
                ErrorClass::kBindingMismatch);
  SnpReportSpec turin_of_milan = TurinReportSpec();
  turin_of_milan.cpuid = {.family = 0x19, .model = 0x01};
  ExpectRefused(Verify(turin_of_milan, Turin()), ErrorClass::kBindingMismatch);
}

TEST(VerifySnpReport, RefusesAnotherTcbThanTheCertificates) {
  for (int part = 0; part < 8; ++part) {
    const uint64_t one = uint64_t{1} << (8 * part);
    ExpectRefused(Verify({.tcb = kMilanTcb ^ one}, Milan()),
                  ErrorClass::kBindingMismatch);
    SnpReportSpec turin = TurinReportSpec();
    turin.tcb ^= one;
    ExpectRefused(Verify(turin, Turin()), ErrorClass::kBindingMismatch);
  }
}

// What is running may be ahead of what is reported.
TEST(VerifySnpReport, LeavesTheOtherTcbVersionsToPolicy) {
  Bytes report = UnsignedSnpReport({});
  PutLe(report, 0x038, kMilanTcb + 1, 8);
  PutLe(report, 0x1E0, kMilanTcb + 2, 8);
  PutLe(report, 0x1F0, kMilanTcb + 3, 8);
  EXPECT_TRUE(
      VerifySnpReport(SignSnpReport(report, Milan().key), Milan().endorsement)
          .ok());
}

TEST(VerifySnpReport, RefusesAnotherChipThanTheCertificates) {
  for (const size_t byte : {size_t{0}, size_t{7}, size_t{8}, size_t{63}}) {
    SnpReportSpec milan;
    milan.chip_id[byte] ^= 1;
    ExpectRefused(Verify(milan, Milan()), ErrorClass::kBindingMismatch);
    // On Turin the bytes behind the first eight are zero, not free.
    SnpReportSpec turin = TurinReportSpec();
    turin.chip_id[byte] ^= 1;
    ExpectRefused(Verify(turin, Turin()), ErrorClass::kBindingMismatch);
  }
}

// The host may mask the chip's ID; then the certificate cannot be compared.
TEST(VerifySnpReport, RefusesAMaskedChipId) {
  ExpectRefused(Verify({.chip_id = Bytes(64, 0)}, Milan()),
                ErrorClass::kBindingMismatch);
}

TEST(VerifySnpReport, DoesNotAskAVlekForAChip) {
  SnpReportSpec spec = VlekReportSpec();
  spec.chip_id = MilanChip();
  EXPECT_TRUE(Verify(spec, MilanVlek()).ok());
}

// A question for policy: the report is genuine.
TEST(VerifySnpReport, AcceptsDebugAndMigration) {
  const auto verified = Verify({.policy = 0xf0000}, Milan());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->report().policy, 0xf0000U);
}

}  // namespace
}  // namespace evidenced
