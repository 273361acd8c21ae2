#include "evidence/verify/tdx_policy_from_quote.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

#include "quote/base/bytes.h"
#include "quote/tdx/td_bits.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

// RTMR 0 and 1 are the firmware's: they say what booted, logged or not.
constexpr uint32_t kFirmwareRtmrs = 2;

bool IsZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

bool HasBit(uint64_t attributes, absl::string_view name) {
  return std::any_of(kTdAttributes.begin(), kTdAttributes.end(),
                     [&](const TdBit& bit) {
                       return bit.name == name && HasBit(attributes, bit);
                     });
}

// Of the others those that the log explains were moved by the boot; the rest
// moves while the system runs, and a rule would soon reject. One that nobody
// extended says nothing of what booted.
bool SaysWhatBooted(uint32_t index, const Bytes& value,
                    const VerifiedLog* ccel) {
  if (IsZero(value)) return false;
  return index < kFirmwareRtmrs ||
         (ccel != nullptr && ccel->verdict.Matched(index + 1));
}

void AddRtmrs(const TdBody& body, const VerifiedLog* ccel,
              v1::TdxPolicy& policy) {
  for (uint32_t index = 0; index < kTdRtmrs; ++index) {
    const Bytes& value = body.td.rtmr.at(index);
    if (!SaysWhatBooted(index, value, ccel)) continue;
    v1::TdxRtmrRule* rule = policy.add_rtmrs();
    rule->set_index(index);
    rule->add_values(Hex(value));
  }
}

void AllowBits(uint64_t attributes, v1::TdxAttributeBits& bits) {
  if (HasBit(attributes, "debug")) bits.set_debug(v1::ANY);
  if (HasBit(attributes, "hgs_plus_prof")) bits.set_hgs_plus_prof(v1::ANY);
  if (HasBit(attributes, "perf_prof")) bits.set_perf_prof(v1::ANY);
  if (HasBit(attributes, "pmt_prof")) bits.set_pmt_prof(v1::ANY);
  if (HasBit(attributes, "migratable")) bits.set_migratable(v1::ANY);
}

void AddTcb(const VerifiedTdx& verified, v1::TdxPolicy& policy) {
  if (!verified.tcb.has_value() ||
      verified.tcb_collateral != CollateralState::kCurrent) {
    policy.set_allow_unevaluated_tcb(true);
  }
  if (!verified.tcb.has_value()) return;
  // What is better is accepted, too; what is revoked never is.
  const TcbStatus status = verified.tcb->status;
  policy.add_tcb_statuses(std::string(TcbStatusName(TcbStatus::kUpToDate)));
  for (const TcbStatus found :
       {status, verified.tcb->status_now.value_or(status)}) {
    const std::string name(TcbStatusName(found));
    const auto& listed = policy.tcb_statuses();
    if (found == TcbStatus::kRevoked ||
        std::find(listed.begin(), listed.end(), name) != listed.end()) {
      continue;
    }
    policy.add_tcb_statuses(name);
  }
  policy.set_min_tcb_evaluation_data_number(
      verified.tcb->tcb_evaluation_data_number);
}

// Of the module that launched the TD and of the one that runs now.
std::string TcbRemark(const TdxTcb& tcb) {
  const TcbStatus now = tcb.status_now.value_or(tcb.status);
  if (tcb.status == TcbStatus::kRevoked || now == TcbStatus::kRevoked) {
    return "; ITS TCB IS REVOKED, and no policy accepts it";
  }
  if (tcb.status == TcbStatus::kUpToDate && now == tcb.status) return "";
  return absl::StrCat("; its TCB is ", TcbStatusName(tcb.status),
                      now == tcb.status
                          ? ""
                          : absl::StrCat(", with the TDX module that runs now ",
                                         TcbStatusName(now)),
                      ", and the policy accepts it");
}

}  // namespace

v1::TdxPolicy TdxPolicyFromQuote(const VerifiedTdx& verified,
                                 const VerifiedLog* ccel) {
  const TdBody& body = verified.quote.body();
  v1::TdxPolicy policy;
  policy.add_mr_tds(Hex(body.td.mr_td));
  AddRtmrs(body, ccel, policy);
  policy.add_mr_config_ids(Hex(body.td.mr_config_id));
  policy.add_mr_owners(Hex(body.td.mr_owner));
  policy.add_mr_owner_configs(Hex(body.td.mr_owner_config));
  policy.add_mr_seams(Hex(body.mr_seam));
  if (!IsZero(body.mrsigner_seam)) {
    policy.add_mrsigner_seams(Hex(body.mrsigner_seam));
  }
  if (!IsZero(body.mr_service_td)) {
    policy.add_mr_service_tds(Hex(body.mr_service_td));
  }
  v1::TdxAttributeBits bits;
  AllowBits(body.td.td_attributes, bits);
  if (bits.ByteSizeLong() != 0) *policy.mutable_attributes() = bits;
  AddTcb(verified, policy);
  policy.add_fmspcs(Hex(verified.quote.pck().pck().extensions.fmspc));
  policy.set_require_crl(verified.quote.pck().crls().has_value() &&
                         verified.quote.pck().dates_checked());
  return policy;
}

std::string TdxPolicyRemarks(const VerifiedTdx& verified) {
  const TdBody& body = verified.quote.body();
  const uint64_t attributes = body.td.td_attributes;
  std::string out;
  if ((attributes & kTdUnderDebug) != 0) {
    absl::StrAppend(&out,
                    (attributes & kTdUnderDebug &
                     UnnamedBits(attributes, kTdAttributes)) != 0
                        ? "; THIS TD IS UNDER DEBUG BY A BIT WITHOUT A NAME, "
                          "and no policy accepts it"
                        : "; THE HOST MAY DEBUG OR PROFILE THIS TD, and the "
                          "policy accepts it");
  }
  if (HasBit(attributes, "migratable")) {
    absl::StrAppend(&out,
                    "; a migration TD may move this TD, and the policy accepts "
                    "it");
  }
  if (!IsZero(body.mrsigner_seam)) {
    absl::StrAppend(&out,
                    "; ITS TDX MODULE IS NOT INTEL'S, and the policy accepts "
                    "it");
  }
  if (!IsZero(body.mr_service_td)) {
    absl::StrAppend(&out,
                    "; a service TD may act on this TD, and the policy accepts "
                    "it");
  }
  if (!verified.tcb.has_value()) {
    absl::StrAppend(&out,
                    "; THE TCB WAS NOT EVALUATED, and the policy accepts that");
  } else {
    absl::StrAppend(&out, TcbRemark(*verified.tcb));
  }
  absl::StrAppend(&out, "; an update of the TDX module changes mr_seams");
  return out;
}

}  // namespace evidenced
