#include "quote/crypto/digest.h"

#include <array>
#include <cstdlib>
#include <iterator>
#include <memory>

#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

struct Algorithm {
  HashAlgorithm id;
  const char* name;
  const char* openssl_name;
  size_t size;
};

constexpr Algorithm kAlgorithms[] = {
    {HashAlgorithm::kSha1, "sha1", "SHA1", 20},
    {HashAlgorithm::kSha256, "sha256", "SHA256", 32},
    {HashAlgorithm::kSha384, "sha384", "SHA384", 48},
    {HashAlgorithm::kSha512, "sha512", "SHA512", 64},
    {HashAlgorithm::kSm3_256, "sm3_256", "SM3", 32},
};
constexpr size_t kCount = std::size(kAlgorithms);

size_t IndexOf(HashAlgorithm algorithm) {
  for (size_t i = 0; i < kCount; ++i) {
    if (kAlgorithms[i].id == algorithm) return i;
  }
  std::abort();  // an enumerator that is not in the table
}

// Fetching a digest costs as much as hashing a kilobyte, so it is done once.
const EVP_MD* Fetched(HashAlgorithm algorithm) {
  static const auto* const kFetched = [] {
    auto* table = new std::array<EVP_MD*, kCount>();
    for (size_t i = 0; i < kCount; ++i) {
      (*table)[i] = EVP_MD_fetch(nullptr, kAlgorithms[i].openssl_name, nullptr);
      if ((*table)[i] == nullptr) std::abort();  // OpenSSL without a SHA
    }
    return table;
  }();
  return (*kFetched)[IndexOf(algorithm)];
}

}  // namespace

struct Hasher::Context {
  EvpMdCtxPtr md{EVP_MD_CTX_new()};
  size_t size = 0;
};

std::optional<HashAlgorithm> HashAlgorithmFromId(uint16_t tpm_alg_id) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (static_cast<uint16_t>(algorithm.id) == tpm_alg_id) return algorithm.id;
  }
  return std::nullopt;
}

absl::string_view HashName(HashAlgorithm algorithm) {
  return kAlgorithms[IndexOf(algorithm)].name;
}

std::optional<HashAlgorithm> HashAlgorithmFromName(absl::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (name == algorithm.name) return algorithm.id;
  }
  return std::nullopt;
}

size_t DigestSize(HashAlgorithm algorithm) {
  return kAlgorithms[IndexOf(algorithm)].size;
}

Bytes Hash(HashAlgorithm algorithm, std::initializer_list<ByteView> parts) {
  thread_local const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_DigestInit_ex2(context.get(), Fetched(algorithm), nullptr);
  for (const ByteView part : parts) {
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  }
  Bytes digest(DigestSize(algorithm));
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

Hasher::Hasher(HashAlgorithm algorithm)
    : context_(std::make_unique<Context>()) {
  context_->size = DigestSize(algorithm);
  EVP_DigestInit_ex2(context_->md.get(), Fetched(algorithm), nullptr);
}

Hasher::Hasher(const Hasher& other) : context_(std::make_unique<Context>()) {
  *this = other;
}

Hasher& Hasher::operator=(const Hasher& other) {
  if (this == &other) return *this;
  context_->size = other.context_->size;
  EVP_MD_CTX_copy_ex(context_->md.get(), other.context_->md.get());
  return *this;
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::Update(ByteView bytes) {
  EVP_DigestUpdate(context_->md.get(), bytes.data(), bytes.size());
}

Bytes Hasher::Digest() const {
  const EvpMdCtxPtr copy(EVP_MD_CTX_new());
  EVP_MD_CTX_copy_ex(copy.get(), context_->md.get());
  Bytes digest(context_->size);
  EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr);
  return digest;
}

}  // namespace evidenced
