#include "agent/client/identity.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "openssl/obj_mac.h"
#include "openssl/x509.h"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

constexpr size_t kMaxAudience = 2048;

absl::StatusOr<std::vector<Certificate>> ParseCertificates(
    const std::string& path, const std::string& pem) {
  absl::StatusOr<std::vector<Certificate>> parsed = CertificatesFromPem(pem);
  RETURN_IF_ERROR(Within(path, parsed.status()));
  return parsed;
}

}  // namespace

absl::StatusOr<Identity> LoadIdentity(const ConnectionOptions& options) {
  ASSIGN_OR_RETURN(std::string ca_pem, ReadFile(*options.ca));
  RETURN_IF_ERROR(ParseCertificates(*options.ca, ca_pem).status());
  ASSIGN_OR_RETURN(std::string cert_pem, ReadFile(*options.cert));
  ASSIGN_OR_RETURN(const std::vector<Certificate> chain,
                   ParseCertificates(*options.cert, cert_pem));
  ASSIGN_OR_RETURN(std::string key_pem, ReadPrivateKey(*options.key));
  RETURN_IF_ERROR(
      Within(*options.key, CheckPrivateKey(chain.front(), key_pem)));
  return Identity{std::move(ca_pem), std::move(cert_pem), std::move(key_pem),
                  chain.front()};
}

absl::Status CheckServerNames(const Certificate& certificate) {
  const Bytes& der = certificate.der();
  const unsigned char* cursor = der.data();
  const X509Ptr x509(
      d2i_X509(nullptr, &cursor, static_cast<int64_t>(der.size())));
  if (x509 != nullptr &&
      X509_get_ext_by_NID(x509.get(), NID_subject_alt_name, -1) >= 0) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(
      absl::StrCat("expected a server certificate with a subject alternative "
                   "name, found only ",
                   certificate.subject()));
}

absl::StatusOr<Audience> ChooseAudience(const std::optional<std::string>& given,
                                        const Certificate* leaf) {
  if (given.has_value()) {
    const bool printable =
        std::all_of(given->begin(), given->end(),
                    [](char c) { return c >= 0x21 && c <= 0x7E; });
    if (given->empty() || given->size() > kMaxAudience || !printable) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected an audience of 1 to 2048 printable characters without "
          "spaces, found \"",
          Printable(*given), "\""));
    }
    return Audience{*given, "given"};
  }
  if (leaf == nullptr) {
    return absl::InvalidArgumentError(
        "expected --audience with a unix socket, found none");
  }
  const std::vector<std::string>& uris = leaf->uri_sans();
  const std::vector<std::string>& names = leaf->dns_sans();
  if (uris.size() == 1) {
    return Audience{uris.front(), "the URI name in the client certificate"};
  }
  if (uris.empty() && names.size() == 1) {
    return Audience{absl::StrCat("dns:", names.front()),
                    "the DNS name in the client certificate"};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected --audience, or a client certificate with exactly one URI name "
      "or one DNS name, found ",
      uris.size(), " URI and ", names.size(), " DNS names"));
}

}  // namespace evidenced
