#ifndef TESTS_AGENT_COLLECT_REPORT_FIXTURE_H_
#define TESTS_AGENT_COLLECT_REPORT_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "agent/base/warn.h"
#include "evidence/binding/from_proto.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/quote.h"
#include "quote/tpm/public_area.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/fake_report_device.h"

namespace evidenced {

// What the log would have.
class Warnings {
 public:
  Warn Taker() {
    return [lines = lines_](absl::string_view line) {
      const MutexLock lock(lines->mutex);
      absl::StrAppend(&lines->text, line, "\n");
    };
  }
  std::string Text() const {
    const MutexLock lock(lines_->mutex);
    return lines_->text;
  }

 private:
  struct Lines {
    Mutex mutex;
    std::string text ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

// A guest with a CPU report device beside its TPM.
class ReportTest : public CollectorTest {
 protected:
  static Challenge WithQuote() {
    Challenge challenge = MakeChallenge();
    challenge.labels = {"tpm", "tpm.ak", "log.tcg2", "log.ima"};
    return challenge;
  }

  CpuReports::Detector Detector() const {
    return [cpu = cpu_, provider = provider_] {
      DetectedReportDevice found;
      found.device = std::make_unique<FakeReportDevice>(cpu, provider);
      if (provider == ReportProvider::kTdxGuest) found.td_registers = "/td";
      return found;
    };
  }
  // With this detector instead.
  std::unique_ptr<Collector> MakeWith(CpuReports::Detector detect,
                                      CollectorOptions options) {
    options.warn = warnings_.Taker();
    DeviceOpeners open = OpenersOf(options);
    open.cpu = std::move(detect);
    return MakeCollector(options, std::move(open));
  }
  std::unique_ptr<Collector> Make(const CollectorOptions& options) {
    return MakeWith(Detector(), options);
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

  // The CPU's device, when it is listed.
  static v1::Source WaitForCpu(const Collector& collector) {
    v1::Platform platform;
    EXPECT_TRUE(Eventually([&] {
      platform = collector.GetPlatform();
      return platform.sources_size() > 1;
    }));
    return platform.sources_size() > 1 ? platform.sources(1) : v1::Source();
  }

  // Of the statement that signs.
  static absl::StatusOr<Bytes> ReportDataOf(const v1::Evidence& evidence) {
    const ByteView statement = AsBytes(evidence.statement());
    if (evidence.signer() != "tdx") {
      return ToBytes(statement.subspan(0x50, 64));
    }
    ASSIGN_OR_RETURN(const TdxQuote quote, ParseTdxQuote(statement));
    return quote.td->report_data;
  }

  // As a verifier does, but for the report's signature.
  static absl::StatusOr<VerifiedBinding> VerifyReport(
      const v1::Evidence& evidence, const Challenge& challenge) {
    SignedContents contents;
    ASSIGN_OR_RETURN(contents.signer_data, ReportDataOf(evidence));
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
    ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(evidence));
    return VerifyBinding(StateOf(challenge, evidence.signer()), wire, contents,
                         BindingLevel::kB1);
  }

  ReportProvider provider_ = ReportProvider::kSevGuest;
  std::shared_ptr<FakeCpu> cpu_ = std::make_shared<FakeCpu>();
  Warnings warnings_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_COLLECT_REPORT_FIXTURE_H_
