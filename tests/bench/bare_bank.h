#ifndef TESTS_BENCH_BARE_BANK_H_
#define TESTS_BENCH_BARE_BANK_H_

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "openssl/evp.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// The registers of one bank, extended with OpenSSL and nothing else.
class BareBank {
 public:
  explicit BareBank(HashAlgorithm bank)
      : bank_(bank),
        digest_(
            EVP_MD_fetch(nullptr, std::string(HashName(bank)).c_str(), nullptr),
            EVP_MD_free),
        context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (digest_ == nullptr || context_ == nullptr) std::abort();
  }

  HashAlgorithm bank() const { return bank_; }
  ByteView Value(uint32_t reg) const {
    return {registers_[reg].data(), DigestSize(bank_)};
  }
  void Extend(uint32_t reg, ByteView value) {
    EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
    EVP_DigestUpdate(context_.get(), registers_[reg].data(), value.size());
    EVP_DigestUpdate(context_.get(), value.data(), value.size());
    EVP_DigestFinal_ex(context_.get(), registers_[reg].data(), nullptr);
  }
  void ExtendHashOf(uint32_t reg, ByteView data) {
    Register hash;
    EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
    EVP_DigestUpdate(context_.get(), data.data(), data.size());
    EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr);
    Extend(reg, {hash.data(), DigestSize(bank_)});
  }

 private:
  using Register = std::array<uint8_t, EVP_MAX_MD_SIZE>;

  HashAlgorithm bank_;
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> digest_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  std::array<Register, 24> registers_{};
};

}  // namespace evidenced

#endif  // TESTS_BENCH_BARE_BANK_H_
