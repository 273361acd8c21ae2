#include "agent/collect/cpu_collection.h"

#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status IsWanted(const EvidenceRequest& request) {
  if (request.waiter.gone()) return absl::CancelledError("the client has gone");
  if (SteadyNow() < request.until) return absl::OkStatus();
  return absl::DeadlineExceededError("the device did not answer in time");
}

}  // namespace

absl::StatusOr<v1::Evidence> CpuCollection::Collect(
    const std::shared_ptr<const EvidenceRequest>& request) const {
  ASSIGN_OR_RETURN(const CpuReports::Device device, state_->cpu.Find());
  if (device == CpuReports::Device::kNone) {
    return OnTpmThread<v1::Evidence>(request, &Collection::SignedByTpm);
  }
  ASSIGN_OR_RETURN(UnderReport made, OnTpmThread<UnderReport>(
                                         request, &Collection::BeforeReport));
  ASSIGN_OR_RETURN(const DeviceReport report,
                   state_->cpu.Report(made.report_data, [&request] {
                     return IsWanted(*request);
                   }));
  return Complete(std::move(made), report, state_->warn);
}

template <typename T>
absl::StatusOr<T> CpuCollection::OnTpmThread(
    const std::shared_ptr<const EvidenceRequest>& request, Part<T> part) const {
  // A caller that has many jobs there must not keep others from their reports,
  // so this one's turn is not among them.
  auto given_up = std::make_shared<std::atomic<bool>>(false);
  const JobTerms terms = {
      .deadline = absl::Now() + absl::FromChrono(request->until - SteadyNow()),
      .caller = "",
      .gone = [request, given_up] {
        return *given_up || request->waiter.gone();
      }};
  // The TPM may still be at it when nobody waits any more.
  auto promise = std::make_shared<std::promise<absl::StatusOr<T>>>();
  std::future<absl::StatusOr<T>> future = promise->get_future();
  tpm_->Submit<T>(
      terms,
      [state = state_, request, part](TpmSlot& slot) {
        absl::StatusOr<T> made =
            (state->collection.*part)(slot, request->challenge);
        state->platform.LogsRead(state->collection.logs().States());
        return made;
      },
      [promise](absl::StatusOr<T> made) {
        promise->set_value(std::move(made));
      });
  // A TPM that hangs must not keep this thread for as long as the caller waits.
  absl::Status hung;
  aside_([&] {
    const auto pause = absl::ToChronoNanoseconds(tpm_->hung_after() / 8);
    while (hung.ok() && future.wait_for(pause) != std::future_status::ready) {
      hung = tpm_->CheckAnswers();
    }
  });
  if (hung.ok()) return future.get();
  *given_up = true;
  return hung;
}

}  // namespace evidenced
