// What the emulator says, judged by OpenSSL and by offsets written down once
// more: a wrong key, chain or layout of it must not pass unseen.
#include <algorithm>
#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/sev_guest.h"
#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/public_key.h"
#include "tests/support/program.h"
#include "tests/support/tee_emulator_process.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

constexpr size_t kSigned = 0x2a0;
constexpr size_t kNumber = 72;

class TeeEmulatorSelfTest : public TeeEmulatorTest {
 protected:
  static Bytes Report(const TeeEmulatorProcess& tee) {
    const auto device = OpenSevGuest({.path = tee.sev_guest(), .vmpl = 1});
    if (!device.ok()) FailSetUp("no device");
    const auto report = (*device)->Report({0x5a});
    if (!report.ok()) FailSetUp(report.status().ToString());
    return report->report;
  }

  static absl::Status VerifySignature(const TeeEmulatorProcess& tee,
                                      const std::string& endorser,
                                      ByteView report) {
    const Bytes pem = ReadFile(tee.certificates() + "/" + endorser + ".pem");
    const auto certificates = CertificatesFromPem(ToString(pem));
    if (!certificates.ok()) return certificates.status();
    const auto key = PublicKey::FromSpki(certificates->front().spki());
    if (!key.ok()) return key.status();
    Bytes r = ToBytes(report.subspan(kSigned, kNumber));
    Bytes s = ToBytes(report.subspan(kSigned + kNumber, kNumber));
    std::reverse(r.begin(), r.end());
    std::reverse(s.begin(), s.end());
    // The numbers of P-384 have 48 bytes.
    return key->VerifyEcdsa(HashAlgorithm::kSha384, report.first(kSigned),
                            ByteView(r).last(48), ByteView(s).last(48));
  }
};

TEST_F(TeeEmulatorSelfTest, SignsReportsOfEveryProductWithItsChain) {
  for (const std::string product : {"milan", "genoa", "turin"}) {
    for (const std::string key : {"vcek", "vlek"}) {
      const TeeEmulatorProcess tee({.product = product, .signing_key = key});
      const Bytes report = Report(tee);
      EXPECT_TRUE(VerifySignature(tee, key, report).ok()) << product << key;
      const std::string ca = key == "vcek" ? "ask" : "asvk";
      EXPECT_THAT(OutputOf({"openssl", "verify", "-CAfile",
                            tee.certificates() + "/ark.pem", "-untrusted",
                            tee.certificates() + "/" + ca + ".pem",
                            tee.certificates() + "/" + key + ".pem"}),
                  HasSubstr("OK"))
          << product << key;
    }
  }
}

TEST_F(TeeEmulatorSelfTest, SignsWithAForeignKeyWhenToldSo) {
  const TeeEmulatorProcess tee;
  tee.Set("report=other_key");
  EXPECT_FALSE(VerifySignature(tee, "vcek", Report(tee)).ok());
}

TEST_F(TeeEmulatorSelfTest, LaysReportsOutAsTheFirmwareDoes) {
  const TeeEmulatorProcess tee({.product = "turin", .report_version = "5"});
  tee.Set("policy=0xb0000");
  const Bytes report = Report(tee);
  ASSERT_EQ(report.size(), 0x4a0U);
  const auto at = [&](size_t offset) {
    return ByteView(report).subspan(offset);
  };
  const auto number = [&](size_t offset) {
    return ByteReader(at(offset)).Le<uint64_t>();
  };
  EXPECT_EQ(number(0x00) & 0xffffffff, 5U);
  EXPECT_EQ(number(0x08), 0xb0000U);
  EXPECT_EQ(report[0x30], 1);  // VMPL
  EXPECT_EQ(report[0x34], 1);  // algorithm
  EXPECT_EQ(report[0x50], 0x5a);
  // Turin: FMC, boot loader, TEE, SNP, three reserved, microcode.
  EXPECT_EQ(Hex(at(0x180).first(8)), "0102010300000047");
  EXPECT_EQ(Hex(at(0x188).first(3)), "1a0201");
  // The chip ID has 8 bytes there.
  EXPECT_NE(number(0x1a0), 0U);
  EXPECT_EQ(Hex(at(0x1a8).first(56)), Hex(Bytes(56)));
  EXPECT_EQ(number(0x200), 3U);
  EXPECT_EQ(Hex(at(kSigned + 2 * kNumber)),
            Hex(Bytes(report.size() - kSigned - 2 * kNumber)));
}

TEST_F(TeeEmulatorSelfTest, PutsTheTcbAndTheChipIdIntoTheVcek) {
  const TeeEmulatorProcess tee;
  const Bytes report = Report(tee);
  // Milan: boot loader, TEE, four reserved, SNP, microcode.
  EXPECT_EQ(Hex(ByteView(report).subspan(0x180, 8)), "04000000000018db");
  const std::string text = OutputOf(
      {"openssl", "asn1parse", "-in", tee.certificates() + "/vcek.pem"});
  for (const std::string value :
       {"16084D696C616E2D4230", "020104", "020118", "020200DB"}) {
    EXPECT_THAT(text, HasSubstr("[HEX DUMP]:" + value));
  }
  std::string chip_id = Hex(ByteView(report).subspan(0x1a0, 64));
  std::transform(chip_id.begin(), chip_id.end(), chip_id.begin(), [](char c) {
    return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  EXPECT_THAT(text, HasSubstr("[HEX DUMP]:" + chip_id));
}

TEST_F(TeeEmulatorSelfTest, ShowsDevicesAtTheirRealPaths) {
  const TempDir keys;
  const std::string script =
      "ls /dev/sev-guest && cd /sys/kernel/config/tsm/report && mkdir a && "
      "cat a/provider && rmdir a";
  const std::string shown =
      OutputOf({AT_REAL_PATHS, TEE_EMULATOR, keys.path(), "--rsa-bits", "2048",
                "--", "sh", "-c", script});
  EXPECT_EQ(shown, "/dev/sev-guest\nsev_guest\n");
}

}  // namespace
}  // namespace evidenced
