#include <atomic>
#include <cerrno>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "agent/device/device_error.h"
#include "agent/device/no_device.h"
#include "evidence/log/event_log.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/fake_report_device.h"
#include "tests/agent/collect/report_fixture.h"
#include "tests/support/raw_tpm.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReportFormTest : public ReportTest {};

TEST_F(ReportFormTest, SignsQuoteAndLogsWithTheReport) {
  const auto collector = Make(Options());
  const Challenge challenge = WithQuote();
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(evidence->signer(), "snp");
  EXPECT_THAT(evidence->statement(), SizeIs(1184));
  const auto binding = VerifyReport(*evidence, challenge);
  ASSERT_TRUE(binding.ok()) << binding.status();
  EXPECT_EQ(binding->parts().at("log.tcg2"), boot_log_);
  EXPECT_EQ(binding->parts().at("log.ima"), ima_log_);
  EXPECT_EQ(binding->manifest().Find("tpm")->media_type, kMediaTpmQuote);
  EXPECT_THAT(evidence->registers(), SizeIs(3));
  EXPECT_EQ(evidence->hints().attempts(), 1U);
  EXPECT_EQ(evidence->hints().quoted_events().count("log.ima"), 1U);
  EXPECT_THAT(binding->tails(), IsEmpty());
}

TEST_F(ReportFormTest, QuotesFirstAndReportsLast) {
  std::string order;
  const auto collector = MakeWithHookedTpm([&] { order += "quote "; });
  // The report at the start is behind this one.
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  order.clear();
  cpu_->SetHook([&] {
    order += "report ";
    // Too late for this evidence.
    WriteFile(dir_.File("ima"), longer_ima_log_);
  });
  const auto evidence = Get(*collector, WithQuote());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(order, "quote report ");
  EXPECT_EQ(FindPart(*evidence, "log.ima")->data(), ToString(ima_log_));
}

TEST_F(ReportFormTest, HasTheWholeLogThatCameAfterTheQuote) {
  const auto collector =
      MakeWithHookedTpm([&] { WriteFile(dir_.File("ima"), longer_ima_log_); });
  const auto evidence = Get(*collector, WithQuote());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const v1::Part* log = FindPart(*evidence, "log.ima");
  EXPECT_EQ(log->data(), ToString(longer_ima_log_));
  EXPECT_THAT(log->tail(), IsEmpty());
  EXPECT_EQ(evidence->hints().quoted_events().at("log.ima"),
            ParseImaLog(ima_log_)->events.size());
}

TEST_F(ReportFormTest, ListsWhatNobodyAskedFor) {
  const auto collector = Make(Options());
  Challenge challenge = WithQuote();
  challenge.labels = {"log.tcg2"};
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(VerifyReport(*evidence, challenge).ok());
  EXPECT_THAT(ManifestLines(*evidence),
              ElementsAre("hcl no-device", "log.ccel not-requested",
                          "log.ima not-requested", "log.runtime not-requested",
                          "log.tcg2 ", "snp signs", "tdx no-device",
                          "tpm not-requested", "tpm.ak not-requested"));
  EXPECT_THAT(evidence->registers(), IsEmpty());
  EXPECT_EQ(evidence->hints().attempts(), 0U);
}

TEST_F(ReportFormTest, NeedsNoTpm) {
  const auto collector = Make(WithoutTpm());
  const auto evidence = Get(*collector, WithQuote());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(VerifyReport(*evidence, WithQuote()).ok());
  EXPECT_EQ(Reason(*evidence, "tpm"), "no-device");
  EXPECT_EQ(Reason(*evidence, "tpm.ak"), "no-device");
  EXPECT_EQ(FindPart(*evidence, "tpm"), nullptr);
  EXPECT_NE(FindPart(*evidence, "log.tcg2"), nullptr);
}

TEST_F(ReportFormTest, ListsATpmThatFailsAndQuotesWhenItIsBack) {
  const auto collector = Make(Options());
  swtpm_.Kill();
  const auto evidence = Get(*collector, WithQuote());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(VerifyReport(*evidence, WithQuote()).ok());
  EXPECT_THAT(warnings_.Text(), HasSubstr("evidence without a TPM quote: "));
  EXPECT_EQ(Reason(*evidence, "tpm"), "device-error");
  EXPECT_EQ(Reason(*evidence, "tpm.ak"), "device-error");
  EXPECT_THAT(evidence->registers(), IsEmpty());
  swtpm_.Start();
  ASSERT_TRUE(ExtendFromLogs(swtpm_.tcti(), boot_log_, ima_log_).ok());
  absl::StatusOr<v1::Evidence> later;
  EXPECT_TRUE(Eventually([&] {
    later = Get(*collector, WithQuote());
    return !later.ok() || Reason(*later, "tpm") != "device-error";
  }));
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_NE(FindPart(*later, "tpm"), nullptr);
  EXPECT_TRUE(VerifyReport(*later, WithQuote()).ok());
}

TEST_F(ReportFormTest, RefusesABankThatTheTpmLacks) {
  const auto collector = Make(Options());
  Challenge challenge = WithQuote();
  challenge.pcrs = {{HashAlgorithm::kSha512, {1}}};
  EXPECT_EQ(Get(*collector, challenge).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReportFormTest, FailsWithTheReportDeviceThoughThereIsATpm) {
  const auto collector = Make(Options());
  for (const absl::Status& error :
       {absl::UnavailableError("busy"), absl::DataLossError("other data"),
        absl::FailedPreconditionError("gone"), DeviceError("open", ENOENT)}) {
    cpu_->SetError(error);
    const auto evidence = Get(*collector, WithQuote());
    EXPECT_EQ(evidence.status().code(), error.code());
    EXPECT_EQ(evidence.status().message(), error.message());
  }
  cpu_->SetError(absl::OkStatus());
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
}

TEST_F(ReportFormTest, LeavesTheReportOutForWhoDoesNotWantIt) {
  cpu_->SetError(absl::UnavailableError("busy"));
  const auto collector = Make(Options());
  Challenge challenge = WithQuote();
  challenge.without_cpu_report = true;
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_EQ(evidence->signer(), "tpm");
  for (const std::string label : {"snp", "tdx", "hcl"}) {
    EXPECT_EQ(Reason(*evidence, label), "not-requested") << label;
  }
  EXPECT_EQ(FindPart(*evidence, "tpm"), nullptr);
  const Bytes ak = ToBytes(AsBytes(FindPart(*evidence, "tpm.ak")->data()));
  const auto accepted = Verify(*evidence, challenge, ak);
  EXPECT_TRUE(accepted.ok()) << accepted.status();
}

TEST_F(ReportFormTest, NeverTakesADeviceThatCannotBeUsedForNone) {
  DeviceOpeners open = OpenersOf(Options());
  open.cpu = [] {
    DetectedReportDevice found;
    found.tried.push_back({"configfs-tsm", DeviceError("tsm", ENOENT)});
    found.tried.push_back({"sev-guest", DeviceError("sev-guest", EACCES)});
    return found;
  };
  const auto collector = MakeCollector(Options(), std::move(open));
  const auto evidence = Get(*collector, WithQuote());
  EXPECT_EQ(evidence.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(evidence.status().message()),
              HasSubstr("Permission denied"));
  const v1::Platform platform = collector->GetPlatform();
  ASSERT_THAT(platform.sources(), SizeIs(2));
  EXPECT_EQ(platform.sources(1).label(), "snp");
  EXPECT_FALSE(platform.sources(1).available());
}

TEST_F(ReportFormTest, FindsADeviceThatComesLater) {
  auto there = std::make_shared<std::atomic<bool>>(false);
  DeviceOpeners open = OpenersOf(Options());
  open.cpu = [there, cpu = cpu_] {
    DetectedReportDevice found;
    found.tried.push_back(
        {"configfs-tsm", NoDevice(DeviceError("tsm", ENXIO))});
    if (*there) found.device = std::make_unique<FakeReportDevice>(cpu);
    return found;
  };
  const auto collector = MakeCollector(Options(), std::move(open));
  EXPECT_EQ(Get(*collector, WithQuote())->signer(), "tpm");
  EXPECT_THAT(collector->GetPlatform().sources(), SizeIs(1));
  *there = true;
  EXPECT_EQ(Get(*collector, WithQuote())->signer(), "snp");
  EXPECT_THAT(collector->GetPlatform().sources(), SizeIs(2));
}

TEST_F(ReportFormTest, SendsTheTableAndSaysWhatItLacks) {
  const auto collector = Make(WithoutTpm());
  const auto bare = Get(*collector, MakeChallenge());
  ASSERT_TRUE(bare.ok()) << bare.status();
  EXPECT_THAT(bare->snp_certificate_table(), IsEmpty());
  EXPECT_THAT(bare->hints().missing_certificates(),
              ElementsAre("vcek", "ask", "ark"));
  cpu_->SetTable({1, 2, 3});
  const auto malformed = Get(*collector, MakeChallenge());
  ASSERT_TRUE(malformed.ok()) << malformed.status();
  EXPECT_EQ(malformed->snp_certificate_table(), "\1\2\3");
  EXPECT_THAT(malformed->hints().missing_certificates(), SizeIs(3));
  cpu_->SetTable(Bytes(64U << 10, 1));
  const auto largest = Get(*collector, MakeChallenge());
  ASSERT_TRUE(largest.ok()) << largest.status();
  EXPECT_THAT(largest->snp_certificate_table(), SizeIs(64U << 10));
  EXPECT_THAT(warnings_.Text(), IsEmpty());
  cpu_->SetTable(Bytes((64U << 10) + 1, 1));
  const auto too_large = Get(*collector, MakeChallenge());
  EXPECT_THAT(warnings_.Text(), HasSubstr("at most 65536 bytes, found 65537"));
  ASSERT_TRUE(too_large.ok()) << too_large.status();
  EXPECT_THAT(too_large->snp_certificate_table(), IsEmpty());
  EXPECT_THAT(too_large->hints().missing_certificates(), SizeIs(3));
}

}  // namespace
}  // namespace evidenced
