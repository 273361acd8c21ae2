#include "agent/collect/measurements.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "agent/collect/cpu_collection.h"
#include "agent/collect/evidence_message.h"
#include "agent/collect/tpm_parts.h"
#include "agent/device/no_device.h"
#include "agent/device/tpm_slot.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kTdLabel = "tdx";
constexpr size_t kMaxShown = 512;

void AddUnavailable(absl::string_view label, const absl::Status& status,
                    v1::Measurements& out) {
  if (IsNoDevice(status)) return;
  (*out.mutable_unavailable())[std::string(label)] =
      Printable(status.message(), kMaxShown);
}

// A TPM's registers as they are now; all of every active bank if `pcrs` is
// empty.
absl::StatusOr<v1::Measurements> MeasurePcrs(
    TpmSlot& slot, const std::vector<PcrBankSelection>& pcrs) {
  ASSIGN_OR_RETURN(TpmDevice* const tpm, slot.Open());
  const absl::StatusOr<PcrReading> reading =
      tpm->ReadPcrs(pcrs.empty() ? tpm->info().banks : pcrs);
  if (!reading.ok()) {
    slot.Failed(reading.status());
    return reading.status();
  }
  v1::Measurements out;
  AddBanks(reading->values, out.mutable_banks());
  out.set_pcr_update_counter(reading->update_counter);
  return out;
}

// Both together. Of two devices one may fail, which the answer says. The TPM's
// error, or the TD's in a guest without a TPM, if there is nothing to answer.
absl::StatusOr<v1::Measurements> WithTdRegisters(
    absl::StatusOr<v1::Measurements> tpm,
    const absl::StatusOr<TdRegisters>& td) {
  if (absl::IsCancelled(tpm.status()) ||
      absl::IsResourceExhausted(tpm.status())) {
    return tpm.status();
  }
  if (!tpm.ok() && !td.ok()) {
    const bool td_alone = IsNoDevice(tpm.status()) && !IsNoDevice(td.status());
    return td_alone ? td.status() : tpm.status();
  }
  v1::Measurements out;
  if (tpm.ok()) {
    out = *std::move(tpm);
  } else {
    AddUnavailable(kTpmLabel, tpm.status(), out);
  }
  if (td.ok()) {
    AddTdRegisters(*td, *out.mutable_tdx());
  } else {
    AddUnavailable(kTdLabel, td.status(), out);
  }
  return out;
}

}  // namespace

JobTerms HalfTermsOf(const Waiter& waiter, absl::Duration hung_after) {
  JobTerms terms = TermsOf(waiter);
  const absl::Time now = absl::Now();
  terms.deadline = now + std::min((terms.deadline - now) / 2, hung_after);
  return terms;
}

absl::StatusOr<TdRegisters> TdRegisterReader::Read() {
  absl::StatusOr<TdRegisters> registers = source_();
  const bool failed = !registers.ok() && !IsNoDevice(registers.status());
  // Whoever measures again and again does not fill the log.
  if (failed && !std::exchange(failed_, true)) {
    warn_(absl::StrCat("measurements without a TD's registers: ",
                       Printable(registers.status().message(), kMaxShown)));
  }
  failed_ = failed;
  return registers;
}

void Measure(DeviceThread& tpm, std::vector<PcrBankSelection> pcrs,
             const Waiter& waiter, absl::StatusOr<TdRegisters> td,
             std::function<void(absl::StatusOr<v1::Measurements>)> done) {
  if (absl::IsCancelled(td.status()) ||
      absl::IsResourceExhausted(td.status())) {
    done(td.status());
    return;
  }
  const bool by_number = !pcrs.empty();
  // Who asks for no PCRs by their numbers takes a TD's registers without them,
  // and so does not give all of his time to a TPM that hangs.
  const JobTerms terms = by_number || !td.ok()
                             ? TermsOf(waiter)
                             : HalfTermsOf(waiter, tpm.hung_after());
  tpm.Submit<v1::Measurements>(
      terms,
      [pcrs = std::move(pcrs)](TpmSlot& slot) {
        return MeasurePcrs(slot, pcrs);
      },
      [by_number, td = std::move(td),
       done = std::move(done)](absl::StatusOr<v1::Measurements> banks) {
        if (by_number && !banks.ok()) {
          done(banks.status());
        } else {
          done(WithTdRegisters(std::move(banks), td));
        }
      });
}

}  // namespace evidenced
