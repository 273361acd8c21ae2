#include "evidence/policy/policy.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"

#include "evidence/policy/strict_json.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr size_t kSha256Size = 32;
constexpr uint32_t kMaxPcr = 23;

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

void CheckAk(const v1::AppraisalPolicy& policy, Faults& faults) {
  const v1::AkPolicy& ak = policy.ak();
  const auto& signers = policy.accept_signers();
  const bool tpm =
      std::find(signers.begin(), signers.end(), "tpm") != signers.end();
  if (tpm && ak.spki_sha256().empty() && ak.issuers().empty()) {
    faults.push_back(
        "ak: expected spki_sha256 or issuers where tpm may sign, found "
        "neither");
  }
  for (const std::string& digest : ak.spki_sha256()) {
    CheckDigest("ak.spki_sha256", digest, kSha256Size, faults);
  }
  for (const v1::AkIssuer& issuer : ak.issuers()) {
    CheckDigest("ak.issuers.ca_spki_sha256", issuer.ca_spki_sha256(),
                kSha256Size, faults);
    if (issuer.instance().empty()) {
      faults.push_back(
          "ak.issuers.instance: expected a name, found none (a CA alone "
          "accepts every machine of its cloud)");
    }
  }
  if (!ak.backing().empty() && ak.backing() != "hypervisor" &&
      ak.backing() != "none") {
    faults.push_back(
        absl::StrFormat("ak.backing: expected hypervisor or none, found \"%s\"",
                        Printable(ak.backing())));
  }
}

void CheckPcrRule(const v1::PcrRule& rule, Faults& faults) {
  const auto algorithm =
      HashAlgorithmFromId(static_cast<uint16_t>(rule.algorithm()));
  if (!algorithm.has_value() || *algorithm == HashAlgorithm::kSha1) {
    faults.push_back(absl::StrFormat(
        "pcrs.algorithm: expected SHA256, SHA384, SHA512 or SM3_256, found %s",
        algorithm.has_value() ? "SHA1, which proves nothing"
                              : absl::StrCat(rule.algorithm())));
    return;
  }
  if (rule.index() > kMaxPcr || rule.index() == 16 || rule.index() == 23) {
    faults.push_back(absl::StrFormat(
        "pcrs.index: expected a PCR of 0 to 22, not 16, found %d (16 and 23 "
        "can be reset by anybody)",
        rule.index()));
  }
  const std::string key =
      absl::StrFormat("pcrs.values of PCR %d", rule.index());
  if (rule.values().empty()) {
    faults.push_back(absl::StrCat(key, ": expected at least one, found none"));
  }
  for (const std::string& value : rule.values()) {
    CheckDigest(key, value, DigestSize(*algorithm), faults);
  }
}

absl::Status CheckValues(const v1::AppraisalPolicy& policy) {
  Faults faults;
  CheckSigners(policy, faults);
  CheckAk(policy, faults);
  if (!v1::BindingLevel_IsValid(policy.min_binding())) {
    faults.push_back(
        absl::StrFormat("min_binding: expected NONE, B0 or B1, found %d",
                        policy.min_binding()));
  }
  for (const v1::PcrRule& rule : policy.pcrs()) CheckPcrRule(rule, faults);
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
