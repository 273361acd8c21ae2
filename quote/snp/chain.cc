#include "quote/snp/chain.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kRsassaPss = "1.2.840.113549.1.1.10";

// A list without an end could be shown for ever (RFC 5280, section 5.1.2.5,
// demands one).
absl::Status CheckCrlDates(const RevocationList& crl, ValidityTime time) {
  if (!crl.next_update().has_value()) {
    return CollateralInvalid(
        "expected a CRL that says when its next one is due, found none");
  }
  const auto current =
      time.Check("the CRL", crl.this_update(), *crl.next_update());
  return current.ok() ? current : CollateralInvalid(current.message());
}

bool IsAmdScheme(absl::string_view oid, std::optional<HashAlgorithm> hash) {
  return oid == kRsassaPss && hash == HashAlgorithm::kSha384;
}

absl::Status CheckCrlSignature(const RevocationList& crl,
                               const Certificate& ark) {
  RETURN_IF_ERROR(crl.VerifySignedBy(ark));
  if (IsAmdScheme(crl.signature_oid(), crl.signature_hash())) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected RSASSA-PSS with SHA-384 as the signature of the CRL, found the "
      "algorithm %s or another hash",
      crl.signature_oid()));
}

// The first of `ca` that signed `certificate`; else the reason of the last.
absl::StatusOr<Certificate> FindIssuer(const Certificate& certificate,
                                       std::span<const Certificate> ca) {
  absl::Status reason = ChainInvalid(absl::StrFormat(
      "expected the certificate of %s, found none", certificate.issuer()));
  for (const Certificate& candidate : ca) {
    if (candidate.subject() != certificate.issuer()) continue;
    const absl::Status status = VerifyAmdSignature(certificate, candidate);
    if (status.ok()) return candidate;
    reason = status;
  }
  return reason;
}

}  // namespace

absl::Status VerifyAmdSignature(const Certificate& certificate,
                                const Certificate& issuer) {
  RETURN_IF_ERROR(VerifyIssuedBy(certificate, issuer));
  if (IsAmdScheme(certificate.signature_oid(), certificate.signature_hash())) {
    return absl::OkStatus();
  }
  return ChainInvalid(absl::StrFormat(
      "expected RSASSA-PSS with SHA-384 as the signature of %s, found the "
      "algorithm %s or another hash",
      certificate.subject(), certificate.signature_oid()));
}

absl::StatusOr<SnpChain> FindSnpChain(const Certificate& key,
                                      std::span<const Certificate> ca) {
  if (ca.size() > kMaxSnpCas) {
    return ChainInvalid(
        absl::StrFormat("expected at most %d CA certificates, found %d",
                        kMaxSnpCas, ca.size()));
  }
  ASSIGN_OR_RETURN(Certificate intermediate, FindIssuer(key, ca));
  ASSIGN_OR_RETURN(Certificate ark, FindIssuer(intermediate, ca));
  RETURN_IF_ERROR(VerifyAmdSignature(ark, ark));
  return SnpChain{.intermediate = std::move(intermediate),
                  .ark = std::move(ark)};
}

absl::Status CheckSnpIntermediate(const SnpEndorsement& endorsement,
                                  const SnpChain& chain) {
  const std::string expected =
      absl::StrCat(endorsement.kind == SnpKeyKind::kVcek ? "SEV-" : "SEV-VLEK-",
                   SnpProductTitle(endorsement.product));
  const std::string& found = chain.intermediate.common_name();
  if (found == expected) return absl::OkStatus();
  return ChainInvalid(absl::StrFormat(
      "expected a %s of %s to be issued by %s, found %s",
      SnpKeyKindName(endorsement.kind), SnpProductName(endorsement.product),
      expected, Printable(found)));
}

absl::Status CheckSnpDates(const Certificate& key, const SnpChain& chain,
                           ValidityTime time) {
  RETURN_IF_ERROR(time.Check(key));
  RETURN_IF_ERROR(time.Check(chain.intermediate));
  return time.Check(chain.ark);
}

absl::Status CheckSnpCrl(const RevocationList& crl, const Certificate& ark,
                         ValidityTime time) {
  if (const auto signature = CheckCrlSignature(crl, ark); !signature.ok()) {
    return CollateralInvalid(signature.message());
  }
  return CheckCrlDates(crl, time);
}

absl::Status CheckSnpNotRevoked(const SnpChain& chain,
                                const RevocationList& crl) {
  for (const Certificate& certificate : {chain.intermediate, chain.ark}) {
    if (!crl.Revokes(certificate)) continue;
    return ChainInvalid(absl::StrFormat(
        "expected %s not to be revoked, found its serial number %s in the CRL "
        "of %s",
        certificate.subject(), certificate.serial(), crl.issuer()));
  }
  return absl::OkStatus();
}

absl::Status CheckSnpRevocation(const SnpChain& chain,
                                const RevocationList& crl, ValidityTime time) {
  RETURN_IF_ERROR(CheckSnpCrl(crl, chain.ark, time));
  return CheckSnpNotRevoked(chain, crl);
}

absl::Status VerifiedSnpEndorsement::CheckDates(ValidityTime time) const {
  RETURN_IF_ERROR(CheckSnpDates(endorsement_.certificate, chain_, time));
  if (!crl_.has_value()) return absl::OkStatus();
  return CheckCrlDates(*crl_, time);
}

absl::StatusOr<VerifiedSnpEndorsement> VerifySnpEndorsement(
    const Certificate& key, std::span<const Certificate> ca,
    const SnpTrust& trust) {
  ASSIGN_OR_RETURN(SnpEndorsement endorsement, ParseSnpEndorsement(key));
  ASSIGN_OR_RETURN(SnpChain chain, FindSnpChain(key, ca));
  RETURN_IF_ERROR(CheckSnpIntermediate(endorsement, chain));
  RETURN_IF_ERROR(CheckSnpRoot(chain.ark, endorsement.product, trust.roots));
  RETURN_IF_ERROR(CheckSnpDates(key, chain, trust.time));
  if (trust.crl.has_value()) {
    RETURN_IF_ERROR(CheckSnpRevocation(chain, *trust.crl, trust.time));
  } else if (trust.crl_use == SnpCrlUse::kRequired) {
    return CollateralInvalid(absl::StrFormat("expected a CRL of %s, found none",
                                             chain.ark.subject()));
  }
  return VerifiedSnpEndorsement(std::move(endorsement), std::move(chain),
                                trust.crl, trust.time.checked());
}

}  // namespace evidenced
