#include "agent/collect/cpu_collection.h"

#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "quote/base/status_macros.h"

namespace evidenced {

JobTerms TermsOf(Waiter waiter) {
  return {.deadline = waiter.deadline,
          .caller = std::move(waiter.caller),
          .gone = std::move(waiter.gone)};
}

absl::Status CpuTerms::IsWanted() const {
  if (waiter.gone()) return absl::CancelledError("the client has gone");
  if (SteadyNow() < until) return absl::OkStatus();
  return absl::DeadlineExceededError("the device did not answer in time");
}

absl::StatusOr<v1::Evidence> CpuCollection::Collect(
    const std::shared_ptr<const EvidenceRequest>& request) const {
  ASSIGN_OR_RETURN(const auto provider, state_->cpu.Find());
  if (!provider.has_value()) {
    return OnTpmThread<v1::Evidence>(
        request, [request](Collection& collection, TpmSlot& slot) {
          return collection.SignedByTpm(slot, request->challenge);
        });
  }
  const absl::string_view signer = SourceLabel(*provider);
  if (*provider == ReportProvider::kArmCcaGuest) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "expected a device whose reports sign evidence, snp or tdx, found %s, "
        "which gives raw reports alone",
        signer));
  }
  ASSIGN_OR_RETURN(
      UnderReport made,
      OnTpmThread<UnderReport>(
          request, [request, signer](Collection& collection, TpmSlot& slot) {
            return collection.BeforeReport(slot, request->challenge, signer);
          }));
  ASSIGN_OR_RETURN(const DeviceReport report,
                   state_->cpu.Report(made.report_data, [&request] {
                     return request->terms.IsWanted();
                   }));
  return Complete(std::move(made), report, state_->rtmr_log, state_->warn);
}

template <typename T>
absl::StatusOr<T> CpuCollection::OnTpmThread(
    const std::shared_ptr<const EvidenceRequest>& request, Part<T> part) const {
  const CpuTerms& caller = request->terms;
  // A caller that has many jobs there must not keep others from their reports,
  // so this one's turn is not among them.
  auto given_up = std::make_shared<std::atomic<bool>>(false);
  const JobTerms terms = {
      .deadline = absl::Now() + absl::FromChrono(caller.until - SteadyNow()),
      .caller = "",
      .gone = [request, given_up] {
        return *given_up || request->terms.waiter.gone();
      }};
  // The TPM may still be at it when nobody waits any more.
  auto promise = std::make_shared<std::promise<absl::StatusOr<T>>>();
  std::future<absl::StatusOr<T>> future = promise->get_future();
  tpm_->Submit<T>(
      terms,
      [state = state_, part = std::move(part)](TpmSlot& slot) {
        absl::StatusOr<T> made = part(state->collection, slot);
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
