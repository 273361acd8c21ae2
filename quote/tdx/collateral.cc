#include "quote/tdx/collateral.h"

#include <string>

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/public_key.h"

namespace evidenced {
namespace {

constexpr char kTcbInfoName[] = "the TCB info";
constexpr char kQeIdentityName[] = "the QE identity";
constexpr size_t kNumberSize = 32;

CollateralDates DatesOf(const TcbInfo& info) {
  return {.issue_date = info.issue_date, .next_update = info.next_update};
}

CollateralDates DatesOf(const QeIdentity& identity) {
  return {.issue_date = identity.issue_date,
          .next_update = identity.next_update};
}

// The body of `text`, once it is known that TCB signing signed it.
absl::StatusOr<std::string> SignedBody(absl::string_view key, ByteView text,
                                       const VerifiedTcbSigning& signing) {
  ASSIGN_OR_RETURN(SignedJson json, SplitSignedJson(key, text));
  RETURN_IF_ERROR(CheckCollateralSignature(json, signing.chain().signing));
  return std::move(json.body);
}

}  // namespace

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
