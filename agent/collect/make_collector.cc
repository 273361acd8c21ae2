#include "agent/collect/make_collector.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "openssl/rand.h"

#include "agent/collect/collection.h"
#include "agent/collect/pcr_selection.h"
#include "agent/collect/platform_state.h"
#include "agent/device/device_thread.h"
#include "agent/device/log_file.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kInstanceSize = 32;
constexpr size_t kMaxBootIdFile = 64;
constexpr absl::string_view kLabels[] = {"log.ima", "log.tcg2", "tpm",
                                         "tpm.ak"};

// Empty if the random generator fails: then no transcript can be made, and
// every collection is an error.
Bytes RandomInstance() {
  Bytes instance(kInstanceSize);
  if (RAND_bytes(instance.data(), static_cast<int>(instance.size())) != 1) {
    return {};
  }
  return instance;
}

std::string ReadBootId(const std::string& path) {
  Bytes bytes;
  if (!ReadWholeFile(path, kMaxBootIdFile, &bytes).ok()) return "";
  return Printable(absl::StripAsciiWhitespace(ToString(bytes)));
}

absl::Status CheckLabels(const std::vector<std::string>& labels) {
  for (auto label = labels.begin(); label != labels.end(); ++label) {
    if (std::find(std::begin(kLabels), std::end(kLabels), *label) ==
        std::end(kLabels)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected labels of {%s}, found \"%s\"",
                          absl::StrJoin(kLabels, ", "), Printable(*label)));
    }
    if (std::find(labels.begin(), label, *label) != label) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected each label once, found %s twice", *label));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckChallenge(const Challenge& challenge) {
  RETURN_IF_ERROR(CheckLabels(challenge.labels));
  return CheckQuoteSelection(challenge.pcrs);
}

JobTerms TermsOf(Waiter waiter) {
  return {.deadline = waiter.deadline,
          .caller = std::move(waiter.caller),
          .gone = std::move(waiter.gone)};
}

// What jobs use; it lives as long as the last of them.
struct Shared {
  Shared(const HostPaths& paths, const AgentIdentity& identity,
         CpuReports::Detector detect)
      : platform(identity),
        cpu(std::move(detect), platform),
        collection(paths, identity) {}

  PlatformState platform;
  // The device thread's alone.
  CpuReports cpu;
  Collection collection;
};

class DeviceCollector : public Collector {
 public:
  DeviceCollector(const CollectorOptions& options,
                  std::shared_ptr<Shared> shared, TpmSlot::Opener open_tpm)
      : shared_(std::move(shared)),
        thread_({.queue_length = options.queue_length,
                 .max_wait = options.device_timeout,
                 .hung_after = options.hung_after},
                std::move(open_tpm),
                {.tpm =
                     [state = shared_](const absl::Status& status,
                                       const TpmInfo* info) {
                       state->platform.TpmChanged(status, info);
                     },
                 .hung =
                     [state = shared_](const absl::Status& status) {
                       state->platform.HungChanged(status);
                     }}) {
    // What there is becomes known before anybody asks for evidence.
    const auto look = [state = shared_](TpmSlot&) -> absl::StatusOr<int> {
      state->collection.logs().ReadAll();
      state->platform.LogsRead(state->collection.logs().States());
      RETURN_IF_ERROR(state->cpu.Find().status());
      return 0;
    };
    thread_.Submit<int>(TermsOf({}), look, [](const absl::StatusOr<int>&) {});
  }

  void GetEvidence(Challenge challenge, Waiter waiter,
                   Done<v1::Evidence> done) override {
    if (absl::Status status = CheckChallenge(challenge); !status.ok()) {
      thread_.Reject(std::move(status), std::move(done));
      return;
    }
    thread_.Submit<v1::Evidence>(
        TermsOf(std::move(waiter)),
        [state = shared_, challenge = std::move(challenge)](TpmSlot& tpm) {
          auto evidence = state->collection.Collect(state->cpu, tpm, challenge);
          state->platform.LogsRead(state->collection.logs().States());
          return evidence;
        },
        std::move(done));
  }

  void GetMeasurements(std::vector<PcrBankSelection> pcrs, Waiter waiter,
                       Done<v1::Measurements> done) override {
    thread_.Submit<v1::Measurements>(
        TermsOf(std::move(waiter)),
        [pcrs = std::move(pcrs)](TpmSlot& tpm) {
          return Collection::Measure(tpm, pcrs);
        },
        std::move(done));
  }

  void ReadLog(std::string label, Waiter waiter,
               Done<std::shared_ptr<const LogSnapshot>> done) override {
    thread_.Submit<std::shared_ptr<const LogSnapshot>>(
        TermsOf(std::move(waiter)),
        [state = shared_, label = std::move(label)](TpmSlot&) {
          auto log = state->collection.logs().ReadOne(label);
          state->platform.LogsRead(state->collection.logs().States());
          return log;
        },
        std::move(done));
  }

  v1::Platform GetPlatform() const override { return shared_->platform.Get(); }

  void WatchHealth(std::function<void(const SourceHealth&)> changed) override {
    shared_->platform.Watch(std::move(changed));
  }

 private:
  std::shared_ptr<Shared> shared_;
  DeviceThread thread_;
};

}  // namespace

DeviceOpeners OpenersOf(const CollectorOptions& options) {
  return {
      .tpm = [tpm = options.tpm] { return OpenTpm(tpm); },
      .cpu = [paths = options.paths,
              snp = options.snp] { return DetectReportDevice(paths, snp); }};
}

std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options,
                                         DeviceOpeners open) {
  const AgentIdentity identity{.instance = RandomInstance(),
                               .boot_id = ReadBootId(options.paths.boot_id),
                               .version = options.agent_version};
  return std::make_unique<DeviceCollector>(
      options,
      std::make_shared<Shared>(options.paths, identity, std::move(open.cpu)),
      std::move(open.tpm));
}

std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options) {
  return MakeCollector(options, OpenersOf(options));
}

}  // namespace evidenced
