#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/pem.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/openssl_ptr.h"
#include "quote/crypto/pem.h"

namespace evidenced {

absl::StatusOr<std::vector<Certificate>> CertificatesFromPem(
    absl::string_view pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> out;
  while (true) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;  // NOLINT(google-runtime-int): OpenSSL's own type
    if (PEM_read_bio(in.get(), &name, &header, &data, &size) != 1) break;
    const std::string kind(name);
    const Bytes der(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    if (kind != PEM_STRING_X509) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected PEM blocks CERTIFICATE only, found %s", Printable(kind)));
    }
    ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(der));
    out.push_back(std::move(certificate));
  }
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return absl::InvalidArgumentError(
        "expected whole PEM blocks, found a damaged one");
  }
  if (out.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a PEM certificate, found none in %d bytes", pem.size()));
  }
  return out;
}

absl::StatusOr<std::vector<Certificate>> CertificatesFromFile(ByteView bytes) {
  if (IsPem(bytes)) return CertificatesFromPem(ToString(bytes));
  ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(bytes));
  return std::vector<Certificate>{std::move(certificate)};
}

}  // namespace evidenced
