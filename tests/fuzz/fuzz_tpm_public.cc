// What parses as a TPMT_PUBLIC is written again from its fields as the same
// bytes, and holds a key that is a key by itself. Neither the input nor an AK
// with the input's bits flipped verifies a quote of another key.
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tpm_builder.h"
#include "tests/quote/tpm_marshal.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::TestAk;
using evidenced::TpmPublicArea;

struct Quoted {
  TestAk ak;
  Bytes public_area;
  Bytes attest;
  Bytes signature;
};

Quoted MakeQuoted(const TestAk& ak) {
  const Bytes attest = evidenced::QuoteBytes(Bytes(32, 0x5a), {}, {});
  return {.ak = ak,
          .public_area = ak.PublicBytes(),
          .attest = attest,
          .signature = evidenced::Sign(ak, attest)};
}

void CheckArea(ByteView bytes, const TpmPublicArea& area) {
  Require(evidenced::Equal(area.bytes, bytes));
  Require(evidenced::Equal(evidenced::MarshalPublic(area), bytes));
  Require(area.Name().size() == 2 + evidenced::DigestSize(area.name_algorithm));
  const auto key = evidenced::PublicKey::FromSpki(area.key.spki());
  Require(key.ok() && key->spki_sha256() == area.key.spki_sha256());
  Require(!evidenced::ParseTpmPublic(bytes.first(bytes.size() - 1)).ok());
  Bytes longer = evidenced::ToBytes(bytes);
  longer.push_back(0);
  Require(!evidenced::ParseTpmPublic(longer).ok());
}

void CheckVerifiesNothingOf(const Quoted& quoted, const TpmPublicArea& area) {
  if (area.key.spki() == quoted.ak.key.Spki()) return;
  Require(!VerifyTpmQuote(quoted.attest, quoted.signature, area).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kEcc =
      new Quoted(MakeQuoted(evidenced::MakeEccAk()));
  static const auto* const kRsa =
      new Quoted(MakeQuoted(evidenced::MakeRsaAk(evidenced::kTpmAlgRsassa)));
  const ByteView bytes(data, size);
  const auto check = [](ByteView of) {
    const auto area = evidenced::ParseTpmPublic(of);
    if (!area.ok()) return;
    CheckArea(of, *area);
    CheckVerifiesNothingOf(*kEcc, *area);
    CheckVerifiesNothingOf(*kRsa, *area);
  };
  check(bytes);
  check(evidenced::Flipped(kEcc->public_area, bytes));
  check(evidenced::Flipped(kRsa->public_area, bytes));
  return 0;
}
