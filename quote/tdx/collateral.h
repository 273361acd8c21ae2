#ifndef QUOTE_TDX_COLLATERAL_H_
#define QUOTE_TDX_COLLATERAL_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/tdx/qe_identity.h"
#include "quote/tdx/signed_json.h"
#include "quote/tdx/tcb_info.h"
#include "quote/tdx/tcb_signing.h"

namespace evidenced {

// The signature of `signing` over the body as it stands. UNAUTHENTICATED
// (kCollateralInvalid): otherwise.
absl::Status CheckCollateralSignature(const SignedJson& json,
                                      const Certificate& signing);

// Issued, and not yet to be updated, at `time`. UNAUTHENTICATED
// (kCollateralInvalid): otherwise. `what` names it.
struct CollateralDates {
  absl::Time issue_date;
  absl::Time next_update;
};
absl::Status CheckCollateralDates(absl::string_view what,
                                  const CollateralDates& dates,
                                  ValidityTime time);

// A TCB info that TCB signing signed. Only VerifyTcbInfo() makes one.
class VerifiedTcbInfo {
 public:
  const TcbInfo& info() const { return info_; }
  // Whether its dates were looked at.
  bool dates_checked() const { return dates_checked_; }
  // UNAUTHENTICATED (kCollateralInvalid): not current at `time`.
  absl::Status CheckDates(ValidityTime time) const;

 private:
  friend absl::StatusOr<VerifiedTcbInfo> VerifyTcbInfo(
      ByteView text, const VerifiedTcbSigning& signing, ValidityTime time);
  VerifiedTcbInfo(TcbInfo info, ValidityTime time)
      : info_(std::move(info)), dates_checked_(time.checked()) {}

  TcbInfo info_;
  bool dates_checked_;
};

// The same of an identity. Only VerifyQeIdentity() makes one.
class VerifiedQeIdentity {
 public:
  const QeIdentity& identity() const { return identity_; }
  bool dates_checked() const { return dates_checked_; }
  absl::Status CheckDates(ValidityTime time) const;

 private:
  friend absl::StatusOr<VerifiedQeIdentity> VerifyQeIdentity(
      ByteView text, const VerifiedTcbSigning& signing, ValidityTime time);
  VerifiedQeIdentity(QeIdentity identity, ValidityTime time)
      : identity_(std::move(identity)), dates_checked_(time.checked()) {}

  QeIdentity identity_;
  bool dates_checked_;
};

// Valid if and only if `text` is what SplitSignedJson() takes, its body is
// signed by `signing` as it stands, is what ParseTcbInfo() or
// ParseQeIdentity() takes, and is current at `time`. INVALID_ARGUMENT: form.
// UNAUTHENTICATED (kCollateralInvalid): the rest.
absl::StatusOr<VerifiedTcbInfo> VerifyTcbInfo(ByteView text,
                                              const VerifiedTcbSigning& signing,
                                              ValidityTime time);
absl::StatusOr<VerifiedQeIdentity> VerifyQeIdentity(
    ByteView text, const VerifiedTcbSigning& signing, ValidityTime time);

}  // namespace evidenced

#endif  // QUOTE_TDX_COLLATERAL_H_
