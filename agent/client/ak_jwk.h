#ifndef AGENT_CLIENT_AK_JWK_H_
#define AGENT_CLIENT_AK_JWK_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/crypto/public_key.h"

namespace evidenced {

// The key of an Azure VM's TPM in the runtime data of its HCL report: the one
// with the identifier "HCLAkPub" in a JSON Web Key Set (RFC 7517), RSA or EC.
// INVALID_ARGUMENT: no such set, none or more than one such key, or another
// kind of key.
absl::StatusOr<PublicKey> ParseAkJwk(absl::string_view json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_AK_JWK_H_
