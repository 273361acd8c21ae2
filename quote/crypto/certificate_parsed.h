#ifndef QUOTE_CRYPTO_CERTIFICATE_PARSED_H_
#define QUOTE_CRYPTO_CERTIFICATE_PARSED_H_

// What a Certificate holds. Included by sources alone.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {

struct Certificate::Parsed {
  X509Ptr x509;
  Bytes der;
  Bytes sha256;
  Bytes spki;
  Bytes spki_sha256;
  std::string subject;
  std::string issuer;
  std::string common_name;
  std::string serial;
  std::vector<std::string> uri_sans;
  std::vector<std::string> dns_sans;
  absl::Time not_before;
  absl::Time not_after;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_CERTIFICATE_PARSED_H_
