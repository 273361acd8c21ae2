#ifndef QUOTE_CRYPTO_PEM_H_
#define QUOTE_CRYPTO_PEM_H_

#include <algorithm>

#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Whether `bytes` are text with PEM blocks (RFC 7468), and not DER, which
// begins with a SEQUENCE.
inline bool IsPem(ByteView bytes) {
  constexpr uint8_t kSequence = 0x30;
  constexpr absl::string_view kBegin = "-----BEGIN ";
  return !bytes.empty() && bytes.front() != kSequence &&
         std::search(bytes.begin(), bytes.end(), kBegin.begin(),
                     kBegin.end()) != bytes.end();
}

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_PEM_H_
