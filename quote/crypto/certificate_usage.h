#ifndef QUOTE_CRYPTO_CERTIFICATE_USAGE_H_
#define QUOTE_CRYPTO_CERTIFICATE_USAGE_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"

namespace evidenced {

// "digital_signature", "key_cert_sign" ...: RFC 5280, section 4.2.1.3. Empty:
// the extension is absent.
std::vector<std::string> KeyUsageNames(const Certificate& certificate);

// OIDs: RFC 5280, section 4.2.1.12. Empty: the extension is absent.
std::vector<std::string> ExtendedKeyUsageOids(const Certificate& certificate);

// The serial number in hexadecimal without leading zeros.
std::string SerialNumber(const Certificate& certificate);

// Whether its own key made its signature.
bool IsSelfSigned(const Certificate& certificate);

// As VerifyChain() for any purpose, whatever the dates are. Gives the chain,
// leaf first. UNAUTHENTICATED (kChainInvalid): there is none.
absl::StatusOr<std::vector<Certificate>> VerifyChainIgnoringTime(
    const Certificate& leaf, std::span<const Certificate> intermediates,
    std::span<const Certificate> roots);

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_CERTIFICATE_USAGE_H_
