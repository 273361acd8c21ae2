#include "evidence/policy/snp_policy.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/policy/value_faults.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using Numbers = google::protobuf::RepeatedField<uint32_t>;

constexpr size_t kDigestSize = 48;
constexpr size_t kHostDataSize = 32;
constexpr size_t kReportIdSize = 32;
constexpr size_t kChipIdSize = 64;
constexpr size_t kTurinChipIdSize = 8;
constexpr uint32_t kMaxSvn = 255;
constexpr uint32_t kMaxVmpl = 3;
constexpr uint32_t kMaxVectorBit = 63;

std::string Key(absl::string_view list, int index) {
  return absl::StrFormat("snp.%s[%d]", list, index);
}

void CheckDigests(absl::string_view list, const PolicyTexts& values,
                  size_t size, PolicyFaults& faults) {
  AddHexFaults(absl::StrCat("snp.", list), values, size, faults);
}

bool IsZero(const Bytes& bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

bool HasTurin(const v1::SnpPolicy& policy) {
  return std::any_of(
      policy.products().begin(), policy.products().end(),
      [](const v1::SnpProductRule& rule) { return rule.product() == "turin"; });
}

// An ID of the other length would never match, and a denied chip be accepted.
void CheckChips(absl::string_view list, const PolicyTexts& values, bool turin,
                PolicyFaults& faults) {
  for (int i = 0; i < values.size(); ++i) {
    const auto bytes = FromHex(values[i]);
    if (bytes.ok() &&
        (bytes->size() == kChipIdSize ||
         (turin && bytes->size() == kTurinChipIdSize)) &&
        !IsZero(*bytes)) {
      continue;
    }
    faults.push_back(absl::StrFormat(
        "%s: expected %d hexadecimal digits, or %d where products has turin, "
        "not all of them 0, found \"%s\"",
        Key(list, i), kChipIdSize * 2, kTurinChipIdSize * 2,
        Printable(values[i])));
  }
}

void CheckNumbers(absl::string_view list, const Numbers& values, uint32_t most,
                  PolicyFaults& faults) {
  for (int i = 0; i < values.size(); ++i) {
    if (values[i] <= most) continue;
    faults.push_back(absl::StrFormat("%s: expected 0 to %d, found %d",
                                     Key(list, i), most, values[i]));
  }
}

// A number that no component can have would look like a rule and reject all.
void CheckMinimum(const std::string& key, const v1::SnpTcbMinimum& least,
                  absl::string_view product, PolicyFaults& faults) {
  const auto check = [&](absl::string_view name, uint32_t value) {
    if (value <= kMaxSvn) return;
    faults.push_back(absl::StrFormat("%s.%s: expected 0 to %d, found %d", key,
                                     name, kMaxSvn, value));
  };
  check("fmc", least.fmc());
  check("boot_loader", least.boot_loader());
  check("tee", least.tee());
  check("snp", least.snp());
  check("microcode", least.microcode());
  if (least.fmc() != 0 && product != "turin") {
    faults.push_back(absl::StrCat(
        key, ".fmc: expected for turin alone, found it for another product"));
  }
}

void CheckProducts(const v1::SnpPolicy& policy, PolicyFaults& faults) {
  if (policy.products().empty()) {
    faults.emplace_back("snp.products: expected at least one, found none");
  }
  std::set<std::string> seen;
  for (int i = 0; i < policy.products_size(); ++i) {
    const v1::SnpProductRule& rule = policy.products(i);
    const std::string& product = rule.product();
    const std::string key = Key("products", i);
    if (product != "milan" && product != "genoa" && product != "turin") {
      faults.push_back(absl::StrFormat(
          "%s.product: expected milan, genoa or turin, found \"%s\"", key,
          Printable(product)));
    } else if (!seen.insert(product).second) {
      faults.push_back(absl::StrFormat(
          "%s.product: expected each once, found %s twice", key, product));
    }
    CheckMinimum(key + ".min_reported_tcb", rule.min_reported_tcb(), product,
                 faults);
    CheckMinimum(key + ".min_current_tcb", rule.min_current_tcb(), product,
                 faults);
    CheckMinimum(key + ".min_committed_tcb", rule.min_committed_tcb(), product,
                 faults);
    CheckMinimum(key + ".min_launch_tcb", rule.min_launch_tcb(), product,
                 faults);
  }
}

void CheckSigningKeys(const v1::SnpPolicy& policy, PolicyFaults& faults) {
  for (int i = 0; i < policy.signing_keys_size(); ++i) {
    const std::string& key = policy.signing_keys(i);
    if (key == "vcek" || key == "vlek") continue;
    faults.push_back(absl::StrFormat("%s: expected vcek or vlek, found \"%s\"",
                                     Key("signing_keys", i), Printable(key)));
  }
}

// Of a VCEK nothing is asked, so without VLEKs they would only look like rules.
void CheckCspIds(const v1::SnpPolicy& policy, PolicyFaults& faults) {
  const PolicyTexts& keys = policy.signing_keys();
  if (!policy.csp_ids().empty() &&
      std::find(keys.begin(), keys.end(), "vlek") == keys.end()) {
    faults.emplace_back(
        "snp.csp_ids: expected where signing_keys has vlek, found it without");
  }
  for (int i = 0; i < policy.csp_ids_size(); ++i) {
    if (!policy.csp_ids(i).empty()) continue;
    faults.push_back(
        absl::StrCat(Key("csp_ids", i), ": expected a CSP_ID, found \"\""));
  }
}

}  // namespace

std::vector<std::string> SnpPolicyFaults(const v1::SnpPolicy& policy) {
  PolicyFaults faults;
  CheckProducts(policy, faults);
  CheckDigests("measurements", policy.measurements(), kDigestSize, faults);
  CheckDigests("host_data", policy.host_data(), kHostDataSize, faults);
  CheckDigests("id_key_digests", policy.id_key_digests(), kDigestSize, faults);
  CheckDigests("author_key_digests", policy.author_key_digests(), kDigestSize,
               faults);
  CheckDigests("report_ids", policy.report_ids(), kReportIdSize, faults);
  AddBitFaults("snp.guest_policy", policy.guest_policy(), faults);
  AddBitFaults("snp.platform_info", policy.platform_info(), faults);
  CheckNumbers("vmpls", policy.vmpls(), kMaxVmpl, faults);
  CheckSigningKeys(policy, faults);
  CheckCspIds(policy, faults);
  CheckChips("chip_ids", policy.chip_ids(), HasTurin(policy), faults);
  CheckChips("deny_chip_ids", policy.deny_chip_ids(), HasTurin(policy), faults);
  CheckNumbers("launch_mitigations", policy.launch_mitigations(), kMaxVectorBit,
               faults);
  CheckNumbers("current_mitigations", policy.current_mitigations(),
               kMaxVectorBit, faults);
  return faults;
}

}  // namespace evidenced
