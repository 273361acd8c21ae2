// What the emulator says as a TD, judged by OpenSSL and by offsets written down
// once more: a wrong key, chain or layout of it must not pass unseen.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/digest.h"
#include "tests/support/program.h"
#include "tests/support/tdx_probe.h"
#include "tests/support/tee_emulator_process.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr size_t kRegister = 48;
// In a body.
constexpr size_t kTdAttributes = 120;
constexpr size_t kMrTd = 136;
constexpr size_t kReportData = 520;

class TdxEmulatorSelfTest : public TeeEmulatorTest {
 protected:
  static Bytes Quote(const TeeEmulatorProcess& tee) {
    ReadResult quote = AskForQuote(tee, data());
    if (quote.error != 0) FailSetUp("no quote");
    return std::move(quote.bytes);
  }
  static Bytes data() {
    Bytes out(64, 0x5a);
    return out;
  }
  static std::string Register(const TeeEmulatorProcess& tee,
                              const std::string& name) {
    return tee.tdx_measurements() + "/" + name;
  }
};

TEST_F(TdxEmulatorSelfTest, SignsQuotesOfEveryForm) {
  const std::vector<TeeEmulatorOptions> every = {
      {.tee = "tdx", .quote_version = "4"},
      {.tee = "tdx", .quote_version = "5"},
      {.tee = "tdx", .quote_version = "5", .td = "1.5"}};
  for (const TeeEmulatorOptions& options : every) {
    const TeeEmulatorProcess tee(options);
    const Bytes quote = Quote(tee);
    const std::string which = options.quote_version + " " + options.td;
    EXPECT_EQ(std::to_string(quote.at(0)), options.quote_version);
    EXPECT_EQ(Hex(ByteView(quote).subspan(2, 6)), "020081000000") << which;
    const QuoteParts parts(quote);
    EXPECT_EQ(parts.body.size(), options.td == "1.5" ? 648U : 584U) << which;
    EXPECT_EQ(Hex(parts.body.subspan(kReportData, 64)), Hex(data())) << which;
    EXPECT_EQ(parts.outer_type, 6) << which;
    EXPECT_EQ(parts.inner_type, 5) << which;
    EXPECT_EQ(Hex(parts.behind), "") << which;
    const Genuine genuine = Judge(quote);
    EXPECT_TRUE(genuine.quote_signature) << which;
    EXPECT_TRUE(genuine.key_bound) << which;
    EXPECT_TRUE(genuine.qe_signature) << which;
  }
}

TEST_F(TdxEmulatorSelfTest, ChainsAndCollateralAreGoodToOpenSsl) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const std::string folder = tee.certificates();
  const TempDir dir;
  for (const std::string crl : {"root_crl", "pck_crl"}) {
    OutputOf({"openssl", "crl", "-inform", "DER", "-in",
              absl::StrCat(folder, "/collateral/", crl, ".der"), "-out",
              dir.File(crl + ".pem")});
  }
  const auto verify = [&](const std::string& name) {
    return OutputOf({"openssl", "verify", "-x509_strict", "-crl_check_all",
                     "-CRLfile", dir.File("root_crl.pem"), "-CRLfile",
                     dir.File("pck_crl.pem"), "-CAfile", folder + "/root.pem",
                     "-untrusted", folder + "/platform_ca.pem",
                     folder + "/" + name + ".pem"});
  };
  EXPECT_THAT(verify("pck"), HasSubstr("OK"));
  EXPECT_THAT(verify("tcb_signing"), HasSubstr("OK"));
  const Certificate root =
      CertificatesFromPem(ToString(ReadFile(folder + "/root.pem")))
          .value()
          .front();
  EXPECT_EQ(ToString(ReadFile(folder + "/root.sha256")),
            Hex(root.spki_sha256()) + "\n");
  const std::string signing =
      ToString(ReadFile(folder + "/collateral/tcb_signing_chain.pem"));
  for (const std::string name : {"tcb_info", "qe_identity"}) {
    const std::string text =
        ToString(ReadFile(absl::StrCat(folder, "/collateral/", name, ".json")));
    const size_t body = text.find(':') + 1;
    const size_t end = text.rfind(R"(,"signature":")");
    const Bytes signature = FromHex(text.substr(end + 14, 128)).value();
    EXPECT_TRUE(
        SignedBy(signing, AsBytes(text.substr(body, end - body)), signature))
        << name;
  }
}

TEST_F(TdxEmulatorSelfTest, TellsTheKernelsAttributesOfTheProvider) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const std::string entry = tee.configfs_tsm() + "/test";
  std::filesystem::create_directory(entry);
  EXPECT_EQ(ToString(ReadWhole(entry + "/provider").bytes), "tdx_guest\n");
  EXPECT_EQ(ReadWhole(entry + "/privlevel_floor").error, ENOENT);
  EXPECT_EQ(ReadWhole(entry + "/auxblob").error, ENOENT);
  EXPECT_EQ(WriteAt(entry + "/inblob", 0, Bytes(63)), 0);
  EXPECT_EQ(ReadWhole(entry + "/outblob").error, EINVAL);
  std::filesystem::remove(entry);
}

TEST_F(TdxEmulatorSelfTest, ExtendsRegistersAsTheModuleDoes) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const std::string rtmr2 = Register(tee, "rtmr2:sha384");
  const Bytes before = ReadWhole(rtmr2).bytes;
  const Bytes log = ReadWhole(tee.ccel_log()).bytes;
  ASSERT_EQ(before.size(), kRegister);
  const Bytes digest(kRegister, 0x77);
  EXPECT_EQ(WriteAt(rtmr2, 0, digest), 0);
  const Bytes after = Hash(HashAlgorithm::kSha384, {before, digest});
  EXPECT_EQ(Hex(ReadWhole(rtmr2).bytes), Hex(after));
  EXPECT_EQ(Hex(QuoteParts(Quote(tee)).rtmr(2)), Hex(after));
  // Nobody logs it.
  EXPECT_EQ(ReadWhole(tee.ccel_log()).bytes, log);
  EXPECT_EQ(WriteAt(rtmr2, 1, digest), EINVAL);
  EXPECT_EQ(WriteAt(rtmr2, 0, Bytes(kRegister - 1)), EINVAL);
  EXPECT_EQ(WriteAt(rtmr2, 0, Bytes(kRegister + 1)), EINVAL);
  EXPECT_EQ(WriteAt(Register(tee, "mrtd:sha384"), 0, digest), EACCES);
  EXPECT_EQ(Hex(ReadWhole(rtmr2).bytes), Hex(after));
}

TEST_F(TdxEmulatorSelfTest, ShowsTheSameRegistersEverywhere) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const Bytes quote = Quote(tee);
  const QuoteParts parts(quote);
  std::vector<std::string> names;
  for (const auto& file :
       std::filesystem::directory_iterator(tee.tdx_measurements())) {
    names.push_back(file.path().filename());
  }
  EXPECT_THAT(names, UnorderedElementsAre("mrtd:sha384", "mrconfigid",
                                          "mrowner", "mrownerconfig",
                                          "rtmr0:sha384", "rtmr1:sha384",
                                          "rtmr2:sha384", "rtmr3:sha384"));
  EXPECT_EQ(Hex(ReadWhole(Register(tee, "mrtd:sha384")).bytes),
            Hex(parts.body.subspan(kMrTd, kRegister)));
  for (size_t i = 0; i < 4; ++i) {
    const Bytes value =
        ReadWhole(Register(tee, "rtmr" + std::to_string(i) + ":sha384")).bytes;
    EXPECT_EQ(Hex(value), Hex(parts.rtmr(i)));
    EXPECT_NE(Hex(value), Hex(Bytes(kRegister)));
  }
  const TeeEmulatorProcess older({.tee = "tdx", .without_measurements = true});
  EXPECT_FALSE(std::filesystem::exists(older.tdx_measurements()));
}

TEST_F(TdxEmulatorSelfTest, AnswersGetReport0) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  std::array<uint8_t, 64 + 1024> request = {0x5a};
  const int fd = open(tee.tdx_guest().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  // _IOWR('T', 1, request)
  ASSERT_EQ(ioctl(fd, 0xc4405401, request.data()), 0);
  EXPECT_EQ(ioctl(fd, 0xc4405402, request.data()), -1);
  EXPECT_EQ(errno, ENOTTY);
  close(fd);
  const ByteView report = ByteView(request).subspan(64);
  EXPECT_EQ(report[0], 0x81);
  EXPECT_EQ(report[0x80], 0x5a);
  EXPECT_EQ(Hex(report.subspan(0x20, 48)),
            Hex(Sha384(report.subspan(0x100, 239))));
  EXPECT_EQ(Hex(report.subspan(0x50, 48)),
            Hex(Sha384(report.subspan(0x200, 512))));
  // RTMR0 in TDINFO.
  EXPECT_EQ(Hex(report.subspan(0x200 + 208, kRegister)),
            Hex(ReadWhole(Register(tee, "rtmr0:sha384")).bytes));
}

TEST_F(TdxEmulatorSelfTest, LogsTheBootThatTheRegistersShow) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const Bytes log = ReadWhole(tee.ccel_log()).bytes;
  ASSERT_EQ(log.size(), 0x40000U);
  EXPECT_EQ(log.back(), 0xff);
  const CcelReplay replay(log);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(
        Hex(ReadWhole(Register(tee, "rtmr" + std::to_string(i) + ":sha384"))
                .bytes),
        Hex(replay.rtmr.at(i)))
        << i;
  }
  const std::string secure_boot("S\0e\0c\0u\0r\0e\0B\0o\0o\0t\0\1", 21);
  EXPECT_TRUE(std::any_of(
      replay.events.begin(), replay.events.end(),
      [&](const std::string& event) { return event.ends_with(secure_boot); }));
  const Bytes table = ReadWhole(tee.ccel_table()).bytes;
  ASSERT_EQ(table.size(), 56U);
  EXPECT_EQ(ToString(ByteView(table).first(4)), "CCEL");
  EXPECT_EQ(table[36], 2);
  EXPECT_EQ(ByteReader(ByteView(table).subspan(40)).Le<uint64_t>(), 0x40000U);
  uint8_t sum = 0;
  for (const uint8_t byte : table) sum = static_cast<uint8_t>(sum + byte);
  EXPECT_EQ(sum, 0);
}

TEST_F(TdxEmulatorSelfTest, MeasuresWithALogEntryWhenToldSo) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const std::string rtmr3 = Register(tee, "rtmr3:sha384");
  tee.Set("measure=3:a container");
  const CcelReplay replay(ReadWhole(tee.ccel_log()).bytes);
  EXPECT_EQ(replay.events.back(), "a container");
  EXPECT_EQ(Hex(ReadWhole(rtmr3).bytes), Hex(replay.rtmr[3]));
  // What is logged alone moves no register.
  tee.Set("log=3:another");
  EXPECT_EQ(Hex(ReadWhole(rtmr3).bytes), Hex(replay.rtmr[3]));
  EXPECT_EQ(CcelReplay(ReadWhole(tee.ccel_log()).bytes).events.back(),
            "another");
}

TEST_F(TdxEmulatorSelfTest, MakesQuotesThatAreWrongWhenToldSo) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const Bytes good = Quote(tee);
  tee.Set("report=other_data");
  EXPECT_NE(Hex(QuoteParts(Quote(tee)).body.subspan(kReportData, 64)),
            Hex(data()));
  tee.Set("report=other_key");
  EXPECT_FALSE(Judge(Quote(tee)).qe_signature);
  tee.Set("report=unbound_key");
  EXPECT_FALSE(Judge(Quote(tee)).key_bound);
  tee.Set("report=short");
  EXPECT_EQ(Quote(tee).size(), good.size() / 2);
  tee.Set("report=empty");
  EXPECT_EQ(Quote(tee).size(), 0U);
  tee.Set("report=version_6");
  EXPECT_EQ(Quote(tee).at(0), 6);
  tee.Set("report=good");
  tee.Set("attributes=0x10000001");
  const Bytes debug = Quote(tee);
  EXPECT_EQ(Hex(QuoteParts(debug).body.subspan(kTdAttributes, 8)),
            "0100001000000000");
  EXPECT_TRUE(Judge(debug).quote_signature);
}

TEST_F(TdxEmulatorSelfTest, PadsDelaysAndFailsWhenToldSo) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  tee.Set("outblob_size=32768");
  const Bytes padded = Quote(tee);
  EXPECT_EQ(padded.size(), 32768U);
  EXPECT_EQ(padded.back(), 0);
  EXPECT_TRUE(Judge(padded).quote_signature);
  tee.Set("delay_ms=1000");
  const auto start = std::chrono::steady_clock::now();
  Quote(tee);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  tee.Set("delay_ms=0");
  for (const int error : {EIO, ETIMEDOUT, EBUSY}) {
    tee.Set("error=" + std::to_string(error));
    EXPECT_EQ(AskForQuote(tee, data()).error, error);
  }
}

TEST_F(TdxEmulatorSelfTest, LiesAboutTheLogWhenToldSo) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const auto length = [&] {
    const Bytes table = ReadWhole(tee.ccel_table()).bytes;
    return ByteReader(ByteView(table).subspan(40)).Le<uint64_t>();
  };
  tee.Set("ccel=table_too_long");
  EXPECT_GT(length(), ReadWhole(tee.ccel_log()).bytes.size());
  tee.Set("ccel=table_too_short");
  const Bytes log = ReadWhole(tee.ccel_log()).bytes;
  EXPECT_LT(length(), log.size());
  EXPECT_NE(log.at(length()), 0xff);
  tee.Set("ccel=log_empty");
  EXPECT_EQ(ReadWhole(tee.ccel_log()).bytes.size(), 0U);
  tee.Set("ccel=log_blank");
  EXPECT_EQ(Hex(Sha384(ReadWhole(tee.ccel_log()).bytes)),
            Hex(Sha384(Bytes(0x40000, 0xff))));
  tee.Set("ccel=table_garbage");
  EXPECT_NE(ReadWhole(tee.ccel_table()).bytes.at(0), 'C');
  tee.Set("ccel=none");
  EXPECT_EQ(ReadWhole(tee.ccel_table()).error, ENOENT);
}

TEST_F(TdxEmulatorSelfTest, ShowsDevicesAtTheirRealPaths) {
  const TempDir keys;
  const std::string script =
      "ls /dev/tdx_guest /sys/firmware/acpi/tables/CCEL "
      "/sys/firmware/acpi/tables/data/CCEL && "
      "ls /sys/devices/virtual/misc/tdx_guest/measurements | wc -l && "
      "cd /sys/kernel/config/tsm/report && mkdir a && cat a/provider && "
      "rmdir a";
  const std::string shown =
      OutputOf({AT_REAL_PATHS, TEE_EMULATOR, keys.path(), "--tee", "tdx", "--",
                "sh", "-c", script});
  EXPECT_EQ(shown,
            "/dev/tdx_guest\n/sys/firmware/acpi/tables/CCEL\n"
            "/sys/firmware/acpi/tables/data/CCEL\n8\ntdx_guest\n");
}

}  // namespace
}  // namespace evidenced
