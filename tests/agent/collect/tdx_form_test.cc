#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/tdx/quote.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/td_fixture.h"
#include "tests/agent/device/ccel_table_builder.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Evidence that a TDX quote signs.
class TdxFormTest : public TdTest {};

TEST_F(TdxFormTest, SignsTpmQuoteAndLogsWithTheQuote) {
  const auto collector = Make(Options());
  const Challenge challenge = WithCcel();
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(evidence->signer(), "tdx");
  const auto quote = ParseTdxQuote(AsBytes(evidence->statement()));
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_EQ(quote->td->td.rtmr, td_.rtmrs());
  const auto binding = VerifyReport(*evidence, challenge);
  ASSERT_TRUE(binding.ok()) << binding.status();
  EXPECT_EQ(binding->parts().at("log.ccel"), td_.events());
  EXPECT_EQ(binding->parts().at("log.tcg2"), boot_log_);
  EXPECT_EQ(binding->parts().at("log.ima"), ima_log_);
  EXPECT_EQ(binding->manifest().Find("log.ccel")->media_type, kMediaTcg2);
  EXPECT_EQ(binding->manifest().Find("tpm")->media_type, kMediaTpmQuote);
  EXPECT_THAT(binding->tails(), IsEmpty());
  EXPECT_EQ(evidence->hints().quoted_events().at("log.ccel"), 4U);
  EXPECT_EQ(evidence->hints().quoted_events().count("log.ima"), 1U);
  // What SNP's host gives.
  EXPECT_THAT(evidence->snp_certificate_table(), IsEmpty());
  EXPECT_THAT(evidence->hints().missing_certificates(), IsEmpty());
}

TEST_F(TdxFormTest, ListsWhatThereIsNot) {
  const auto collector = Make(WithoutTpm());
  Challenge challenge = WithCcel();
  challenge.labels = {"tpm", "log.ccel"};
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(VerifyReport(*evidence, challenge).ok());
  EXPECT_THAT(ManifestLines(*evidence),
              ElementsAre("hcl no-device", "log.ccel ", "log.ima not-requested",
                          "log.runtime not-requested", "log.tcg2 not-requested",
                          "snp no-device", "tdx signs", "tpm no-device",
                          "tpm.ak not-requested"));
}

TEST_F(TdxFormTest, LeavesTheLogOutForWhoDoesNotWantIt) {
  const auto collector = Make(Options());
  const auto evidence = Get(*collector, WithQuote());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(VerifyReport(*evidence, WithQuote()).ok());
  EXPECT_EQ(FindPart(*evidence, "log.ccel"), nullptr);
  EXPECT_EQ(Reason(*evidence, "log.ccel"), "not-requested");
  EXPECT_EQ(evidence->hints().quoted_events().count("log.ccel"), 0U);
}

TEST_F(TdxFormTest, LeavesTheQuoteOutForWhoDoesNotWantIt) {
  cpu_->SetError(absl::UnavailableError("no quoting service"));
  const auto collector = Make(Options());
  Challenge challenge = WithCcel();
  challenge.without_cpu_report = true;
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(evidence->signer(), "tpm");
  for (const std::string label : {"snp", "tdx", "hcl"}) {
    EXPECT_EQ(Reason(*evidence, label), "not-requested") << label;
  }
  // No register of the TPM vouches for it.
  EXPECT_EQ(FindPart(*evidence, "log.ccel")->data(), ToString(td_.events()));
  EXPECT_EQ(evidence->hints().quoted_events().count("log.ccel"), 0U);
}

TEST_F(TdxFormTest, SaysWhyTheLogIsMissing) {
  const auto collector = Make(Options());
  const auto reason = [&] {
    const auto evidence = Get(*collector, WithCcel());
    EXPECT_TRUE(evidence.ok()) << evidence.status();
    EXPECT_TRUE(VerifyReport(*evidence, WithCcel()).ok());
    EXPECT_EQ(FindPart(*evidence, "log.ccel"), nullptr);
    return Reason(*evidence, "log.ccel");
  };
  const std::string table = dir_.File("CCEL");
  const std::string data = dir_.File("CCEL.data");
  WriteFile(table, CcelTableBytes({.log_length = 4097}));
  EXPECT_EQ(reason(), "device-error");
  WriteFile(table, CcelTableBytes({.log_length = UINT64_MAX}));
  EXPECT_EQ(reason(), "too-large");
  WriteFile(table, CcelTableBytes({.cc_type = 1, .log_length = 4096}));
  EXPECT_EQ(reason(), "device-error");
  WriteFile(table, CcelTableBytes({.log_length = 0}));
  EXPECT_EQ(reason(), "empty");
  WriteFile(table, CcelTableBytes({.log_length = 4096}));
  for (const uint8_t fill : {0x00, 0xff}) {
    WriteFile(data, Bytes(4096, fill));
    EXPECT_EQ(reason(), "empty");
  }
  WriteFile(data, Bytes(4096, 0x01));
  EXPECT_EQ(reason(), "device-error");
  std::filesystem::remove(table);
  EXPECT_EQ(reason(), "no-device");
}

TEST_F(TdxFormTest, CutsTheLogWhereTheTableSays) {
  const Bytes whole = td_.events();
  td_.Log(3, "behind the end");
  WriteFile(dir_.File("CCEL"),
            CcelTableBytes({.log_length = whole.size() + 20}));
  const auto collector = Make(Options());
  const auto evidence = Get(*collector, WithCcel());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(FindPart(*evidence, "log.ccel")->data(), ToString(whole));
  const auto log = ReadLog(*collector, "log.ccel");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->bytes, whole);
  EXPECT_THAT((*log)->offsets, SizeIs(4));
}

TEST_F(TdxFormTest, FailsWithTheQuoteThoughThereIsATpm) {
  const auto collector = Make(Options());
  cpu_->SetError(absl::UnavailableError("the quoting service refused"));
  const auto refused = Get(*collector, WithCcel());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("the quoting service refused"));
  cpu_->SetError(absl::OkStatus());
  cpu_->SetAnswer(Bytes(700, 4));
  EXPECT_EQ(Get(*collector, WithCcel()).status().code(),
            absl::StatusCode::kDataLoss);
  cpu_->SetAnswer({});
  EXPECT_TRUE(Get(*collector, WithCcel()).ok());
}

TEST_F(TdxFormTest, KeepsNobodyFromTpmAndLogsWithASlowQuote) {
  std::promise<void> asked;
  std::promise<void> answer;
  const auto collector = Make(Options());
  ASSERT_TRUE(Get(*collector, WithCcel()).ok());
  cpu_->SetHook([&] {
    asked.set_value();
    answer.get_future().wait();
  });
  auto slow = std::async(std::launch::async,
                         [&] { return Get(*collector, WithCcel()); });
  asked.get_future().wait();
  Challenge without = WithCcel();
  without.without_cpu_report = true;
  const auto evidence = Get(*collector, without);
  EXPECT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(ReadLog(*collector, "log.ccel").ok());
  EXPECT_TRUE(Measure(*collector, {}).ok());
  cpu_->SetHook([] {});
  answer.set_value();
  EXPECT_EQ(slow.get()->signer(), "tdx");
}

}  // namespace
}  // namespace evidenced
