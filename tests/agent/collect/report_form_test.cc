#include <atomic>
#include <cerrno>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "agent/device/device_error.h"
#include "agent/device/no_device.h"
#include "evidence/binding/from_proto.h"
#include "evidence/log/event_log.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/public_area.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/fake_report_device.h"
#include "tests/support/raw_tpm.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A guest with a CPU report device beside its TPM.
class ReportFormTest : public CollectorTest {
 protected:
  static Challenge WithQuote() {
    Challenge challenge = MakeChallenge();
    challenge.labels = {"tpm", "tpm.ak", "log.tcg2", "log.ima"};
    return challenge;
  }

  CpuReports::Detector Detector() const {
    return [cpu = cpu_] {
      DetectedReportDevice found;
      found.device = std::make_unique<FakeReportDevice>(cpu);
      return found;
    };
  }
  std::unique_ptr<Collector> Make(const CollectorOptions& options) const {
    DeviceOpeners open = OpenersOf(options);
    open.cpu = Detector();
    return MakeCollector(options, std::move(open));
  }
  std::unique_ptr<Collector> MakeWithHookedTpm(std::function<void()> hook) {
    DeviceOpeners open = Hooked(std::move(hook));
    open.cpu = Detector();
    return MakeCollector(Options(), std::move(open));
  }
  CollectorOptions WithoutTpm() const {
    CollectorOptions options = Options();
    options.tpm.tcti = "device:" + dir_.File("no_tpm");
    return options;
  }

  // As a verifier does, but for the report's signature.
  static absl::StatusOr<VerifiedBinding> VerifyReport(
      const v1::Evidence& evidence, const Challenge& challenge) {
    SignedContents contents;
    contents.signer_data =
        ToBytes(ByteView(AsBytes(evidence.statement())).subspan(0x50, 64));
    if (const v1::Part* part = FindPart(evidence, "tpm"); part != nullptr) {
      ASSIGN_OR_RETURN(const TpmStatement split,
                       SplitTpmStatement(AsBytes(part->data())));
      ASSIGN_OR_RETURN(
          const TpmPublicArea ak,
          ParseTpmPublic(AsBytes(FindPart(evidence, "tpm.ak")->data())));
      ASSIGN_OR_RETURN(const VerifiedTpmQuote quote,
                       VerifyTpmQuote(split.attest, split.signature, ak));
      contents.tpm_extra_data = quote.quote().extra_data;
    }
    BindingState state;
    state.role = challenge.role;
    state.audience = challenge.audience;
    state.nonce = challenge.nonce;
    state.spki = challenge.spki;
    state.certificate = challenge.certificate;
    state.peer = challenge.peer;
    state.user_data = challenge.user_data;
    state.requested = challenge.labels;
    state.accept_signers = {"snp"};
    ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(evidence));
    return VerifyBinding(state, wire, contents, BindingLevel::kB1);
  }

  static std::string Reason(const v1::Evidence& evidence,
                            const std::string& label) {
    const auto manifest = ParseManifest(AsBytes(evidence.manifest()));
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    const ManifestEntry* entry = manifest->Find(label);
    return entry == nullptr ? "not listed" : entry->reason;
  }

  std::shared_ptr<FakeCpu> cpu_ = std::make_shared<FakeCpu>();
};

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
  const auto manifest = ParseManifest(AsBytes(evidence->manifest()));
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  std::vector<std::string> lines;
  for (const ManifestEntry& entry : manifest->entries) {
    lines.push_back(entry.label + " " + entry.reason);
  }
  EXPECT_THAT(lines,
              ElementsAre("hcl no-device", "log.ccel no-device",
                          "log.ima not-requested", "log.runtime no-device",
                          "log.tcg2 ", "snp ", "tdx no-device",
                          "tpm not-requested", "tpm.ak not-requested"));
  EXPECT_EQ(manifest->signer(), "snp");
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
  EXPECT_EQ(Reason(*evidence, "tpm"), "device-error");
  EXPECT_EQ(Reason(*evidence, "tpm.ak"), "device-error");
  EXPECT_THAT(evidence->registers(), IsEmpty());
  swtpm_.Start();
  ASSERT_TRUE(ExtendFromLogs(swtpm_.tcti(), boot_log_, ima_log_).ok());
  auto later = Get(*collector, WithQuote());
  while (later.ok() && Reason(*later, "tpm") == "device-error") {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    later = Get(*collector, WithQuote());
  }
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
  EXPECT_EQ(Reason(*evidence, "snp"), "not-requested");
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

TEST_F(ReportFormTest, MakesNoEvidenceOfAnotherTee) {
  DeviceOpeners open = OpenersOf(Options());
  open.cpu = [cpu = cpu_] {
    DetectedReportDevice found;
    found.device =
        std::make_unique<FakeReportDevice>(cpu, ReportProvider::kTdxGuest);
    return found;
  };
  const auto collector = MakeCollector(Options(), std::move(open));
  const auto evidence = Get(*collector, WithQuote());
  EXPECT_EQ(evidence.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(evidence.status().message()), HasSubstr("tdx_guest"));
}

TEST_F(ReportFormTest, ShowsTheDeviceAndItsStates) {
  const auto collector = Make(Options());
  std::vector<std::string> told;
  Mutex mutex;
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  collector->WatchHealth([&](const SourceHealth& health) {
    const MutexLock lock(mutex);
    if (health.source != "snp") return;
    told.push_back(health.available  ? "available"
                   : health.key_lost ? "lost: " + health.reason
                                     : health.reason);
  });
  const v1::Source working = collector->GetPlatform().sources(1);
  EXPECT_EQ(working.label(), "snp");
  EXPECT_TRUE(working.available());
  EXPECT_EQ(working.snp().interface(), "fake");
  EXPECT_EQ(working.snp().path(), "/fake");
  EXPECT_EQ(working.snp().vmpl(), 1U);
  EXPECT_FALSE(working.snp().key_lost());

  cpu_->SetError(absl::UnavailableError("busy"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  EXPECT_FALSE(collector->GetPlatform().sources(1).available());
  cpu_->SetError(absl::OkStatus());
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
  cpu_->SetError(absl::UnavailableError("an I/O error"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  cpu_->SetError(KeyLostError("/fake"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  EXPECT_TRUE(collector->GetPlatform().sources(1).snp().key_lost());
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  const MutexLock lock(mutex);
  EXPECT_THAT(told, ElementsAre("available", "busy", "available",
                                "an I/O error", HasSubstr("lost: /fake")));
}

TEST_F(ReportFormTest, BlamesTheDeviceThatHangs) {
  CollectorOptions options = Options();
  options.hung_after = absl::Milliseconds(100);
  const auto collector = Make(options);
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  std::promise<void> answer;
  cpu_->SetHook([&] { answer.get_future().wait(); });
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(Get(*collector, WithQuote(), hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  while (collector->GetPlatform().sources(1).available()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  cpu_->SetHook([] {});
  answer.set_value();
  while (!collector->GetPlatform().sources(1).available()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
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
  cpu_->SetTable(Bytes((64U << 10) + 1, 1));
  const auto too_large = Get(*collector, MakeChallenge());
  ASSERT_TRUE(too_large.ok()) << too_large.status();
  EXPECT_THAT(too_large->snp_certificate_table(), IsEmpty());
  EXPECT_THAT(too_large->hints().missing_certificates(), SizeIs(3));
}

}  // namespace
}  // namespace evidenced
