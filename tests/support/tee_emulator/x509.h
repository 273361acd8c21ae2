#ifndef TESTS_SUPPORT_TEE_EMULATOR_X509_H_
#define TESTS_SUPPORT_TEE_EMULATOR_X509_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "openssl/evp.h"
#include "openssl/x509.h"

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {

// What the certificates of both makers have in common. All of it ends the
// emulator where OpenSSL does not do its part.

using Key = std::shared_ptr<EVP_PKEY>;

struct CertifiedKey {
  Key key;
  Blob certificate;  // DER
};

Key MakeP256Key();
Key MakeP384Key();
Key MakeRsaKey(int bits);

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
// Fields of a name, in order, such as {"CN", "..."}.
using NameFields = std::vector<std::pair<std::string, std::string>>;

struct NewCertificateSpec {
  NameFields subject;
  NameFields issuer;
  int64_t serial;
};
// Version 3, valid from a year ago for eight years, without a signature.
X509Ptr NewCertificate(const NewCertificateSpec& spec, const Key& key);

void SetName(X509_NAME* name, const NameFields& fields);
// An extension whose value is `value` itself, whatever that is.
void AddRaw(X509* x509, const std::string& oid, const Blob& value);
// One that OpenSSL makes of the text.
void AddStandard(X509* x509, int nid, const char* value);

X509Ptr Decode(const Blob& certificate);
Blob Encode(X509* x509);
std::string Pem(const Blob& certificate);

// What `make` makes at the first time, kept as STEM.key and STEM.pem.
CertifiedKey LoadOrMake(const std::string& stem,
                        const std::function<CertifiedKey()>& make);

// Puts the file in place whole: somebody may be reading it.
void WriteWhole(const std::string& path, const std::string& bytes);

void Require(bool made);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_X509_H_
