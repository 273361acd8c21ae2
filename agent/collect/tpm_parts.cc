#include "agent/collect/tpm_parts.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "agent/collect/evidence_message.h"
#include "agent/collect/pcr_selection.h"
#include "agent/device/no_device.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxShown = 512;

TpmParts Missing(absl::string_view reason, const Challenge& challenge) {
  const auto entry = [&](absl::string_view label) {
    return MissingEntry(label,
                        Wants(challenge, label) ? reason : "not-requested");
  };
  TpmParts parts;
  parts.quote_entry = entry(kTpmLabel);
  parts.ak_entry = entry(kAkLabel);
  return parts;
}

}  // namespace

absl::StatusOr<TpmParts> TpmQuoter::UnderReport(TpmSlot& slot, ByteView anchor,
                                                const Challenge& challenge) {
  TpmParts parts = Missing("device-error", challenge);
  if (!Wants(challenge, kTpmLabel) && !Wants(challenge, kAkLabel)) return parts;
  const absl::StatusOr<TpmDevice*> tpm = slot.Open();
  if (!tpm.ok()) {
    if (IsNoDevice(tpm.status())) return Missing("no-device", challenge);
    WarnOf(tpm.status());
    return parts;
  }
  const TpmInfo info = (*tpm)->info();  // outlives the device
  if (Wants(challenge, kTpmLabel)) {
    absl::StatusOr<RegisterQuote> quote =
        Quote(slot, **tpm, TpmExtraDataUnderReport(anchor), challenge);
    if (absl::IsInvalidArgument(quote.status())) return quote.status();
    if (!quote.ok()) {
      WarnOf(quote.status());
      return parts;
    }
    parts.quote = *std::move(quote);
    parts.quote_entry =
        PresentEntry(kTpmLabel, kMediaTpmQuote, parts.quote.statement);
  }
  if (Wants(challenge, kAkLabel)) parts.ak_entry = AkEntry(info);
  parts.ak_public = info.ak_public;
  parts.certificates = info.certificates;
  return parts;
}

void TpmQuoter::WarnOf(const absl::Status& status) {
  warn_(absl::StrCat("evidence without a TPM quote: ",
                     Printable(status.message(), kMaxShown)));
}

const ManifestEntry& TpmQuoter::AkEntry(const TpmInfo& info) {
  if (ak_public_ != info.ak_public) {
    ak_public_ = info.ak_public;
    ak_entry_ = PresentEntry(kAkLabel, kMediaTpmPublic, ak_public_);
  }
  return ak_entry_;
}

absl::StatusOr<RegisterQuote> TpmQuoter::Signing(TpmSlot& slot, TpmDevice& tpm,
                                                 const ReportData& report_data,
                                                 const Challenge& challenge) {
  return Quote(slot, tpm, TpmExtraDataSigning(report_data), challenge);
}

absl::StatusOr<RegisterQuote> TpmQuoter::Quote(TpmSlot& slot, TpmDevice& tpm,
                                               ByteView extra_data,
                                               const Challenge& challenge) {
  absl::StatusOr<RegisterQuote> quote =
      quoter_.Quote(tpm, extra_data,
                    challenge.pcrs.empty() ? DefaultSelection(tpm.info().banks)
                                           : challenge.pcrs);
  if (!quote.ok()) slot.Failed(quote.status());
  return quote;
}

}  // namespace evidenced
