#include "quote/crypto/certificate.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/asn1.h"
#include "openssl/x509v3.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

constexpr size_t kMaxName = 1024;

bool IsPlain(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x21 && c <= 0x7e;
  });
}

absl::string_view TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string CommonNameOf(const X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (index < 0) return "";
  const absl::string_view text =
      TextOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return "";
  }
  return std::string(text);
}

std::string SerialOf(const X509* x509) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x509);
  return Hex(AsBytes(TextOf(serial)));
}

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("certificate has a malformed date");
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

void CollectSans(const X509* x509, Certificate::Parsed& parsed) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr));
  if (names == nullptr) {
    ERR_clear_error();
    return;
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    int type = 0;
    void* value =
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
    if (type != GEN_URI && type != GEN_DNS) continue;
    const absl::string_view text = TextOf(static_cast<ASN1_STRING*>(value));
    // An embedded zero byte would end the name early for somebody else.
    if (!IsPlain(text)) continue;
    (type == GEN_URI ? parsed.uri_sans : parsed.dns_sans).emplace_back(text);
  }
  GENERAL_NAMES_free(names);
}

// One DER element, header and all.
struct Element {
  ByteView whole;
  ByteView contents;
  bool version = false;  // [0], which the serial number follows
};

// The element at the front of `in`, which loses it. Empty: none, or one whose
// length is not in its header, as BER has them.
Element TakeElement(ByteView& in) {
  const unsigned char* at = in.data();
  long size = 0;  // NOLINT(google-runtime-int): OpenSSL's own type
  int tag = 0;
  int tag_class = 0;
  const int kind = ASN1_get_object(&at, &size, &tag, &tag_class,
                                   static_cast<int64_t>(in.size()));
  constexpr int kFault = 0x80;
  constexpr int kIndefinite = 0x01;
  if ((kind & (kFault | kIndefinite)) != 0) {
    ERR_clear_error();
    in = {};
    return {};
  }
  const auto header = static_cast<size_t>(at - in.data());
  const ByteView whole = in.first(header + static_cast<size_t>(size));
  in = in.subspan(whole.size());
  return {.whole = whole,
          .contents = whole.subspan(header),
          .version = tag_class == V_ASN1_CONTEXT_SPECIFIC && tag == 0};
}

// SubjectPublicKeyInfo where it stands in TBSCertificate: RFC 5280, section
// 4.1. Empty: not there.
ByteView SpkiWithin(ByteView certificate) {
  ByteView in = TakeElement(certificate).contents;
  ByteView tbs = TakeElement(in).contents;
  // Serial number, signature, issuer, validity and subject come before.
  constexpr int kBefore = 5;
  int skip = TakeElement(tbs).version ? kBefore : kBefore - 1;
  while (skip-- > 0) TakeElement(tbs);
  return TakeElement(tbs).whole;
}

absl::Status CollectSpki(const X509* x509, Certificate::Parsed& parsed) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
  if (size <= 0) {
    return absl::InvalidArgumentError("certificate has no public key");
  }
  parsed.spki.assign(der, der + size);
  OPENSSL_free(der);
  // OpenSSL encodes the key again: only DER comes out as it stands.
  if (!Equal(SpkiWithin(parsed.der), parsed.spki)) {
    return absl::InvalidArgumentError(
        "expected a public key in DER, found another encoding");
  }
  parsed.spki_sha256 = Sha256(parsed.spki);
  return absl::OkStatus();
}

}  // namespace

std::string NameText(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  // RFC 2253 escapes what is not printable ASCII.
  return {data, std::min<size_t>(size, kMaxName)};
}

Certificate::Certificate(std::shared_ptr<const Parsed> parsed)
    : parsed_(std::move(parsed)) {}

absl::StatusOr<Certificate> Certificate::FromDer(ByteView der) {
  if (der.size() > kMaxSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a certificate of at most %d bytes, found %d",
                        kMaxSize, der.size()));
  }
  const unsigned char* cursor = der.data();
  X509Ptr x509(d2i_X509(nullptr, &cursor, static_cast<int64_t>(der.size())));
  if (x509 == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a DER certificate, found %d bytes: %s",
                        der.size(), OpensslError()));
  }
  if (cursor != der.data() + der.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected nothing after the certificate, found %d bytes",
        der.data() + der.size() - cursor));
  }
  auto parsed = std::make_shared<Parsed>();
  parsed->der = ToBytes(der);
  parsed->sha256 = Sha256(der);
  RETURN_IF_ERROR(CollectSpki(x509.get(), *parsed));
  parsed->subject = NameText(X509_get_subject_name(x509.get()));
  parsed->issuer = NameText(X509_get_issuer_name(x509.get()));
  parsed->common_name = CommonNameOf(X509_get_subject_name(x509.get()));
  parsed->serial = SerialOf(x509.get());
  ASSIGN_OR_RETURN(parsed->not_before, TimeOf(X509_get0_notBefore(x509.get())));
  ASSIGN_OR_RETURN(parsed->not_after, TimeOf(X509_get0_notAfter(x509.get())));
  CollectSans(x509.get(), *parsed);
  RETURN_IF_ERROR(CollectDetails(x509.get(), *parsed));
  parsed->x509 = std::move(x509);
  return Certificate(std::move(parsed));
}

const Bytes& Certificate::der() const { return parsed_->der; }
const Bytes& Certificate::sha256() const { return parsed_->sha256; }
const Bytes& Certificate::spki() const { return parsed_->spki; }
const Bytes& Certificate::spki_sha256() const { return parsed_->spki_sha256; }
const std::string& Certificate::subject() const { return parsed_->subject; }
const std::string& Certificate::issuer() const { return parsed_->issuer; }
const std::string& Certificate::common_name() const {
  return parsed_->common_name;
}
const std::string& Certificate::serial() const { return parsed_->serial; }
const std::vector<std::string>& Certificate::uri_sans() const {
  return parsed_->uri_sans;
}
const std::vector<std::string>& Certificate::dns_sans() const {
  return parsed_->dns_sans;
}
absl::Time Certificate::not_before() const { return parsed_->not_before; }
absl::Time Certificate::not_after() const { return parsed_->not_after; }
const std::string& Certificate::key_kind() const { return parsed_->key_kind; }
const std::string& Certificate::signature_oid() const {
  return parsed_->signature_oid;
}
std::optional<HashAlgorithm> Certificate::signature_hash() const {
  return parsed_->signature_hash;
}

}  // namespace evidenced
