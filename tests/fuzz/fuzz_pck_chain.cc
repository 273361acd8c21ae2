// The certificates of a chain in DER, one behind the other, are its bytes;
// there are never more than a few. As a mask of bits to flip in the chain of a
// platform, the input makes one that verifies exactly if nothing is flipped.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "quote/crypto/pem.h"
#include "quote/tdx/verify_pck.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Certificate;
using evidenced::Require;
using evidenced::TdxTestPki;

Bytes Joined(const std::vector<Certificate>& certificates) {
  Bytes out;
  for (const Certificate& one : certificates) {
    out.insert(out.end(), one.der().begin(), one.der().end());
  }
  return out;
}

bool Verifies(const std::vector<Certificate>& chain, const TdxTestPki& pki) {
  const auto pck = evidenced::FindPck(chain);
  return pck.ok() && VerifyPck(*pck, chain, pki.Trust()).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kPki = new TdxTestPki();
  static const auto* const kGood = new Bytes(
      Joined({kPki->pck().certificate, kPki->platform_ca().certificate,
              kPki->root().certificate}));
  const ByteView input(data, size);
  const auto read = evidenced::ReadPckChain(input);
  if (read.ok()) {
    Require(!read->empty() && read->size() <= evidenced::kMaxPckCertificates);
    Require(evidenced::IsPem(input) || evidenced::Equal(Joined(*read), input));
    Require(!Verifies(*read, *kPki));
  }
  const Bytes flipped = evidenced::Flipped(*kGood, input);
  const auto chain = evidenced::ReadPckChain(flipped);
  Require((chain.ok() && Verifies(*chain, *kPki)) == (flipped == *kGood));
  return 0;
}
