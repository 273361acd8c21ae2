#include "agent/collect/make_collector.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

#include "agent/base/mutex.h"
#include "agent/collect/agent_identity.h"
#include "agent/collect/collection.h"
#include "agent/collect/cpu_collection.h"
#include "agent/collect/labels.h"
#include "agent/collect/measurements.h"
#include "agent/collect/pcr_selection.h"
#include "agent/device/device_thread.h"
#include "agent/device/td_registers.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status CheckChallenge(const Challenge& challenge) {
  RETURN_IF_ERROR(CheckLabels(challenge.labels));
  return CheckQuoteSelection(challenge.pcrs);
}

constexpr absl::string_view kTdAnswers =
    "the device of the TD's registers has answered after all";

// How long a device may take over its last call.
constexpr absl::Duration kLastCall = absl::Seconds(2);

// A thread for each device, so that the TPM and the logs do not wait for a CPU
// that is throttled or hangs, not even while it is looked for.
class DeviceCollector : public Collector {
 public:
  DeviceCollector(const CollectorOptions& options,
                  std::shared_ptr<CollectorState> state,
                  TpmSlot::Opener open_tpm)
      : state_(std::move(state)),
        device_timeout_(options.device_timeout),
        tpm_(MakeTpmThread(options, state_, std::move(open_tpm))),
        cpu_({.queue_length = options.queue_length,
              .max_wait = options.device_timeout,
              .hung_after = options.cpu_hung_after,
              .name = "CPU's report device",
              .own_work =
                  {{.due = [state = state_] { return state->cpu.next_try(); },
                    .run = [state = state_] { state->cpu.Try(); }}}},
             nullptr,
             {.tpm = [](const absl::Status&, const TpmInfo*) {},
              .hung =
                  [state = state_](const absl::Status& status) {
                    state->platform.CpuHung(status);
                  }}),
        td_({.queue_length = options.queue_length,
             .max_wait = options.device_timeout,
             .hung_after = options.hung_after,
             .name = "device of the TD's registers"},
            nullptr,
            {.tpm = [](const absl::Status&, const TpmInfo*) {},
             .hung =
                 [warn = options.warn](const absl::Status& status) {
                   warn(status.ok() ? kTdAnswers : status.message());
                 }}) {
    // What there is becomes known before anybody asks for evidence.
    const auto look = [state = state_](TpmSlot&) -> absl::StatusOr<int> {
      state->collection.logs().ReadAll();
      state->platform.LogsRead(state->collection.logs().States());
      return 0;
    };
    const auto try_cpu = [state = state_](TpmSlot&) -> absl::StatusOr<int> {
      state->cpu.Try();
      return 0;
    };
    tpm_->Submit<int>(TermsOf({}), look, [](const absl::StatusOr<int>&) {});
    cpu_.Submit<int>(TermsOf({}), try_cpu, [](const absl::StatusOr<int>&) {});
  }

  ~DeviceCollector() override {
    // These may wait for the TPM's.
    td_.Stop(kLastCall);
    cpu_.Stop(kLastCall);
    // Jobs that were abandoned hold this thread, too.
    tpm_->Stop(kLastCall);
  }
  DeviceCollector(const DeviceCollector&) = delete;
  DeviceCollector& operator=(const DeviceCollector&) = delete;

  void GetEvidence(Challenge challenge, Waiter waiter,
                   Done<v1::Evidence> done) override {
    if (absl::Status status = CheckChallenge(challenge); !status.ok()) {
      tpm_->Reject(std::move(status), std::move(done));
      return;
    }
    // Its thread reads the logs, too.
    if (absl::Status status = tpm_->CheckAnswers(); !status.ok()) {
      tpm_->Reject(std::move(status), std::move(done));
      return;
    }
    if (challenge.without_cpu_report) {
      tpm_->Submit<v1::Evidence>(
          TermsOf(std::move(waiter)),
          [state = state_, challenge = std::move(challenge)](TpmSlot& tpm) {
            auto evidence = state->collection.SignedByTpm(tpm, challenge);
            state->platform.LogsRead(state->collection.logs().States());
            return evidence;
          },
          std::move(done));
      return;
    }
    const auto request =
        std::make_shared<const EvidenceRequest>(EvidenceRequest{
            .challenge = std::move(challenge), .terms = CpuTermsOf(waiter)});
    cpu_.Submit<v1::Evidence>(
        TermsOf(std::move(waiter)),
        [collection = CpuCollection(state_, tpm_, cpu_.aside()),
         request](TpmSlot&) { return collection.Collect(request); },
        WithCpuFailure<v1::Evidence>(request->terms.waiter, std::move(done)));
  }

  void GetRawReport(ReportData data, Waiter waiter,
                    Done<v1::RawReport> done) override {
    cpu_.Submit<v1::RawReport>(
        TermsOf(waiter),
        [state = state_, data, terms = CpuTermsOf(waiter)](TpmSlot&) {
          return state->cpu.RawReport(data,
                                      [&terms] { return terms.IsWanted(); });
        },
        WithCpuFailure<v1::RawReport>(waiter, std::move(done)));
  }

  void GetMeasurements(std::vector<PcrBankSelection> pcrs, Waiter waiter,
                       Done<v1::Measurements> done) override {
    td_.Submit<TdRegisters>(
        HalfTermsOf(waiter, td_.hung_after()),
        [state = state_](TpmSlot&) { return state->td_registers.Read(); },
        [tpm = tpm_, pcrs = std::move(pcrs), waiter,
         done = std::move(done)](absl::StatusOr<TdRegisters> td) {
          Measure(*tpm, pcrs, waiter, std::move(td), done);
        });
  }

  void ReadLog(std::string label, Waiter waiter,
               Done<std::shared_ptr<const LogSnapshot>> done) override {
    tpm_->Submit<std::shared_ptr<const LogSnapshot>>(
        TermsOf(std::move(waiter)),
        [state = state_, label = std::move(label)](TpmSlot&) {
          auto log = state->collection.logs().ReadOne(label);
          state->platform.LogsRead(state->collection.logs().States());
          return log;
        },
        std::move(done));
  }

  v1::Platform GetPlatform() const override { return state_->platform.Get(); }

  void WatchHealth(std::function<void(const SourceHealth&)> changed) override {
    state_->platform.Watch(std::move(changed));
  }

 private:
  // A request may have to wait for others that fail, each as slowly as it would
  // itself: then their error is the best there is. To the agent's own limit it
  // is the answer, and to a deadline of the caller's a remark.
  template <typename T>
  Done<T> WithCpuFailure(const Waiter& waiter, Done<T> done) const {
    return [state = state_, limited = waiter.limited,
            done = std::move(done)](absl::StatusOr<T> made) {
      const absl::Status failure = state->platform.CpuFailure();
      if (absl::IsDeadlineExceeded(made.status()) && !failure.ok()) {
        made = absl::Status(
            limited ? absl::StatusCode::kUnavailable : made.status().code(),
            absl::StrCat(made.status().message(),
                         "; the CPU's report device failed before: ",
                         failure.message()));
      }
      done(std::move(made));
    };
  }

  CpuTerms CpuTermsOf(const Waiter& waiter) const {
    const absl::Duration wait = std::clamp(
        waiter.deadline - absl::Now(), absl::ZeroDuration(), device_timeout_);
    return {.waiter = waiter,
            .until = SteadyNow() + absl::ToChronoNanoseconds(wait)};
  }

  static std::shared_ptr<DeviceThread> MakeTpmThread(
      const CollectorOptions& options,
      const std::shared_ptr<CollectorState>& state, TpmSlot::Opener open) {
    return std::make_shared<DeviceThread>(
        DeviceThread::Options{.queue_length = options.queue_length,
                              .max_wait = options.device_timeout,
                              .hung_after = options.hung_after,
                              .name = "TPM"},
        std::move(open),
        DeviceThread::Observers{
            .tpm =
                [state](const absl::Status& status, const TpmInfo* info) {
                  state->platform.TpmChanged(status, info);
                },
            .hung =
                [state](const absl::Status& status) {
                  state->platform.TpmHung(status);
                }});
  }

  const std::shared_ptr<CollectorState> state_;
  const absl::Duration device_timeout_;
  const std::shared_ptr<DeviceThread> tpm_;  // and of the logs
  DeviceThread cpu_;
  DeviceThread td_;  // for registers without a quote
};

}  // namespace

DeviceOpeners OpenersOf(const CollectorOptions& options) {
  return {.tpm = [tpm = options.tpm] { return OpenTpm(tpm); },
          .cpu =
              [paths = options.paths, snp = options.snp, warn = options.warn] {
                return DetectReportDevice(paths, snp, warn);
              },
          .td = [paths = options.paths] { return ReadTdRegisters(paths); }};
}

std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options,
                                         DeviceOpeners open) {
  const AgentIdentity identity =
      MakeAgentIdentity(options.paths.boot_id, options.agent_version);
  return std::make_unique<DeviceCollector>(
      options,
      std::make_shared<CollectorState>(
          options.paths, identity, std::move(open.cpu), options.cpu_first_pause,
          std::move(open.td), options.warn),
      std::move(open.tpm));
}

std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options) {
  return MakeCollector(options, OpenersOf(options));
}

}  // namespace evidenced
