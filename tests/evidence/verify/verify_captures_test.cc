// Whole verifications over logs and registers captured from real boots.
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

Bytes ReadCapture(const std::string& name, absl::string_view file) {
  std::ifstream in(absl::StrCat(TESTDATA, "/vm/", name, "/", file),
                   std::ios::binary);
  EXPECT_TRUE(in.good()) << name << "/" << file;
  const std::string bytes{std::istreambuf_iterator<char>(in),
                          std::istreambuf_iterator<char>()};
  return ToBytes(AsBytes(bytes));
}

PcrValues ReadRegisters(const std::string& name) {
  PcrValues values;
  const auto json =
      nlohmann::json::parse(ToString(ReadCapture(name, "pcrs.json")));
  for (const auto& [bank, registers] : json.items()) {
    const auto algorithm = HashAlgorithmFromName(bank);
    EXPECT_TRUE(algorithm.has_value()) << bank;
    if (!algorithm.has_value()) continue;
    for (const auto& [pcr, hex] : registers.items()) {
      uint32_t index = 0;
      EXPECT_TRUE(absl::SimpleAtoi(pcr, &index)) << pcr;
      values[*algorithm][index] = *FromHex(hex.get<std::string>());
    }
  }
  return values;
}

// The end of the last event that the quoted registers reach.
size_t QuotedLength(const EventLog& log, const PcrValues& quoted) {
  const size_t events =
      CompareWithRegisters(log, log.events, quoted).quoted_events.value_or(0);
  if (events == 0) return 0;
  return log.events[events - 1].offset + log.events[events - 1].size;
}

// Sends the IMA log as it was read before the registers, and what the
// registers reach of its growth as a tail.
EvidenceBuilder FromCapture(const std::string& name) {
  EvidenceBuilder builder;
  builder.overrides = ReadRegisters(name);
  builder.banks.clear();
  for (const auto& [bank, registers] : builder.overrides) {
    builder.banks.push_back(bank);
  }
  builder.boot_log = ReadCapture(name, "binary_bios_measurements");
  const auto boot = ParseTcgLog(builder.boot_log);
  EXPECT_TRUE(boot.ok()) << boot.status();
  if (boot.ok()) builder.boot_log.resize(boot->length);
  builder.ima_log = ReadCapture(name, "ima_binary");
  const Bytes after = ReadCapture(name, "ima_binary_after");
  const auto grown = ParseImaLog(after);
  EXPECT_TRUE(grown.ok()) << grown.status();
  if (grown.ok()) {
    const size_t end = QuotedLength(*grown, builder.overrides);
    if (end > builder.ima_log.size()) {
      builder.ima_tail =
          ToBytes(ByteView(after).first(end).subspan(builder.ima_log.size()));
    }
  }
  return builder;
}

class Capture : public ::testing::TestWithParam<const char*> {};

TEST_P(Capture, Verifies) {
  const auto evidence = MustVerify(FromCapture(GetParam()).Build());
  ASSERT_NE(evidence, nullptr);
  const VerifiedLog* boot = evidence->FindLog("log.tcg2");
  ASSERT_NE(boot, nullptr);
  for (uint32_t pcr = 0; pcr < 8; ++pcr) {
    EXPECT_TRUE(boot->verdict.Matched(pcr)) << "PCR " << pcr;
  }
  const VerifiedLog* ima = evidence->FindLog("log.ima");
  ASSERT_NE(ima, nullptr);
  EXPECT_TRUE(ima->verdict.Matched(10));
}

INSTANTIATE_TEST_SUITE_P(All, Capture,
                         ::testing::Values("direct_kernel", "uki_4banks",
                                           "secureboot_uki_crb", "e2e_uki",
                                           "ima_ng_violation"),
                         [](const auto& test) {
                           return std::string(test.param);
                         });

TEST(CapturedSecureBoot, IsReadFromTheBootThatHadIt) {
  const auto with = MustVerify(FromCapture("secureboot_uki_crb").Build());
  ASSERT_NE(with, nullptr);
  EXPECT_EQ(with->secure_boot(), true);
  const auto without = MustVerify(FromCapture("direct_kernel").Build());
  ASSERT_NE(without, nullptr);
  EXPECT_NE(without->secure_boot(), true);
}

}  // namespace
}  // namespace evidenced
