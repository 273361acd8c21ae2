#ifndef QUOTE_TPM_PINNED_ROOTS_H_
#define QUOTE_TPM_PINNED_ROOTS_H_

#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// The roots of Google Cloud's certificates for vTPM keys, by the SHA-256 of
// their SubjectPublicKeyInfo: "Google EK/AK CA Root", "Google cloud host EK
// root"; "" for any other key.
absl::string_view PinnedTpmRoot(ByteView spki_sha256);

}  // namespace evidenced

#endif  // QUOTE_TPM_PINNED_ROOTS_H_
