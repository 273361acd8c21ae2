#include "quote/crypto/revocation_list.h"

#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/objects.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509v3.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/openssl_ptr.h"
#include "quote/crypto/pem.h"

namespace evidenced {
namespace {

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("CRL has a malformed date");
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

const X509_ALGOR* SignatureAlgorithm(const X509_CRL* crl) {
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(crl, nullptr, &algorithm);
  return algorithm;
}

std::string SignatureOid(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OidText(object);
}

// RSASSA-PSS names its hash in its parameters, SHA-1 if it names none (RFC
// 4055, section 3.1).
std::optional<HashAlgorithm> PssHash(const X509_ALGOR* algorithm) {
  const PssParamsPtr params(
      static_cast<RSA_PSS_PARAMS*>(ASN1_TYPE_unpack_sequence(
          ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter)));
  ERR_clear_error();
  if (params == nullptr) return std::nullopt;
  if (params->hashAlgorithm == nullptr) return HashAlgorithm::kSha1;
  return HashFromNid(OBJ_obj2nid(params->hashAlgorithm->algorithm));
}

std::optional<HashAlgorithm> SignatureHash(const X509_CRL* crl) {
  const int scheme = X509_CRL_get_signature_nid(crl);
  if (scheme == NID_rsassaPss) return PssHash(SignatureAlgorithm(crl));
  int hash = NID_undef;
  int key = NID_undef;
  OBJ_find_sigid_algs(scheme, &hash, &key);
  ERR_clear_error();
  return HashFromNid(hash);
}

// Schemes for Edwards curves have their own hash.
bool IsStrong(const X509_CRL* crl, std::optional<HashAlgorithm> hash) {
  const int scheme = X509_CRL_get_signature_nid(crl);
  if (scheme == NID_ED25519 || scheme == NID_ED448) return true;
  return hash.has_value() && *hash != HashAlgorithm::kSha1;
}

X509CrlPtr ReadDer(ByteView der) {
  const unsigned char* cursor = der.data();
  X509CrlPtr crl(
      d2i_X509_CRL(nullptr, &cursor, static_cast<int64_t>(der.size())));
  if (crl == nullptr || cursor != der.data() + der.size()) return nullptr;
  return crl;
}

X509CrlPtr ReadPem(ByteView pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509CrlPtr crl(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
  const X509CrlPtr second(
      PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
  return second == nullptr ? std::move(crl) : nullptr;
}

}  // namespace

struct RevocationList::Parsed {
  X509CrlPtr crl;
  std::string issuer;
  absl::Time this_update;
  std::optional<absl::Time> next_update;
  size_t size = 0;
  Bytes sha256;
  std::string signature_oid;
  std::optional<HashAlgorithm> signature_hash;
};

RevocationList::RevocationList(std::shared_ptr<const Parsed> parsed)
    : parsed_(std::move(parsed)) {}

absl::StatusOr<RevocationList> RevocationList::FromFile(ByteView bytes) {
  if (bytes.size() > kMaxSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a CRL of at most %d bytes, found %d",
                        kMaxSize, bytes.size()));
  }
  auto parsed = std::make_shared<Parsed>();
  parsed->crl = IsPem(bytes) ? ReadPem(bytes) : ReadDer(bytes);
  const std::string error = OpensslError();
  X509_CRL* crl = parsed->crl.get();
  if (crl == nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected exactly one CRL, found %d bytes: %s", bytes.size(), error));
  }
  if (X509_CRL_get_ext_by_critical(crl, 1, -1) >= 0) {
    return absl::InvalidArgumentError(
        "expected a CRL of all certificates of its issuer, without critical "
        "extensions, found one");
  }
  parsed->issuer = NameText(X509_CRL_get_issuer(crl));
  ASSIGN_OR_RETURN(parsed->this_update, TimeOf(X509_CRL_get0_lastUpdate(crl)));
  if (X509_CRL_get0_nextUpdate(crl) != nullptr) {
    ASSIGN_OR_RETURN(parsed->next_update,
                     TimeOf(X509_CRL_get0_nextUpdate(crl)));
  }
  const STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(crl);
  if (revoked != nullptr) parsed->size = sk_X509_REVOKED_num(revoked);
  parsed->sha256 = Sha256(bytes);
  parsed->signature_oid = SignatureOid(SignatureAlgorithm(crl));
  parsed->signature_hash = SignatureHash(crl);
  return RevocationList(std::move(parsed));
}

const std::string& RevocationList::issuer() const { return parsed_->issuer; }
absl::Time RevocationList::this_update() const { return parsed_->this_update; }
std::optional<absl::Time> RevocationList::next_update() const {
  return parsed_->next_update;
}
std::string RevocationList::DatesText() const {
  const auto text = [](absl::Time time) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
  };
  return absl::StrFormat(
      "of %s, the next due %s", text(this_update()),
      next_update().has_value() ? text(*next_update()) : "at no time");
}
size_t RevocationList::size() const { return parsed_->size; }
const Bytes& RevocationList::sha256() const { return parsed_->sha256; }
const std::string& RevocationList::signature_oid() const {
  return parsed_->signature_oid;
}
std::optional<HashAlgorithm> RevocationList::signature_hash() const {
  return parsed_->signature_hash;
}

std::vector<std::string> RevocationList::RevokedSerials() const {
  std::vector<std::string> out;
  const STACK_OF(X509_REVOKED)* revoked =
      X509_CRL_get_REVOKED(parsed_->crl.get());
  for (size_t i = 0; i < parsed_->size; ++i) {
    const X509_REVOKED* entry =
        sk_X509_REVOKED_value(revoked, static_cast<int>(i));
    const ASN1_INTEGER* serial = X509_REVOKED_get0_serialNumber(entry);
    const std::string hex =
        Hex({ASN1_STRING_get0_data(serial),
             static_cast<size_t>(ASN1_STRING_length(serial))});
    const size_t first = hex.find_first_not_of('0');
    out.push_back(first == std::string::npos ? "0" : hex.substr(first));
  }
  return out;
}

absl::Status RevocationList::VerifySignedBy(const Certificate& issuer) const {
  X509* x509 = issuer.parsed().x509.get();
  if (X509_NAME_cmp(X509_CRL_get_issuer(parsed_->crl.get()),
                    X509_get_subject_name(x509)) != 0) {
    return absl::UnauthenticatedError(
        absl::StrFormat("expected a CRL of %s, found one of %s",
                        issuer.subject(), parsed_->issuer));
  }
  if ((X509_get_key_usage(x509) & KU_CRL_SIGN) == 0) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected a key usage of %s that lets it sign CRLs, found another",
        issuer.subject()));
  }
  EVP_PKEY* key = X509_get0_pubkey(x509);
  if (key == nullptr || EVP_PKEY_get_security_bits(key) < kMinSecurityBits ||
      !IsStrong(parsed_->crl.get(), parsed_->signature_hash)) {
    ERR_clear_error();
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected a signature and a key of at least %d bits of security on the "
        "CRL of %s, found less",
        kMinSecurityBits, issuer.subject()));
  }
  const bool valid = X509_CRL_verify(parsed_->crl.get(), key) == 1;
  ERR_clear_error();
  if (valid) return absl::OkStatus();
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected a signature by the key of %s on the CRL, found one that does "
      "not verify",
      issuer.subject()));
}

bool RevocationList::Revokes(const Certificate& certificate) const {
  X509_REVOKED* entry = nullptr;
  return X509_CRL_get0_by_cert(parsed_->crl.get(), &entry,
                               certificate.parsed().x509.get()) == 1;
}

}  // namespace evidenced
