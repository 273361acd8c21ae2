#ifndef TESTS_QUOTE_CERTIFICATE_BUILDER_H_
#define TESTS_QUOTE_CERTIFICATE_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "tests/quote/test_key.h"

namespace evidenced {

// The instant at which a default certificate is valid: 2026-01-01.
inline absl::Time TestNow() { return absl::FromUnixSeconds(1767225600); }

// What to put into a certificate. The defaults make an ordinary leaf.
struct CertificateSpec {
  std::string common_name = "leaf";
  int64_t serial = 1;
  absl::Time not_before = TestNow() - absl::Hours(24);
  absl::Time not_after = TestNow() + absl::Hours(24);
  // As OpenSSL's configuration spells it; an empty one is left out.
  std::string basic_constraints = "critical,CA:FALSE";
  std::string key_usage{};              // "critical,keyCertSign"
  std::string extended_key_usage{};     // "serverAuth"
  std::vector<std::string> uri_sans{};  // raw bytes, may hold zero bytes
  std::vector<std::string> dns_sans{};
  std::string subject_key_identifier = "hash";
  std::string authority_key_identifier = "keyid";
  std::string digest = "SHA256";            // of the signature
  RsaPadding padding = RsaPadding::kPkcs1;  // of an RSA issuer's signature
  std::vector<CertificateExtension> extensions{};  // after those above
};

// A certificate and the key that it is for.
struct Issued {
  Certificate certificate;
  TestKey key;
};

// A spec of a CA named `common_name`.
CertificateSpec CaSpec(const std::string& common_name);

// Self-signed.
Issued IssueRoot(const CertificateSpec& spec, KeyKind kind = KeyKind::kP256);
Issued IssueRoot(const CertificateSpec& spec, const TestKey& key);
// Signed by `issuer`, over a new key or over `key`.
Issued Issue(const CertificateSpec& spec, const Issued& issuer,
             KeyKind kind = KeyKind::kP256);
Issued Issue(const CertificateSpec& spec, const Issued& issuer, TestKey key);

// What to put into a CRL.
struct CrlSpec {
  std::vector<int64_t> serials{};
  absl::Time this_update = TestNow() - absl::Hours(24);
  absl::Time next_update = TestNow() + absl::Hours(24);
  bool endless = false;  // no next update
  std::string digest = "SHA256";
  RsaPadding padding = RsaPadding::kPkcs1;
  bool partial = false;  // with a critical issuing distribution point
};
Bytes IssueCrl(const CrlSpec& spec, const Issued& issuer);

std::string Pem(const Certificate& certificate);
std::string CrlPem(ByteView der);

}  // namespace evidenced

#endif  // TESTS_QUOTE_CERTIFICATE_BUILDER_H_
