#ifndef QUOTE_CRYPTO_ISSUANCE_H_
#define QUOTE_CRYPTO_ISSUANCE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "quote/crypto/certificate.h"

namespace evidenced {

// One step of a chain whose shape is known. OK if and only if:
// - `issuer` is a CA by its basic constraints, and its key usage, if it has
//   one, lets it sign certificates
// - its name, and key identifier, are those that `certificate` gives
// - neither has a critical extension that is not understood
// - its key, of at least 112 bits of security and, if RSA, no more than 8192
//   bits, made the signature, by a scheme of as much security
// Dates and path lengths are not looked at. UNAUTHENTICATED (kChainInvalid):
// otherwise.
absl::Status VerifyIssuedBy(const Certificate& certificate,
                            const Certificate& issuer);

// The time at which certificates must be valid. It has no default: not to
// check the dates is spelled.
class ValidityTime {
 public:
  static ValidityTime At(absl::Time time) { return ValidityTime(time); }
  static ValidityTime NotChecked() { return ValidityTime(std::nullopt); }

  bool checked() const { return time_.has_value(); }

  // UNAUTHENTICATED (kChainInvalid): not valid then. OK if not checked.
  absl::Status Check(const Certificate& certificate) const;
  // The same for dates that something else bears; `what` names it.
  absl::Status Check(absl::string_view what, absl::Time not_before,
                     absl::Time not_after) const;

 private:
  explicit ValidityTime(std::optional<absl::Time> time) : time_(time) {}
  std::optional<absl::Time> time_;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_ISSUANCE_H_
