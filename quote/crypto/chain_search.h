#ifndef QUOTE_CRYPTO_CHAIN_SEARCH_H_
#define QUOTE_CRYPTO_CHAIN_SEARCH_H_

// Included by sources alone: it shows OpenSSL's types.

#include <span>

#include "absl/status/status.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {

// One search for a chain from a certificate over any of `intermediates` to one
// of `roots`, each of which may be an intermediate CA itself.
class ChainSearch {
 public:
  ChainSearch(const Certificate& leaf,
              std::span<const Certificate> intermediates,
              std::span<const Certificate> roots);
  ~ChainSearch();
  ChainSearch(const ChainSearch&) = delete;
  ChainSearch& operator=(const ChainSearch&) = delete;

  // What is demanded beyond signatures of at least 112 bits: to be set before
  // Run().
  X509_VERIFY_PARAM* demands() const;
  // UNAUTHENTICATED: none. Afterwards the chain that was found is in
  // context().
  absl::Status Run() const;
  X509_STORE_CTX* context() const { return context_.get(); }

 private:
  const Certificate& leaf_;
  size_t roots_;
  X509StorePtr store_;
  STACK_OF(X509) * untrusted_;
  X509StoreCtxPtr context_;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_CHAIN_SEARCH_H_
