#include "evidence/verify/appraise_ak.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/verify/add_check.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

bool NamesInstance(const Certificate& certificate,
                   const std::string& instance) {
  const auto has = [&instance](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), instance) != names.end();
  };
  // An empty name would be that of every certificate without a common name.
  return !instance.empty() &&
         (certificate.common_name() == instance ||
          has(certificate.dns_sans()) || has(certificate.uri_sans()));
}

// OK, or why this certificate does not let the issuer vouch for the AK.
absl::Status VouchesFor(const Certificate& certificate, const TpmPublicArea& ak,
                        const v1::AkIssuer& issuer,
                        const AppraisalContext& context) {
  if (certificate.spki_sha256() != ak.key.spki_sha256()) {
    return absl::UnauthenticatedError(
        absl::StrCat("expected one for the AK, found one for the key ",
                     Hex(certificate.spki_sha256())));
  }
  std::vector<Certificate> cas;
  for (const Certificate& ca : context.ak_cas) {
    if (EqualsHex(issuer.ca_spki_sha256(), ca.spki_sha256())) cas.push_back(ca);
  }
  if (cas.empty()) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected the CA with the key %s among the %d given, found none",
        Printable(issuer.ca_spki_sha256()), context.ak_cas.size()));
  }
  RETURN_IF_ERROR(VerifyChain(certificate, context.ak_cas, cas,
                              CertificatePurpose::kAny, context.as_of));
  if (!NamesInstance(certificate, issuer.instance())) {
    return absl::UnauthenticatedError(
        absl::StrCat("expected it to name ", Printable(issuer.instance()),
                     ", found ", certificate.subject()));
  }
  return absl::OkStatus();
}

// The issuer that vouches for the AK, or why none does.
absl::StatusOr<std::string> FindVoucher(const VerifiedEvidence& evidence,
                                        const TpmPublicArea& ak,
                                        const v1::AkPolicy& policy,
                                        const AppraisalContext& context) {
  std::string why;
  for (const v1::AkIssuer& issuer : policy.issuers()) {
    for (const Certificate& certificate : evidence.ak_certificates()) {
      const absl::Status status = VouchesFor(certificate, ak, issuer, context);
      if (status.ok()) {
        return absl::StrCat("the instance ", Printable(issuer.instance()),
                            ", by ", certificate.issuer());
      }
      absl::StrAppend(&why, "; AK certificate: ", status.message());
    }
  }
  if (policy.issuers_size() > 0 && evidence.ak_certificates().empty()) {
    absl::StrAppend(&why, "; no AK certificate came with it");
  }
  return absl::UnauthenticatedError(why);
}

// What a policy accepts, with as many of its keys as a person would compare.
std::string AcceptedKeys(const v1::AkPolicy& policy) {
  constexpr int kShown = 4;
  std::string out = "a key with the SHA-256 ";
  for (int i = 0; i < std::min(kShown, policy.spki_sha256_size()); ++i) {
    absl::StrAppend(&out, i == 0 ? "" : " or ",
                    Printable(policy.spki_sha256(i)));
  }
  if (policy.spki_sha256_size() > kShown) {
    absl::StrAppendFormat(&out, " or %d more",
                          policy.spki_sha256_size() - kShown);
  }
  return policy.spki_sha256().empty() ? "" : out;
}

std::string Accepted(const v1::AkPolicy& policy) {
  std::string out = AcceptedKeys(policy);
  if (policy.issuers_size() > 0) {
    absl::StrAppendFormat(&out,
                          "%sa certificate by one of %d CAs for a named "
                          "instance",
                          out.empty() ? "" : ", or ", policy.issuers_size());
  }
  return out.empty() ? "a key that the policy names; it names none" : out;
}

void CheckAk(const VerifiedEvidence& evidence, const TpmPublicArea& ak,
             const v1::AkPolicy& policy, const AppraisalContext& context,
             Checks& checks) {
  const Bytes& spki = ak.key.spki_sha256();
  const std::string key = absl::StrCat("the key ", Hex(spki));
  const std::string expected = Accepted(policy);
  const auto& keys = policy.spki_sha256();
  if (std::any_of(keys.begin(), keys.end(), [&spki](const std::string& hex) {
        return EqualsHex(hex, spki);
      })) {
    AddCheck(checks, "policy/ak", Outcome::kPass, expected, key);
    return;
  }
  const auto voucher = FindVoucher(evidence, ak, policy, context);
  AddCheck(
      checks, "policy/ak", PassIf(voucher.ok()), expected,
      voucher.ok() ? *voucher : absl::StrCat(key, voucher.status().message()));
}

}  // namespace

void AppraiseAk(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy,
                const AppraisalContext& context, Checks& checks) {
  if (!evidence.tpm().has_value()) {
    AddCheck(checks, "policy/ak",
             policy.has_ak() ? Outcome::kFail : Outcome::kNotChecked,
             policy.has_ak() ? Accepted(policy.ak()) : "no AK (default)",
             "no TPM was quoted");
    return;
  }
  const TpmPublicArea& ak = evidence.tpm()->quote.ak();
  const bool signs = !evidence.cpu_signs();
  if (signs || policy.has_ak()) {
    CheckAk(evidence, ak, policy.ak(), context, checks);
  } else {
    const bool read = !policy.pcrs().empty() || (policy.require_secure_boot() &&
                                                 !evidence.tdx().has_value());
    AddCheck(checks, "policy/ak", read ? Outcome::kFail : Outcome::kNotChecked,
             read ? "an AK that the policy names, since it reads registers"
                  : "no AK (default)",
             absl::StrCat("the key ", Hex(ak.key.spki_sha256()),
                          "; nothing says whose TPM it is"));
  }
  for (const Certificate& certificate : evidence.ek_certificates()) {
    AddCheck(checks, "policy/ek-certificate", Outcome::kNotChecked,
             "credential activation, which alone ties an AK to an EK",
             absl::StrCat("an EK certificate by ", certificate.issuer(),
                          "; it does not vouch for the AK"));
  }
  if (!signs && !policy.has_ak()) return;
  AddCheck(checks, "policy/backing", Outcome::kNotChecked,
           "what backs this TPM, in the word of the policy's author",
           policy.ak().backing().empty() ? "hypervisor (default)"
                                         : Printable(policy.ak().backing()));
}

}  // namespace evidenced
