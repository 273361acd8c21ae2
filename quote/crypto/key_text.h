#ifndef QUOTE_CRYPTO_KEY_TEXT_H_
#define QUOTE_CRYPTO_KEY_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// The kind and size of the key in a DER SubjectPublicKeyInfo: "rsa2048",
// "ec-secp256r1", "ed25519"; "unknown" if it is no key that OpenSSL knows.
std::string KeyName(ByteView spki);

// The DER SubjectPublicKeyInfo in the one PEM block PUBLIC KEY of `pem` (RFC
// 7468, section 13). INVALID_ARGUMENT: none, another block, more than one.
absl::StatusOr<Bytes> SpkiFromPem(absl::string_view pem);

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_KEY_TEXT_H_
