#include "evidence/verify/appraise_snp.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/add_check.h"
#include "evidence/verify/bit_checks.h"
#include "evidence/verify/rule_checks.h"
#include "evidence/verify/snp_product_checks.h"
#include "quote/base/bytes.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/tcb.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using Numbers = google::protobuf::RepeatedField<uint32_t>;

std::string Name(absl::string_view rule) {
  return absl::StrCat("policy/snp/", rule);
}

void CheckVmpl(const SnpFacts& facts, const v1::SnpPolicy& policy,
               Checks& checks) {
  const Numbers& vmpls = policy.vmpls();
  const uint32_t found = facts.report.vmpl;
  const bool listed =
      std::find(vmpls.begin(), vmpls.end(), found) != vmpls.end();
  AddCheck(checks, Name("vmpl"), PassIf(vmpls.empty() ? found == 0 : listed),
           vmpls.empty() ? "0 (default)" : absl::StrJoin(vmpls, " or "),
           absl::StrCat(found));
}

void CheckSigningKey(const SnpFacts& facts, const v1::SnpPolicy& policy,
                     Checks& checks) {
  const TextList& keys = policy.signing_keys();
  const std::string found = SnpSigningKeyName(facts.report.signing_key());
  const std::string vcek(SnpKeyKindName(SnpKeyKind::kVcek));
  AddCheck(checks, Name("signing-key"),
           PassIf(keys.empty() ? found == vcek : Lists(keys, found)),
           keys.empty() ? absl::StrCat(vcek, " (default)") : OneOf(keys),
           found);
}

void CheckCspId(const SnpFacts& facts, const v1::SnpPolicy& policy,
                Checks& checks) {
  if (facts.report.signing_key() != kSnpSignedByVlek) return;
  const std::string found =
      facts.csp_id.has_value() ? Printable(*facts.csp_id) : "not known";
  const TextList& ids = policy.csp_ids();
  if (ids.empty()) {
    AddCheck(checks, Name("csp-id"), Outcome::kNotChecked, kAnyByDefault,
             found);
    return;
  }
  AddCheck(checks, Name("csp-id"),
           PassIf(facts.csp_id.has_value() && Lists(ids, *facts.csp_id)),
           OneOf(ids), found);
}

// A list may give the first 8 bytes alone, where the rest is zero.
bool ListsChip(const TextList& chips, const Bytes& chip_id) {
  return std::any_of(chips.begin(), chips.end(),
                     [&chip_id](const std::string& hex) {
                       absl::StatusOr<Bytes> listed = FromHex(hex);
                       if (!listed.ok()) return false;
                       listed->resize(chip_id.size());
                       return *listed == chip_id;
                     });
}

void CheckChip(const SnpFacts& facts, const v1::SnpPolicy& policy,
               Checks& checks) {
  const Bytes& chip = facts.report.chip_id;
  const bool masked = std::all_of(chip.begin(), chip.end(),
                                  [](uint8_t byte) { return byte == 0; });
  const std::string found = masked ? "masked: all zeros" : Hex(chip);
  if (policy.chip_ids().empty()) {
    AddCheck(checks, Name("chip-id"), Outcome::kNotChecked, kAnyByDefault,
             found);
  } else {
    AddCheck(checks, Name("chip-id"),
             PassIf(!masked && ListsChip(policy.chip_ids(), chip)),
             OneOf(policy.chip_ids()), found);
  }
  if (policy.deny_chip_ids().empty()) return;
  AddCheck(checks, Name("deny-chip-id"),
           PassIf(!masked && !ListsChip(policy.deny_chip_ids(), chip)),
           absl::StrCat("none of ", OneOf(policy.deny_chip_ids())), found);
}

void CheckMitigations(absl::string_view rule, const Numbers& wanted,
                      const std::optional<uint64_t>& found, Checks& checks) {
  const std::string text = found.has_value()
                               ? absl::StrFormat("0x%x", *found)
                               : "a report without mitigation vectors";
  if (wanted.empty()) {
    AddCheck(checks, Name(rule), Outcome::kNotChecked, "none (default)", text);
    return;
  }
  constexpr uint32_t kBits = 64;
  const bool all =
      found.has_value() &&
      std::all_of(wanted.begin(), wanted.end(), [&found](uint32_t bit) {
        return bit < kBits && (*found >> bit & 1) != 0;
      });
  AddCheck(checks, Name(rule), PassIf(all),
           absl::StrCat("the bits ", absl::StrJoin(wanted, ", ")), text);
}

std::string FirmwareText(const SnpFirmware& firmware, uint64_t tcb,
                         const std::optional<SnpProduct>& product) {
  return absl::StrFormat(
      "%d.%d build %d, %s", firmware.major, firmware.minor, firmware.build,
      SnpTcb(tcb, product.value_or(SnpProduct::kMilan)).Text());
}

void CheckProvisional(const SnpFacts& facts, const v1::SnpPolicy& policy,
                      Checks& checks) {
  const SnpReport& report = facts.report;
  const bool committed = report.current_version == report.committed_version &&
                         report.current_tcb == report.committed_tcb;
  const std::string found =
      committed
          ? "committed"
          : absl::StrFormat("provisional: now %s; committed %s",
                            FirmwareText(report.current_version,
                                         report.current_tcb, facts.product),
                            FirmwareText(report.committed_version,
                                         report.committed_tcb, facts.product));
  if (policy.allow_provisional_firmware()) {
    AddCheck(checks, Name("provisional-firmware"), Outcome::kNotChecked,
             "allowed", found);
    return;
  }
  AddCheck(checks, Name("provisional-firmware"), PassIf(committed),
           "committed (default)", found);
}

CollateralState CrlStateOf(const VerifiedSnpEndorsement& key) {
  if (!key.crl().has_value()) return CollateralState::kNone;
  return key.dates_checked() ? CollateralState::kCurrent
                             : CollateralState::kDatesUnknown;
}

}  // namespace

std::optional<std::string> CspIdOf(const SnpEndorsement& endorsement) {
  if (endorsement.kind != SnpKeyKind::kVlek) return std::nullopt;
  return endorsement.csp_id;
}

SnpFacts FactsOf(const VerifiedSnpReport& verified) {
  return {.report = verified.report(),
          .product = verified.product(),
          .csp_id = CspIdOf(verified.endorsement()),
          .crl = CrlStateOf(verified.key())};
}

void AppraiseSnp(const SnpFacts& facts, const v1::SnpPolicy& policy,
                 Checks& checks) {
  const SnpReport& report = facts.report;
  CheckProductRules(facts, policy, checks);
  CheckBytes(Name("measurement"), policy.measurements(), report.measurement,
             checks);
  CheckBytes(Name("host-data"), policy.host_data(), report.host_data, checks);
  CheckBytes(Name("id-key-digest"), policy.id_key_digests(),
             report.id_key_digest, checks);
  CheckBytes(Name("author-key-digest"), policy.author_key_digests(),
             report.author_key_digest, checks);
  CheckBytes(Name("report-id"), policy.report_ids(), report.report_id, checks);
  AddCheck(checks, Name("min-guest-svn"),
           PassIf(report.guest_svn >= policy.min_guest_svn()),
           absl::StrCat(policy.min_guest_svn(), " or higher"),
           absl::StrCat(report.guest_svn));
  CheckGuestPolicy(report.policy, policy.guest_policy(), checks);
  CheckPlatformInfo(report.platform_info, policy.platform_info(), checks);
  CheckVmpl(facts, policy, checks);
  CheckSigningKey(facts, policy, checks);
  CheckCspId(facts, policy, checks);
  CheckChip(facts, policy, checks);
  CheckMitigations("launch-mitigations", policy.launch_mitigations(),
                   report.launch_mit_vector, checks);
  CheckMitigations("current-mitigations", policy.current_mitigations(),
                   report.current_mit_vector, checks);
  CheckProvisional(facts, policy, checks);
  if (policy.require_crl()) {
    RequireCrl(Name("crl"), facts.crl, checks);
  } else {
    ShowCrl(Name("crl"), facts.crl, checks);
  }
}

}  // namespace evidenced
