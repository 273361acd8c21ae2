#ifndef TESTS_BENCH_BARE_ECDSA_H_
#define TESTS_BENCH_BARE_ECDSA_H_

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "openssl/ecdsa.h"
#include "openssl/evp.h"
#include "openssl/x509.h"

#include "quote/base/bytes.h"

namespace evidenced {

// An ECDSA signature, verified with OpenSSL and nothing else; key and signature
// are read beforehand.
class BareEcdsa {
 public:
  struct Signature {
    const char* digest;  // "SHA256", "SHA384"
    ByteView r, s;       // big-endian
  };

  // `spki` is DER.
  BareEcdsa(ByteView spki, const Signature& wanted)
      : digest_name_(wanted.digest),
        digest_(EVP_MD_fetch(nullptr, wanted.digest, nullptr), EVP_MD_free),
        context_(EVP_MD_CTX_new(), EVP_MD_CTX_free),
        key_(nullptr, EVP_PKEY_free) {
    const unsigned char* cursor = spki.data();
    key_.reset(d2i_PUBKEY(nullptr, &cursor, static_cast<int64_t>(spki.size())));
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
        ECDSA_SIG_new(), ECDSA_SIG_free);
    if (digest_ == nullptr || context_ == nullptr || key_ == nullptr ||
        signature == nullptr ||
        ECDSA_SIG_set0(signature.get(), Number(wanted.r), Number(wanted.s)) !=
            1) {
      std::abort();
    }
    const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (size <= 0) std::abort();
    signature_.resize(static_cast<size_t>(size));
    unsigned char* out = signature_.data();
    i2d_ECDSA_SIG(signature.get(), &out);
  }

  bool Verify(ByteView message) {
    return EVP_MD_CTX_reset(context_.get()) == 1 &&
           EVP_DigestVerifyInit_ex(context_.get(), nullptr, digest_name_,
                                   nullptr, nullptr, key_.get(),
                                   nullptr) == 1 &&
           EVP_DigestVerify(context_.get(), signature_.data(),
                            signature_.size(), message.data(),
                            message.size()) == 1;
  }

 private:
  static BIGNUM* Number(ByteView bytes) {
    return BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  }

  const char* digest_name_;
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> digest_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  Bytes signature_;
};

}  // namespace evidenced

#endif  // TESTS_BENCH_BARE_ECDSA_H_
