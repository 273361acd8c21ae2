#include "quote/tdx/pck.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/pem.h"
#include "quote/tdx/der.h"
#include "quote/tdx/quote_checks.h"

namespace evidenced {
namespace {

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

absl::Status TooMany(size_t found) {
  return Malformed(absl::StrFormat("expected at most %d certificates, found %d",
                                   kMaxPckCertificates, found));
}

absl::StatusOr<std::vector<Certificate>> ReadDerChain(ByteView data) {
  std::vector<Certificate> out;
  ByteReader in(data);
  while (in.remaining() > 0) {
    if (out.size() == kMaxPckCertificates) return TooMany(out.size() + 1);
    const size_t start = in.position();
    RETURN_IF_ERROR(ReadDerContents("certificate", kDerSequence, in).status());
    ASSIGN_OR_RETURN(
        Certificate certificate,
        Certificate::FromDer(data.subspan(start, in.position() - start)));
    out.push_back(std::move(certificate));
  }
  if (out.empty()) return Malformed("expected certificates, found no byte");
  return out;
}

}  // namespace

absl::StatusOr<PckCertificate> ParsePckCertificate(
    const Certificate& certificate) {
  if (certificate.key_kind() != "ec-secp256r1") {
    return Malformed(absl::StrFormat("expected a key of P-256 in %s, found %s",
                                     certificate.subject(),
                                     certificate.key_kind()));
  }
  const CertificateExtension* extension =
      certificate.extension(kPckExtensionsOid);
  if (extension == nullptr) {
    return Malformed(
        absl::StrFormat("expected the extension %s in %s, found "
                        "none",
                        kPckExtensionsOid, certificate.subject()));
  }
  ASSIGN_OR_RETURN(PublicKey key, PublicKey::FromSpki(certificate.spki()));
  ASSIGN_OR_RETURN(PckExtensions extensions,
                   ParsePckExtensions(extension->value));
  return PckCertificate{.certificate = certificate,
                        .key = std::move(key),
                        .extensions = std::move(extensions)};
}

absl::StatusOr<std::vector<Certificate>> ReadPckChain(ByteView data) {
  if (!IsPem(data)) return ReadDerChain(data);
  ASSIGN_OR_RETURN(std::vector<Certificate> out,
                   CertificatesFromPem(ToString(data)));
  if (out.size() > kMaxPckCertificates) return TooMany(out.size());
  return out;
}

absl::StatusOr<std::vector<Certificate>> PckChainOf(const TdxQuote& quote) {
  if (quote.pck_type == kPckChainType) return ReadPckChain(quote.pck_data);
  return Classified(
      ErrorClass::kUnsupportedType,
      absl::InvalidArgumentError(absl::StrFormat(
          "expected certification data of type %d (PCK certificates), found %d",
          kPckChainType, quote.pck_type)));
}

absl::StatusOr<Certificate> FindPck(std::span<const Certificate> certificates) {
  for (const Certificate& certificate : certificates) {
    if (certificate.extension(kPckExtensionsOid) != nullptr) return certificate;
  }
  return Malformed(absl::StrFormat(
      "expected a PCK certificate, with the extension %s, found "
      "none of %d",
      kPckExtensionsOid, certificates.size()));
}

std::vector<Certificate> OwnThenSent(std::span<const Certificate> own,
                                     std::span<const Certificate> sent) {
  std::vector<Certificate> out(own.begin(), own.end());
  for (const Certificate& certificate : sent) {
    if (out.size() >= kMaxPckCertificates) break;
    out.push_back(certificate);
  }
  return out;
}

absl::StatusOr<Certificate> FindSigningPck(
    const TdxQuote& quote, std::span<const Certificate> certificates) {
  for (const Certificate& certificate : certificates) {
    if (certificate.extension(kPckExtensionsOid) == nullptr) continue;
    const absl::StatusOr<PckCertificate> pck = ParsePckCertificate(certificate);
    if (pck.ok() && CheckTdxQeSignature(quote, pck->key).ok()) {
      return certificate;
    }
  }
  return FindPck(certificates);
}

}  // namespace evidenced
