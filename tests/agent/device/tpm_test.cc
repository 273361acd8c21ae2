#include "agent/device/tpm.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tss2/tss2_tpm2_types.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "tests/support/program.h"
#include "tests/support/raw_tpm.h"
#include "tests/support/swtpm_process.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::unique_ptr<TpmDevice> MustOpen(const TpmOptions& options) {
  auto tpm = OpenTpm(options);
  EXPECT_TRUE(tpm.ok()) << tpm.status();
  return tpm.ok() ? *std::move(tpm) : nullptr;
}

void ExpectQuoteVerifies(TpmDevice& tpm) {
  const Bytes extra(32, 0x5a);
  const auto reading = tpm.ReadPcrs(tpm.info().banks);
  ASSERT_TRUE(reading.ok()) << reading.status();
  const auto statement = tpm.Quote(extra, tpm.info().banks);
  ASSERT_TRUE(statement.ok()) << statement.status();
  const auto split = SplitTpmStatement(*statement);
  ASSERT_TRUE(split.ok()) << split.status();
  const auto ak = ParseTpmPublic(tpm.info().ak_public);
  ASSERT_TRUE(ak.ok()) << ak.status();
  EXPECT_EQ(ak->Name(), tpm.info().ak_name);
  const auto quote = VerifyTpmQuote(split->attest, split->signature, *ak);
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_EQ(quote->quote().extra_data, extra);
  EXPECT_EQ(quote->quote().qualified_signer, tpm.info().ak_qualified_name);
  EXPECT_TRUE(VerifyPcrs(*quote, reading->values).ok());
}

TEST(OpenTpm, SaysWhatTheTpmIs) {
  const SwtpmProcess swtpm;
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  EXPECT_EQ(tpm->info().manufacturer, "IBM");
  EXPECT_NE(tpm->info().firmware_version, 0U);
  ASSERT_THAT(tpm->info().banks, SizeIs(3));
  EXPECT_EQ(tpm->info().banks[0].algorithm, HashAlgorithm::kSha1);
  EXPECT_THAT(tpm->info().banks[2].pcrs, SizeIs(24));
  EXPECT_THAT(tpm->info().certificates, IsEmpty());
}

TEST(OpenTpm, MakesQuotesThatVerify) {
  const SwtpmProcess swtpm;
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  ExpectQuoteVerifies(*tpm);
}

TEST(OpenTpm, MakesRsaQuotesThatVerify) {
  const SwtpmProcess swtpm;
  const auto tpm = MustOpen({.tcti = swtpm.tcti(), .ak_type = AkType::kRsa});
  ASSERT_NE(tpm, nullptr);
  ExpectQuoteVerifies(*tpm);
}

TEST(OpenTpm, KeepsTheAkAcrossRestartsAndWhenMadeAgain) {
  SwtpmProcess swtpm;
  const TpmOptions options{.tcti = swtpm.tcti()};
  const Bytes name = MustOpen(options)->info().ak_name;
  EXPECT_EQ(MustOpen(options)->info().ak_name, name);
  swtpm.Restart();
  EXPECT_EQ(MustOpen(options)->info().ak_name, name);
  ASSERT_TRUE((*RawTpm::Open(swtpm.tcti()))->Evict(options.ak_handle).ok());
  EXPECT_EQ(MustOpen(options)->info().ak_name, name);
}

TEST(OpenTpm, LeavesAForeignObjectAlone) {
  const SwtpmProcess swtpm;
  const TpmOptions options{.tcti = swtpm.tcti()};
  ASSERT_TRUE(
      (*RawTpm::Open(swtpm.tcti()))->PlaceForeignKey(options.ak_handle).ok());
  const auto tpm = OpenTpm(options);
  ASSERT_EQ(tpm.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(tpm.status().message()), HasSubstr("0x8100e1de"));
  EXPECT_EQ(*(*RawTpm::Open(swtpm.tcti()))->CountHandles(options.ak_handle),
            1U);
}

TEST(OpenTpm, RefusesTheOtherKindOfAk) {
  const SwtpmProcess swtpm;
  ASSERT_NE(MustOpen({.tcti = swtpm.tcti()}), nullptr);
  const auto rsa = OpenTpm({.tcti = swtpm.tcti(), .ak_type = AkType::kRsa});
  EXPECT_EQ(rsa.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(OpenTpm, GivesUnavailableWithoutTpm) {
  SwtpmProcess swtpm;
  swtpm.Kill();
  EXPECT_EQ(OpenTpm({.tcti = swtpm.tcti()}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(OpenTpm({.tcti = "device:/nonexistent"}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(OpenTpm({.tcti = "no-such-tcti:x"}).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(ReadPcrs, AgreesWithTpm2Pcrread) {
  const SwtpmProcess swtpm;
  std::map<HashAlgorithm, Bytes> digests;
  for (const auto hash :
       {HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384}) {
    digests[hash] = Bytes(DigestSize(hash), 0x11);
  }
  ASSERT_TRUE((*RawTpm::Open(swtpm.tcti()))->Extend(9, digests).ok());
  const std::string shown =
      OutputOf({"tpm2_pcrread", "-T", swtpm.tcti(), "sha256:9,17"});
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  const auto reading = tpm->ReadPcrs(tpm->info().banks);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_THAT(reading->values, SizeIs(3));
  std::string lower;
  for (const char c : shown) {
    lower += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto& sha256 = reading->values.at(HashAlgorithm::kSha256);
  EXPECT_THAT(sha256, SizeIs(24));
  EXPECT_THAT(lower, HasSubstr(Hex(sha256.at(9))));
  EXPECT_THAT(lower, HasSubstr(Hex(sha256.at(17))));
  EXPECT_NE(sha256.at(9), Bytes(32, 0));
}

TEST(ReadPcrs, RefusesABankThatIsNotActive) {
  const SwtpmProcess swtpm({.banks = "sha256"});
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  ASSERT_THAT(tpm->info().banks, SizeIs(1));
  const std::vector<PcrBankSelection> sha384 = {{HashAlgorithm::kSha384, {0}}};
  EXPECT_EQ(tpm->ReadPcrs(sha384).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tpm->Quote(Bytes(32, 1), sha384).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(tpm->NeedsReopen());
}

TEST(OpenTpm, LeaksNoHandleInThousandsOfOperations) {
  const SwtpmProcess swtpm;
  const auto raw = RawTpm::Open(swtpm.tcti());
  ASSERT_TRUE(raw.ok()) << raw.status();
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  const std::vector<PcrBankSelection> one = {{HashAlgorithm::kSha256, {0}}};
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(tpm->Quote(Bytes(32, 7), one).ok()) << i;
    ASSERT_TRUE(tpm->ReadPcrs(one).ok()) << i;
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_NE(MustOpen({.tcti = swtpm.tcti()}), nullptr);
  }
  EXPECT_EQ(*(*raw)->CountHandles(TPM2_TRANSIENT_FIRST), 0U);
  EXPECT_EQ(*(*raw)->CountHandles(TPM2_LOADED_SESSION_FIRST), 0U);
  EXPECT_EQ(*(*raw)->CountHandles(TPM2_ACTIVE_SESSION_FIRST), 0U);
  EXPECT_EQ(*(*raw)->CountHandles(TPM2_PERSISTENT_FIRST), 1U);
}

TEST(OpenTpm, NeedsReopeningAfterTheTpmDied) {
  SwtpmProcess swtpm;
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  swtpm.Kill();
  EXPECT_EQ(tpm->Quote(Bytes(32, 1), tpm->info().banks).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(tpm->NeedsReopen());
}

TEST(OpenTpm, NeedsReopeningAfterTheAkWasEvicted) {
  const SwtpmProcess swtpm;
  const TpmOptions options{.tcti = swtpm.tcti()};
  const auto tpm = MustOpen(options);
  ASSERT_NE(tpm, nullptr);
  ASSERT_TRUE((*RawTpm::Open(swtpm.tcti()))->Evict(options.ak_handle).ok());
  EXPECT_FALSE(tpm->Quote(Bytes(32, 1), tpm->info().banks).ok());
  EXPECT_TRUE(tpm->NeedsReopen());
}

TEST(OpenTpm, ReadsTheEkCertificates) {
  const SwtpmProcess swtpm(
      {.ek_certificate = SwtpmOptions::EkCertificate::kMade});
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  ASSERT_FALSE(tpm->info().certificates.empty());
  for (const TpmCertificate& certificate : tpm->info().certificates) {
    EXPECT_EQ(certificate.kind, TpmCertificate::Kind::kEk);
    ASSERT_GT(certificate.der.size(), 256U);
    EXPECT_EQ(certificate.der[0], 0x30);
  }
}

TEST(OpenTpm, CutsAnAkCertificateToItsOwnLength) {
  const SwtpmProcess swtpm;
  Bytes index(1500, 0xee);
  index[0] = 0x30;
  index[1] = 0x82;
  index[2] = 0x04;
  index[3] = 0x00;
  ASSERT_TRUE((*RawTpm::Open(swtpm.tcti()))->DefineNv(0x01c10002, index).ok());
  ASSERT_TRUE((*RawTpm::Open(swtpm.tcti()))
                  ->DefineNv(0x01c10000, Bytes(100, 0xff))
                  .ok());
  const auto tpm = MustOpen({.tcti = swtpm.tcti()});
  ASSERT_NE(tpm, nullptr);
  ASSERT_THAT(tpm->info().certificates, SizeIs(1));
  EXPECT_EQ(tpm->info().certificates[0].kind, TpmCertificate::Kind::kAk);
  EXPECT_EQ(tpm->info().certificates[0].nv_index, 0x01c10002U);
  EXPECT_THAT(tpm->info().certificates[0].der, SizeIs(4 + 0x400));
}

}  // namespace
}  // namespace evidenced
