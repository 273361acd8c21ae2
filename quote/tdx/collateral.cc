#include "quote/tdx/collateral.h"

#include <string>

#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/public_key.h"
#include "quote/tdx/intel_pki.h"

namespace evidenced {
namespace {

constexpr char kTcbInfoName[] = "the TCB info";
constexpr char kQeIdentityName[] = "the QE identity";
constexpr size_t kChainSize = 2;
constexpr size_t kNumberSize = 32;

absl::Status ChainInvalid(const std::string& message) {
  return Classified(ErrorClass::kChainInvalid,
                    absl::UnauthenticatedError(message));
}

absl::Status CollateralInvalid(absl::string_view message) {
  return Classified(ErrorClass::kCollateralInvalid,
                    absl::UnauthenticatedError(message));
}

CollateralDates DatesOf(const TcbInfo& info) {
  return {.issue_date = info.issue_date, .next_update = info.next_update};
}

CollateralDates DatesOf(const QeIdentity& identity) {
  return {.issue_date = identity.issue_date,
          .next_update = identity.next_update};
}

absl::Status CheckSigningRevocation(const TcbSigningChain& chain,
                                    const TdxTrust& trust) {
  if (!trust.crls.has_value()) {
    if (trust.crl_use == PckCrlUse::kIfGiven) return absl::OkStatus();
    return CollateralInvalid(absl::StrFormat("expected a CRL of %s, found none",
                                             chain.root.subject()));
  }
  const RevocationList& crl = trust.crls->root;
  RETURN_IF_ERROR(CheckIntelCrl(crl, chain.root, trust.time));
  RETURN_IF_ERROR(CheckNotRevoked(chain.signing, crl));
  return CheckNotRevoked(chain.root, crl);
}

// The body of `text`, once it is known that TCB signing signed it.
absl::StatusOr<std::string> SignedBody(absl::string_view key, ByteView text,
                                       const VerifiedTcbSigning& signing) {
  ASSIGN_OR_RETURN(SignedJson json, SplitSignedJson(key, text));
  RETURN_IF_ERROR(CheckCollateralSignature(json, signing.chain().signing));
  return std::move(json.body);
}

}  // namespace

absl::StatusOr<TcbSigningChain> TcbSigningChainOf(
    std::span<const Certificate> certificates) {
  if (certificates.size() == kChainSize) {
    return TcbSigningChain{.signing = certificates.front(),
                           .root = certificates.back()};
  }
  return ChainInvalid(absl::StrFormat(
      "expected %d certificates, of TCB signing and its root, found %d",
      kChainSize, certificates.size()));
}

absl::Status CheckTcbSigningChain(const TcbSigningChain& chain) {
  const std::string& name = chain.signing.common_name();
  if (name != kTcbSigning) {
    return ChainInvalid(
        absl::StrFormat("expected a certificate of %s, found %s", kTcbSigning,
                        Printable(name)));
  }
  RETURN_IF_ERROR(VerifyIntelSignature(chain.signing, chain.root));
  return VerifyIntelSignature(chain.root, chain.root);
}

absl::Status CheckCollateralRoot(const Certificate& collateral_root,
                                 const Certificate& platform_root) {
  if (collateral_root.spki_sha256() == platform_root.spki_sha256()) {
    return absl::OkStatus();
  }
  return CollateralInvalid(absl::StrFormat(
      "expected collateral by the platform's own root, the key %s, found %s",
      Hex(platform_root.spki_sha256()), Hex(collateral_root.spki_sha256())));
}

absl::Status CheckCollateralSignature(const SignedJson& json,
                                      const Certificate& signing) {
  const absl::StatusOr<PublicKey> key = PublicKey::FromSpki(signing.spki());
  if (!key.ok()) return CollateralInvalid(key.status().message());
  const ByteView signature = json.signature;
  const absl::Status verified = key->VerifyEcdsa(
      HashAlgorithm::kSha256, AsBytes(json.body), signature.first(kNumberSize),
      signature.subspan(kNumberSize));
  if (verified.ok()) return absl::OkStatus();
  return CollateralInvalid(verified.message());
}

absl::Status CheckCollateralDates(absl::string_view what,
                                  const CollateralDates& dates,
                                  ValidityTime time) {
  const absl::Status current =
      time.Check(what, dates.issue_date, dates.next_update);
  return current.ok() ? current : CollateralInvalid(current.message());
}

absl::StatusOr<VerifiedTcbSigning> VerifyTcbSigning(
    std::span<const Certificate> certificates, const TdxTrust& trust) {
  ASSIGN_OR_RETURN(TcbSigningChain chain, TcbSigningChainOf(certificates));
  RETURN_IF_ERROR(CheckTcbSigningChain(chain));
  RETURN_IF_ERROR(CheckTdxRoot(chain.root, trust.roots));
  RETURN_IF_ERROR(trust.time.Check(chain.signing));
  RETURN_IF_ERROR(trust.time.Check(chain.root));
  RETURN_IF_ERROR(CheckSigningRevocation(chain, trust));
  return VerifiedTcbSigning(std::move(chain), trust);
}

absl::Status VerifiedTcbSigning::CheckDates(ValidityTime time) const {
  RETURN_IF_ERROR(time.Check(chain_.signing));
  RETURN_IF_ERROR(time.Check(chain_.root));
  if (!root_crl_.has_value()) return absl::OkStatus();
  return CheckIntelCrlDates(*root_crl_, time);
}

absl::Status VerifiedTcbInfo::CheckDates(ValidityTime time) const {
  return CheckCollateralDates(kTcbInfoName, DatesOf(info_), time);
}

absl::Status VerifiedQeIdentity::CheckDates(ValidityTime time) const {
  return CheckCollateralDates(kQeIdentityName, DatesOf(identity_), time);
}

absl::StatusOr<VerifiedTcbInfo> VerifyTcbInfo(ByteView text,
                                              const VerifiedTcbSigning& signing,
                                              ValidityTime time) {
  ASSIGN_OR_RETURN(const std::string body,
                   SignedBody(kTcbInfoKey, text, signing));
  ASSIGN_OR_RETURN(TcbInfo info, ParseTcbInfo(body));
  VerifiedTcbInfo verified(std::move(info), time);
  RETURN_IF_ERROR(verified.CheckDates(time));
  return verified;
}

absl::StatusOr<VerifiedQeIdentity> VerifyQeIdentity(
    ByteView text, const VerifiedTcbSigning& signing, ValidityTime time) {
  ASSIGN_OR_RETURN(const std::string body,
                   SignedBody(kQeIdentityKey, text, signing));
  ASSIGN_OR_RETURN(QeIdentity identity, ParseQeIdentity(body));
  VerifiedQeIdentity verified(std::move(identity), time);
  RETURN_IF_ERROR(verified.CheckDates(time));
  return verified;
}

}  // namespace evidenced
