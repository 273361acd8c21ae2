#include "evidence/raw/tdx_revocation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/intel_pki.h"

namespace evidenced {
namespace {

// Who may have signed `list`, by name.
std::vector<Certificate> IssuersOf(const RevocationList& list,
                                   std::span<const Certificate> all) {
  std::vector<Certificate> out;
  for (const Certificate& one : all) {
    if (one.subject() == list.issuer()) out.push_back(one);
  }
  return out;
}

// `issuers` is not empty.
absl::StatusOr<Certificate> FindSigner(const RevocationList& list,
                                       std::span<const Certificate> issuers) {
  absl::Status first;
  for (const Certificate& issuer : issuers) {
    const absl::Status status =
        CheckIntelCrl(list, issuer, ValidityTime::NotChecked());
    if (status.ok()) return issuer;
    first.Update(status);
  }
  return first;
}

// A list in the place of another would revoke nothing.
absl::StatusOr<Certificate> FindRootOf(RawCrlRole role,
                                       const Certificate& signer,
                                       std::span<const Certificate> all) {
  ASSIGN_OR_RETURN(Certificate root, FindIntelIssuer(signer, all));
  RETURN_IF_ERROR(VerifyIntelSignature(root, root));
  if (role == RawCrlRole::kRoot) {
    if (root.spki_sha256() == signer.spki_sha256()) return root;
    return absl::UnauthenticatedError(absl::StrCat(
        "expected the list of a root, found that of ", signer.subject()));
  }
  RETURN_IF_ERROR(CheckPckIntermediate({.intermediate = signer, .root = root}));
  return root;
}

absl::Status CheckByRoot(const PckChain& chain,
                         const RawTdxCollateral& collateral) {
  if (!collateral.root_crl.has_value()) return absl::OkStatus();
  const RevocationList& list = collateral.root_crl->list;
  RETURN_IF_ERROR(CheckIntelCrl(list, chain.root, ValidityTime::NotChecked()));
  RETURN_IF_ERROR(CheckNotRevoked(chain.root, list));
  return CheckNotRevoked(chain.intermediate, list);
}

absl::Status CheckByPckCa(const Certificate& pck, const PckChain& chain,
                          const RawTdxCollateral& collateral) {
  if (!collateral.pck_crl.has_value()) return absl::OkStatus();
  const RevocationList& list = collateral.pck_crl->list;
  RETURN_IF_ERROR(
      CheckIntelCrl(list, chain.intermediate, ValidityTime::NotChecked()));
  return CheckNotRevoked(pck, list);
}

}  // namespace

std::string TdxRootText(const Certificate& root) {
  return absl::StrCat(
      Hex(root.spki_sha256()),
      IsIntelTdxRoot(root) ? ", Intel's" : ", NOT Intel's: trusted by name");
}

void AddTdxCollateralCheck(absl::string_view name, absl::string_view expected,
                           const absl::Status& status, absl::string_view found,
                           RawVerdict& verdict) {
  if (status.ok()) {
    verdict.Pass(name, expected, found);
  } else {
    verdict.Fail(ErrorClass::kCollateralInvalid, name, expected,
                 status.message());
  }
}

void JudgeTdxCollateralRoot(absl::string_view name, const Certificate& root,
                            const RawTdxTrust& trust, RawVerdict& verdict) {
  verdict.Add(absl::StrCat(name, "_root_is_intel_sgx_root_ca"),
              "the key of a root that is trusted",
              CheckTdxRoot(root, trust.roots), TdxRootText(root));
}

void JudgeTdxCrl(RawCrlRole role, std::span<const Certificate> all,
                 const RawTdxTrust& trust, std::optional<RawCrl>& crl,
                 RawVerdict& verdict) {
  if (!crl.has_value()) return;
  const absl::string_view name =
      role == RawCrlRole::kRoot ? "root_crl" : "pck_crl";
  const std::string check = absl::StrCat(name, "_signature_valid");
  constexpr char kExpected[] = "a signature by the CA of the list";
  const std::vector<Certificate> issuers = IssuersOf(crl->list, all);
  if (issuers.empty()) {
    verdict.Undecided(
        check, kExpected,
        absl::StrCat("no certificate was given of ", crl->list.issuer()));
    return;
  }
  const absl::StatusOr<Certificate> signer = FindSigner(crl->list, issuers);
  crl->signature_valid = signer.ok();
  verdict.Add(check, kExpected, signer.status(), crl->list.DatesText());
  if (!signer.ok()) return;
  const absl::StatusOr<Certificate> root = FindRootOf(role, *signer, all);
  AddTdxCollateralCheck(absl::StrCat(name, "_issuer_chain_valid_ignoring_time"),
                        "a CA of the list's role, and the root that issued it",
                        root.status(), "it verifies", verdict);
  if (root.ok()) JudgeTdxCollateralRoot(name, *root, trust, verdict);
}

void JudgeTdxSigningRevocation(const RawTdxCollateral& collateral,
                               RawVerdict& verdict) {
  if (collateral.tcb_signing_chain.empty()) return;
  constexpr char kName[] = "tcb_signing_not_revoked";
  constexpr char kExpected[] =
      "a CRL by the chain's root that does not revoke TCB signing";
  if (!collateral.root_crl.has_value()) {
    verdict.NotChecked(kName, kExpected, "no root CRL was given");
    return;
  }
  // What another CA lists says nothing of this chain.
  const RevocationList& list = collateral.root_crl->list;
  absl::Status status = CheckIntelCrl(list, collateral.tcb_signing_chain.back(),
                                      ValidityTime::NotChecked());
  for (const Certificate& certificate : collateral.tcb_signing_chain) {
    if (!status.ok()) break;
    status = CheckNotRevoked(certificate, list);
  }
  verdict.Add(kName, kExpected, status, "it does not");
}

void JudgeTdxRevocation(const Certificate& pck, const PckChain& chain,
                        const RawTdxCollateral& collateral,
                        RawVerdict& verdict) {
  constexpr char kExpected[] = "lists by the chain's CAs that revoke none";
  const bool by_root = collateral.root_crl.has_value();
  const bool by_ca = collateral.pck_crl.has_value();
  if (!by_root && !by_ca) {
    verdict.NotChecked(kTdxRevocationCheck, kExpected,
                       "no CRLs were given: nothing is said of revocation");
    return;
  }
  absl::Status status = CheckByPckCa(pck, chain, collateral);
  status.Update(CheckByRoot(chain, collateral));
  if (!status.ok() || (by_root && by_ca)) {
    verdict.Add(kTdxRevocationCheck, kExpected, status, "both revoke none");
    return;
  }
  verdict.Undecided(kTdxRevocationCheck, kExpected,
                    by_root ? "no PCK CRL was given" : "no root CRL was given");
}

}  // namespace evidenced
