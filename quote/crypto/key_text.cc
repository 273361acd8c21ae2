#include "quote/crypto/key_text.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "openssl/pem.h"

#include "quote/base/error_class.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

std::string CurveName(const EVP_PKEY* key) {
  char group[64] = {};
  if (EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) != 1) {
    ERR_clear_error();
    return "ec-unknown";
  }
  const absl::string_view name(group);
  // SEC 2 has a name of its own for the one that X9.62 named first.
  return absl::StrCat("ec-",
                      name == "prime256v1" ? "secp256r1" : Printable(name));
}

// The next PEM block into `kind` and `der`; false: there is none.
bool NextBlock(BIO* in, std::string& kind, Bytes& der) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;  // NOLINT(google-runtime-int): OpenSSL's own type
  const bool found = PEM_read_bio(in, &name, &header, &data, &size) == 1;
  if (found) {
    kind = name;
    der.assign(data, data + size);
  }
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  ERR_clear_error();
  return found;
}

}  // namespace

std::string KeyName(ByteView spki) {
  const unsigned char* cursor = spki.data();
  const EvpKeyPtr key(
      d2i_PUBKEY(nullptr, &cursor, static_cast<int64_t>(spki.size())));
  ERR_clear_error();
  if (key == nullptr) return "unknown";
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      return absl::StrCat("rsa", EVP_PKEY_get_bits(key.get()));
    case EVP_PKEY_RSA_PSS:
      return absl::StrCat("rsa-pss", EVP_PKEY_get_bits(key.get()));
    case EVP_PKEY_EC:
      return CurveName(key.get());
    case EVP_PKEY_ED25519:
      return "ed25519";
    default:
      return "unknown";
  }
}

absl::StatusOr<Bytes> SpkiFromPem(absl::string_view pem) {
  if (pem.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a PEM public key, found no byte"));
  }
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::string kind;
  Bytes spki;
  if (!NextBlock(in.get(), kind, spki)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a PEM block PUBLIC KEY, found no whole block in %d bytes",
        pem.size()));
  }
  if (kind != PEM_STRING_PUBLIC) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a PEM block PUBLIC KEY, found %s", Printable(kind)));
  }
  Bytes other;
  if (NextBlock(in.get(), kind, other)) {
    return absl::InvalidArgumentError(
        "expected one PEM block PUBLIC KEY, found another block behind it");
  }
  return spki;
}

}  // namespace evidenced
