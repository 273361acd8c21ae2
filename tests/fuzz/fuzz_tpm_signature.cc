// A TPMT_SIGNATURE that no AK made verifies nothing: not the input, and not an
// AK's own signature with the input's bits flipped, with the input put into it
// or in place of its end. A statement splits into what it is joined of again.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "quote/tpm/quote.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tpm_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::TestAk;

struct Signed {
  evidenced::TpmPublicArea ak;
  Bytes signature;
};

const Bytes& Attest() {
  static const auto* const kAttest = [] {
    const std::vector<uint32_t> pcrs = {0, 7};
    const auto bank = evidenced::HashAlgorithm::kSha256;
    return new Bytes(evidenced::QuoteBytes(
        Bytes(32, 0x5a), {{bank, pcrs}}, evidenced::SomePcrValues(bank, pcrs)));
  }();
  return *kAttest;
}

// One for each scheme.
const std::vector<Signed>& Good() {
  static const auto* const kGood = [] {
    auto* out = new std::vector<Signed>();
    for (const TestAk& ak : {evidenced::MakeEccAk(),
                             evidenced::MakeRsaAk(evidenced::kTpmAlgRsassa),
                             evidenced::MakeRsaAk(evidenced::kTpmAlgRsapss)}) {
      out->push_back({ak.PublicArea(), evidenced::Sign(ak, Attest())});
      Require(
          VerifyTpmQuote(Attest(), out->back().signature, out->back().ak).ok());
    }
    return out;
  }();
  return *kGood;
}

void Refuse(const Bytes& signature, const Signed& good) {
  if (signature == good.signature) return;
  Require(!VerifyTpmQuote(Attest(), signature, good.ak).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto split = evidenced::SplitTpmStatement(bytes);
  if (split.ok()) {
    Require(evidenced::Equal(
        evidenced::Statement(split->attest, split->signature), bytes));
  }
  for (const Signed& good : Good()) {
    Refuse(evidenced::ToBytes(bytes), good);
    Refuse(evidenced::Flipped(good.signature, bytes), good);
    const auto place =
        static_cast<std::ptrdiff_t>(size % (good.signature.size() + 1));
    Bytes longer = good.signature;
    longer.insert(longer.begin() + place, bytes.begin(), bytes.end());
    Refuse(longer, good);
    Bytes ended(good.signature.begin(), good.signature.begin() + place);
    ended.insert(ended.end(), bytes.begin(), bytes.end());
    Refuse(ended, good);
    if (!split.ok()) continue;
    Require(!VerifyTpmQuote(split->attest, split->signature, good.ak).ok());
    Require(!VerifyTpmQuote(split->attest, good.signature, good.ak).ok());
  }
  return 0;
}
