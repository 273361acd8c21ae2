#include "evidence/policy/policy.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"

#include "evidence/log/pcr.h"
#include "evidence/policy/json_shape.h"
#include "evidence/policy/snp_policy.h"
#include "evidence/policy/tdx_policy.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr size_t kSha256Size = 32;

using Faults = std::vector<std::string>;

void CheckDigest(absl::string_view key, const std::string& hex, size_t size,
                 Faults& faults) {
  const auto bytes = FromHex(hex);
  if (bytes.ok() && bytes->size() == size) return;
  faults.push_back(
      absl::StrFormat("%s: expected %d hexadecimal digits, found \"%s\"", key,
                      size * 2, Printable(hex)));
}

void CheckSigners(const v1::AppraisalPolicy& policy, Faults& faults) {
  if (policy.accept_signers().empty()) {
    faults.push_back("accept_signers: expected at least one, found none");
  }
  std::set<std::string> seen;
  for (const std::string& signer : policy.accept_signers()) {
    if (signer != "tpm" && signer != "snp" && signer != "tdx") {
      faults.push_back(absl::StrFormat(
          "accept_signers: expected tpm, snp or tdx, found \"%s\"",
          Printable(signer)));
    } else if (!seen.insert(signer).second) {
      faults.push_back(absl::StrFormat(
          "accept_signers: expected each once, found %s twice", signer));
    }
  }
}

bool Accepts(const v1::AppraisalPolicy& policy, absl::string_view signer) {
  const auto& signers = policy.accept_signers();
  return std::find(signers.begin(), signers.end(), signer) != signers.end();
}

// The rules for what `signer` signs, which are needed where it may sign, and
// would only look like rules where it may not.
struct SignerRules {
  absl::string_view signer;
  bool there = false;
  Faults faults;
};

void CheckRules(const v1::AppraisalPolicy& policy, const SignerRules& rules,
                Faults& faults) {
  if (rules.there && !Accepts(policy, rules.signer)) {
    faults.push_back(absl::StrFormat(
        "%s: expected no rules for it, as accept_signers lacks %s, found some",
        rules.signer, rules.signer));
  }
  if (!rules.there && Accepts(policy, rules.signer)) {
    faults.push_back(absl::StrFormat(
        "%s: expected rules for it, as accept_signers has %s, found none",
        rules.signer, rules.signer));
  }
  if (!rules.there) return;
  faults.insert(faults.end(), rules.faults.begin(), rules.faults.end());
}

// Whether it reads registers of a TPM. Of Secure Boot a TD's own log tells,
// where nothing else may sign.
bool ReadsTpm(const v1::AppraisalPolicy& policy) {
  const bool td_alone =
      policy.accept_signers_size() == 1 && Accepts(policy, "tdx");
  return !policy.pcrs().empty() || (policy.require_secure_boot() && !td_alone);
}

void CheckIssuers(const v1::AkPolicy& ak, Faults& faults) {
  for (int i = 0; i < ak.issuers_size(); ++i) {
    const v1::AkIssuer& issuer = ak.issuers(i);
    CheckDigest(absl::StrFormat("ak.issuers[%d].ca_spki_sha256", i),
                issuer.ca_spki_sha256(), kSha256Size, faults);
    if (issuer.instance().empty()) {
      faults.push_back(absl::StrFormat(
          "ak.issuers[%d].instance: expected a name, found none (a CA alone "
          "accepts every machine of its cloud)",
          i));
    }
  }
}

void CheckAk(const v1::AppraisalPolicy& policy, Faults& faults) {
  const v1::AkPolicy& ak = policy.ak();
  const bool read = ReadsTpm(policy);
  if ((Accepts(policy, "tpm") || read || policy.has_ak()) &&
      ak.spki_sha256().empty() && ak.issuers().empty()) {
    faults.push_back(absl::StrCat(
        "ak: expected spki_sha256 or issuers",
        read ? " (pcrs and require_secure_boot read a TPM's registers)" : "",
        ", found neither"));
  }
  for (int i = 0; i < ak.spki_sha256_size(); ++i) {
    CheckDigest(absl::StrFormat("ak.spki_sha256[%d]", i), ak.spki_sha256(i),
                kSha256Size, faults);
  }
  CheckIssuers(ak, faults);
  if (!ak.backing().empty() && ak.backing() != "hypervisor" &&
      ak.backing() != "none") {
    faults.push_back(
        absl::StrFormat("ak.backing: expected hypervisor or none, found \"%s\"",
                        Printable(ak.backing())));
  }
}

void CheckPcrRule(int position, const v1::PcrRule& rule, Faults& faults) {
  const std::string key = absl::StrFormat("pcrs[%d]", position);
  if (!rule.has_index()) {
    faults.push_back(
        absl::StrCat(key, ".index: expected 0 to 22 and not 16, found none"));
  } else if (rule.index() > kMaxPcr || IsResettablePcr(rule.index())) {
    faults.push_back(absl::StrFormat(
        "%s.index: expected 0 to 22 and not 16, found %d (16 and 23 can be "
        "reset by the guest)",
        key, rule.index()));
  }
  if (rule.values().empty()) {
    faults.push_back(
        absl::StrCat(key, ".values: expected at least one, found none"));
  }
  // Enums of proto3 are open, so any number can come.
  const auto bank =
      v1::HashAlgorithm_IsValid(rule.algorithm())
          ? HashAlgorithmFromId(static_cast<uint16_t>(rule.algorithm()))
          : std::nullopt;
  if (!bank.has_value() || *bank == HashAlgorithm::kSha1) {
    faults.push_back(absl::StrFormat(
        "%s.algorithm: expected SHA256, SHA384, SHA512 or SM3_256, found %s",
        key,
        bank.has_value() ? "SHA1, which proves nothing"
                         : absl::StrCat(static_cast<int>(rule.algorithm()))));
    return;
  }
  for (int i = 0; i < rule.values_size(); ++i) {
    CheckDigest(absl::StrFormat("%s.values[%d]", key, i), rule.values(i),
                DigestSize(*bank), faults);
  }
}

void CheckParts(const v1::AppraisalPolicy& policy, Faults& faults) {
  std::set<std::string> seen;
  for (const std::string& label : policy.require_parts()) {
    if (label.empty()) {
      faults.push_back("require_parts: expected labels, found \"\"");
    } else if (!seen.insert(label).second) {
      faults.push_back(
          absl::StrFormat("require_parts: expected each once, found \"%s\" "
                          "twice",
                          Printable(label)));
    }
  }
}

absl::Status CheckValues(const v1::AppraisalPolicy& policy) {
  Faults faults;
  CheckSigners(policy, faults);
  CheckAk(policy, faults);
  CheckRules(policy,
             {.signer = "snp",
              .there = policy.has_snp(),
              .faults = SnpPolicyFaults(policy.snp())},
             faults);
  CheckRules(policy,
             {.signer = "tdx",
              .there = policy.has_tdx(),
              .faults = TdxPolicyFaults(policy.tdx())},
             faults);
  const Faults firmware = TdFirmwareFaults(policy);
  faults.insert(faults.end(), firmware.begin(), firmware.end());
  if (!v1::BindingLevel_IsValid(policy.min_binding())) {
    faults.push_back(
        absl::StrFormat("min_binding: expected NONE, B0 or B1, found %d",
                        policy.min_binding()));
  }
  for (int i = 0; i < policy.pcrs_size(); ++i) {
    CheckPcrRule(i, policy.pcrs(i), faults);
  }
  CheckParts(policy, faults);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "; "));
}

}  // namespace

absl::StatusOr<v1::AppraisalPolicy> ParsePolicy(absl::string_view json) {
  if (json.size() > kMaxPolicySize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a policy of at most %d bytes, found %d",
                        kMaxPolicySize, json.size()));
  }
  RETURN_IF_ERROR(CheckStrictJson(json));
  const Faults shape = ShapeFaults(json, *v1::AppraisalPolicy::descriptor());
  if (!shape.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(shape, "; "));
  }
  v1::AppraisalPolicy policy;
  const auto status =
      google::protobuf::util::JsonStringToMessage(std::string(json), &policy);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected an AppraisalPolicy, found: ",
                     Printable(std::string(status.message()), 512)));
  }
  RETURN_IF_ERROR(CheckValues(policy));
  return policy;
}

std::string PolicyToJson(const v1::AppraisalPolicy& policy) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // A message without Any and with valid UTF-8 always has a JSON form.
  (void)google::protobuf::util::MessageToJsonString(policy, &json, options);
  return json;
}

}  // namespace evidenced
