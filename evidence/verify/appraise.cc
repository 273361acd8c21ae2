#include "evidence/verify/appraise.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/binding/manifest.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

void Add(Checks& checks, absl::string_view name, Outcome outcome,
         absl::string_view expected, absl::string_view found) {
  checks.push_back({.name = std::string(name),
                    .outcome = outcome,
                    .expected = std::string(expected),
                    .found = std::string(found)});
}

Outcome PassIf(bool passed) { return passed ? Outcome::kPass : Outcome::kFail; }

bool EqualsHex(absl::string_view hex, ByteView value) {
  return absl::AsciiStrToLower(hex) == Hex(value);
}

void CheckSigner(const VerifiedEvidence& evidence,
                 const v1::AppraisalPolicy& policy, Checks& checks) {
  const std::string& signer = evidence.binding().manifest().signer();
  const auto& accepted = policy.accept_signers();
  Add(checks, "policy/accept-signers",
      PassIf(std::find(accepted.begin(), accepted.end(), signer) !=
             accepted.end()),
      absl::StrCat("one of {", absl::StrJoin(accepted, ", "), "}"), signer);
}

void CheckLevel(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy, Checks& checks) {
  const BindingLevel wanted = MinBinding(policy);
  const bool is_default = policy.min_binding() == v1::BINDING_LEVEL_UNSPECIFIED;
  Add(checks, "policy/min-binding",
      PassIf(evidence.binding().level() >= wanted),
      absl::StrCat(BindingLevelName(wanted), " or higher",
                   is_default ? " (default)" : ""),
      BindingLevelName(evidence.binding().level()));
}

bool NamesInstance(const Certificate& certificate,
                   const std::string& instance) {
  const auto has = [&instance](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), instance) != names.end();
  };
  return certificate.common_name() == instance || has(certificate.dns_sans()) ||
         has(certificate.uri_sans());
}

// OK, or why this certificate does not let the issuer vouch for the AK.
absl::Status VouchesFor(const Certificate& certificate, const TpmPublicArea& ak,
                        const v1::AkIssuer& issuer,
                        const AppraisalContext& context) {
  if (certificate.spki_sha256() != ak.key.spki_sha256()) {
    return absl::UnauthenticatedError("its key is not the AK");
  }
  std::vector<Certificate> cas;
  for (const Certificate& ca : context.ak_cas) {
    if (EqualsHex(issuer.ca_spki_sha256(), ca.spki_sha256())) cas.push_back(ca);
  }
  if (cas.empty()) {
    return absl::UnauthenticatedError(
        absl::StrCat("no CA certificate with the key ", issuer.ca_spki_sha256(),
                     " was given"));
  }
  const absl::Status chain = VerifyChain(certificate, context.ak_cas, cas,
                                         CertificatePurpose::kAny, context.now);
  if (!chain.ok()) return chain;
  if (!NamesInstance(certificate, issuer.instance())) {
    return absl::UnauthenticatedError(
        absl::StrCat("it names ", certificate.subject(), ", not ",
                     Printable(issuer.instance())));
  }
  return absl::OkStatus();
}

void CheckAk(const VerifiedEvidence& evidence,
             const v1::AppraisalPolicy& policy, const AppraisalContext& context,
             Checks& checks) {
  const TpmPublicArea& ak = evidence.quote().ak();
  const v1::AkPolicy& rule = policy.ak();
  const std::string expected = absl::StrFormat(
      "one of %d keys by SHA-256, or a certificate by one of %d CAs for a "
      "named instance",
      rule.spki_sha256_size(), rule.issuers_size());
  for (const std::string& digest : rule.spki_sha256()) {
    if (!EqualsHex(digest, ak.key.spki_sha256())) continue;
    Add(checks, "policy/ak", Outcome::kPass, expected,
        absl::StrCat("the key ", Hex(ak.key.spki_sha256())));
    return;
  }
  std::string why = absl::StrCat("the key ", Hex(ak.key.spki_sha256()));
  for (const v1::AkIssuer& issuer : rule.issuers()) {
    if (evidence.ak_certificates().empty()) {
      absl::StrAppend(&why, "; no AK certificate came with it");
      break;
    }
    for (const Certificate& certificate : evidence.ak_certificates()) {
      const absl::Status status = VouchesFor(certificate, ak, issuer, context);
      if (status.ok()) {
        Add(checks, "policy/ak", Outcome::kPass, expected,
            absl::StrCat("the instance ", Printable(issuer.instance()), " by ",
                         certificate.issuer()));
        return;
      }
      absl::StrAppend(&why, "; AK certificate: ", status.message());
    }
  }
  Add(checks, "policy/ak", Outcome::kFail, expected, why);
}

void NoteBacking(const VerifiedEvidence& evidence,
                 const v1::AppraisalPolicy& policy, Checks& checks) {
  const bool is_default = policy.ak().backing().empty();
  Add(checks, "policy/backing", Outcome::kNotChecked,
      "what backs this TPM, in the word of the policy's author",
      is_default ? "hypervisor (default)" : policy.ak().backing());
  if (evidence.ek_certificates().empty()) return;
  Add(checks, "policy/ek-certificate", Outcome::kNotChecked,
      "credential activation, which alone ties an AK to an EK",
      absl::StrCat("an EK certificate by ",
                   evidence.ek_certificates().front().issuer(),
                   "; it does not vouch for the AK"));
}

void CheckPcrs(const VerifiedEvidence& evidence,
               const v1::AppraisalPolicy& policy, Checks& checks) {
  if (policy.pcrs().empty()) {
    Add(checks, "policy/pcrs", Outcome::kNotChecked, "no PCR value (default)",
        "PCR values are listed, none is demanded");
  }
  const PcrValues& values = evidence.pcrs().values();
  for (const v1::PcrRule& rule : policy.pcrs()) {
    const auto algorithm =
        HashAlgorithmFromId(static_cast<uint16_t>(rule.algorithm()));
    const std::string name = absl::StrFormat(
        "policy/pcr/%s/%d",
        algorithm.has_value() ? HashName(*algorithm) : "unknown", rule.index());
    const std::string expected = absl::StrJoin(rule.values(), " or ");
    const Bytes* found = nullptr;
    if (algorithm.has_value()) {
      const auto bank = values.find(*algorithm);
      if (bank != values.end() && bank->second.contains(rule.index())) {
        found = &bank->second.at(rule.index());
      }
    }
    if (found == nullptr) {
      Add(checks, name, Outcome::kFail, expected, "not quoted");
      continue;
    }
    const bool equal = std::any_of(
        rule.values().begin(), rule.values().end(),
        [found](const std::string& hex) { return EqualsHex(hex, *found); });
    Add(checks, name, PassIf(equal), expected, Hex(*found));
  }
}

void CheckSecureBoot(const VerifiedEvidence& evidence,
                     const v1::AppraisalPolicy& policy, Checks& checks) {
  const auto state = evidence.secure_boot();
  const std::string found = !state.has_value()
                                ? "not shown by a verified boot log"
                                : (*state ? "on" : "off");
  if (!policy.require_secure_boot()) {
    Add(checks, "policy/secure-boot", Outcome::kNotChecked,
        "not demanded (default)", found);
    return;
  }
  Add(checks, "policy/secure-boot", PassIf(state.value_or(false)), "on", found);
}

void CheckAge(const v1::AppraisalPolicy& policy,
              const AppraisalContext& context, Checks& checks) {
  const absl::Duration age = context.now - context.requested_at;
  const std::string found =
      absl::StrFormat("%s since the request%s",
                      absl::FormatDuration(absl::Trunc(age, absl::Seconds(1))),
                      context.origin == StateOrigin::kLive ? "" : ", recorded");
  if (policy.max_age_seconds() == 0) {
    Add(checks, "policy/max-age", Outcome::kNotChecked, "not limited (default)",
        found);
    return;
  }
  const std::string expected =
      absl::StrFormat("at most %d s", policy.max_age_seconds());
  if (context.origin == StateOrigin::kRecordedInFile) {
    Add(checks, "policy/max-age", Outcome::kFail, expected,
        absl::StrCat(found,
                     ": the request's time came in the evidence's own "
                     "file and proves nothing"));
    return;
  }
  // A request in the future is a clock that is wrong, not a young answer.
  const bool young = age >= absl::ZeroDuration() &&
                     age <= absl::Seconds(policy.max_age_seconds());
  Add(checks, "policy/max-age", PassIf(young), expected, found);
}

void CheckParts(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy, Checks& checks) {
  for (const std::string& label : policy.require_parts()) {
    const bool signs = label == evidence.binding().manifest().signer();
    const bool there = evidence.binding().parts().contains(label);
    const ManifestEntry* entry = evidence.binding().manifest().Find(label);
    std::string found = "present";
    if (entry == nullptr) {
      found = "not listed in the manifest";
    } else if (entry->kind == EntryKind::kMissing) {
      found = absl::StrCat("missing: ", entry->reason);
    } else if (!there && !signs) {
      found = "present and not delivered";
    }
    Add(checks, absl::StrCat("policy/part/", Printable(label)),
        PassIf(there || signs), "present and delivered", found);
  }
}

}  // namespace

BindingLevel MinBinding(const v1::AppraisalPolicy& policy) {
  switch (policy.min_binding()) {
    case v1::NONE:
      return BindingLevel::kNone;
    case v1::B0:
      return BindingLevel::kB0;
    default:
      return BindingLevel::kB1;
  }
}

Checks Appraise(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy,
                const AppraisalContext& context) {
  Checks checks;
  CheckSigner(evidence, policy, checks);
  CheckLevel(evidence, policy, checks);
  CheckAk(evidence, policy, context, checks);
  NoteBacking(evidence, policy, checks);
  CheckPcrs(evidence, policy, checks);
  CheckSecureBoot(evidence, policy, checks);
  CheckAge(policy, context, checks);
  CheckParts(evidence, policy, checks);
  return checks;
}

}  // namespace evidenced
