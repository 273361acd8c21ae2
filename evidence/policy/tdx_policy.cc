#include "evidence/policy/tdx_policy.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "evidence/policy/value_faults.h"
#include "quote/base/bytes.h"
#include "quote/tdx/tcb_status.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr size_t kDigestSize = 48;
constexpr size_t kFmspcSize = 6;
constexpr size_t kPlatformInstanceIdSize = 16;
constexpr uint32_t kMaxRtmr = 3;
constexpr absl::string_view kAdvisoryPrefix = "INTEL-";

// Values of `size` bytes, each once.
void CheckList(const std::string& key, const PolicyTexts& values, size_t size,
               PolicyFaults& faults) {
  AddHexFaults(key, values, size, faults);
  AddTwiceFaults(key, values, faults);
}

bool HasText(const PolicyTexts& values, const std::string& wanted) {
  return std::any_of(values.begin(), values.end(),
                     [&wanted](const std::string& value) {
                       return absl::EqualsIgnoreCase(value, wanted);
                     });
}

// What must be there, and may not, is never met.
void CheckEvents(const std::string& key, const v1::TdxRtmrRule& rule,
                 PolicyFaults& faults) {
  CheckList(key + ".required_events", rule.required_events(), kDigestSize,
            faults);
  CheckList(key + ".allowed_events", rule.allowed_events(), kDigestSize,
            faults);
  if (rule.allowed_events().empty()) return;
  for (int i = 0; i < rule.required_events_size(); ++i) {
    if (HasText(rule.allowed_events(), rule.required_events(i))) continue;
    faults.push_back(absl::StrFormat(
        "%s.required_events[%d]: expected one of allowed_events, found "
        "another",
        key, i));
  }
}

void CheckRtmrs(const v1::TdxPolicy& policy, PolicyFaults& faults) {
  std::set<uint32_t> seen;
  for (int i = 0; i < policy.rtmrs_size(); ++i) {
    const v1::TdxRtmrRule& rule = policy.rtmrs(i);
    const std::string key = absl::StrFormat("tdx.rtmrs[%d]", i);
    if (!rule.has_index()) {
      faults.push_back(
          absl::StrCat(key, ".index: expected 0 to 3, found none"));
    } else if (rule.index() > kMaxRtmr) {
      faults.push_back(absl::StrFormat("%s.index: expected 0 to %d, found %d",
                                       key, kMaxRtmr, rule.index()));
    } else if (!seen.insert(rule.index()).second) {
      faults.push_back(absl::StrFormat(
          "%s.index: expected each once, found %d twice", key, rule.index()));
    }
    if (rule.values().empty() && rule.required_events().empty() &&
        rule.allowed_events().empty()) {
      faults.push_back(absl::StrCat(
          key,
          ": expected values, required_events or allowed_events, found none"));
    }
    CheckList(key + ".values", rule.values(), kDigestSize, faults);
    CheckEvents(key, rule, faults);
  }
}

void CheckStatuses(const v1::TdxPolicy& policy, PolicyFaults& faults) {
  constexpr char kKey[] = "tdx.tcb_statuses";
  for (int i = 0; i < policy.tcb_statuses_size(); ++i) {
    const std::string& status = policy.tcb_statuses(i);
    const auto known = TcbStatusFromName(status);
    if (known == TcbStatus::kRevoked) {
      faults.push_back(absl::StrFormat(
          "%s[%d]: expected a status that may be accepted, found Revoked", kKey,
          i));
    }
    if (known.has_value()) continue;
    faults.push_back(absl::StrFormat(
        "%s[%d]: expected a status as Intel names it, such as UpToDate or "
        "SWHardeningNeeded, found \"%s\"",
        kKey, i, Printable(status)));
  }
  AddTwiceFaults(kKey, policy.tcb_statuses(), faults);
}

// "INTEL-", letters, "-" and five digits.
bool IsAdvisory(absl::string_view id) {
  constexpr size_t kDigits = 5;
  if (!absl::ConsumePrefix(&id, kAdvisoryPrefix)) return false;
  const size_t letters = id.find('-');
  if (letters == absl::string_view::npos || letters == 0) return false;
  const absl::string_view kind = id.substr(0, letters);
  const absl::string_view number = id.substr(letters + 1);
  return number.size() == kDigits &&
         std::all_of(kind.begin(), kind.end(), absl::ascii_isupper) &&
         std::all_of(number.begin(), number.end(), absl::ascii_isdigit);
}

// An ID that is spelled otherwise would never match, and what is denied be
// accepted.
void CheckAdvisories(const std::string& key, const PolicyTexts& ids,
                     PolicyFaults& faults) {
  for (int i = 0; i < ids.size(); ++i) {
    if (IsAdvisory(ids[i])) continue;
    faults.push_back(absl::StrFormat(
        "%s[%d]: expected an ID such as INTEL-SA-00837, found \"%s\"", key, i,
        Printable(ids[i])));
  }
  AddTwiceFaults(key, ids, faults);
}

// A value of both lists would only look accepted.
void CheckApart(absl::string_view accepted_key, const PolicyTexts& accepted,
                absl::string_view denied_key, const PolicyTexts& denied,
                PolicyFaults& faults) {
  for (const std::string& value : accepted) {
    if (!HasText(denied, value)) continue;
    faults.push_back(
        absl::StrFormat("%s: expected none of %s, found %s in both",
                        accepted_key, denied_key, Printable(value)));
  }
}

}  // namespace

std::vector<std::string> TdxPolicyFaults(const v1::TdxPolicy& policy) {
  PolicyFaults faults;
  CheckList("tdx.mr_tds", policy.mr_tds(), kDigestSize, faults);
  CheckRtmrs(policy, faults);
  CheckList("tdx.mr_config_ids", policy.mr_config_ids(), kDigestSize, faults);
  CheckList("tdx.mr_owners", policy.mr_owners(), kDigestSize, faults);
  CheckList("tdx.mr_owner_configs", policy.mr_owner_configs(), kDigestSize,
            faults);
  CheckList("tdx.mr_seams", policy.mr_seams(), kDigestSize, faults);
  CheckList("tdx.mrsigner_seams", policy.mrsigner_seams(), kDigestSize, faults);
  CheckList("tdx.mr_service_tds", policy.mr_service_tds(), kDigestSize, faults);
  AddBitFaults("tdx.attributes", policy.attributes(), faults);
  AddBitFaults("tdx.xfam", policy.xfam(), faults);
  CheckStatuses(policy, faults);
  CheckAdvisories("tdx.advisories", policy.advisories(), faults);
  CheckAdvisories("tdx.deny_advisories", policy.deny_advisories(), faults);
  CheckApart("tdx.advisories", policy.advisories(), "tdx.deny_advisories",
             policy.deny_advisories(), faults);
  CheckList("tdx.fmspcs", policy.fmspcs(), kFmspcSize, faults);
  CheckList("tdx.platform_instance_ids", policy.platform_instance_ids(),
            kPlatformInstanceIdSize, faults);
  CheckList("tdx.deny_platform_instance_ids",
            policy.deny_platform_instance_ids(), kPlatformInstanceIdSize,
            faults);
  CheckApart("tdx.platform_instance_ids", policy.platform_instance_ids(),
             "tdx.deny_platform_instance_ids",
             policy.deny_platform_instance_ids(), faults);
  return faults;
}

// RTMRs, and the log that replays to them, are the firmware's word, and the
// host brings the firmware: only MRTD tells whose word it is.
std::vector<std::string> TdFirmwareFaults(const v1::AppraisalPolicy& policy) {
  if (!policy.has_tdx() || !policy.tdx().mr_tds().empty()) return {};
  std::vector<absl::string_view> read;
  if (!policy.tdx().rtmrs().empty()) read.emplace_back("tdx.rtmrs");
  if (policy.require_secure_boot()) read.emplace_back("require_secure_boot");
  if (read.empty()) return {};
  return {absl::StrFormat(
      "tdx.mr_tds: expected at least one, as %s %s what the firmware of a TD "
      "measured, and the host could bring its own, found none",
      absl::StrJoin(read, " and "), read.size() == 1 ? "reads" : "read")};
}

}  // namespace evidenced
