// What parses as a TPMS_ATTEST is written again from its fields as the same
// bytes. What an AK signs verifies exactly if it parses, and by another AK, or
// with a bit flipped, a byte added or left out, never. Registers are the
// quote's exactly if they have its digest.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "quote/base/byte_reader.h"
#include "quote/tpm/quote.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tpm_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::PcrValues;
using evidenced::Require;
using evidenced::TestAk;
using evidenced::TpmPublicArea;
using evidenced::TpmQuote;

struct Ak {
  TestAk key;
  TpmPublicArea area;
};

Ak MakeAk() {
  const TestAk key = evidenced::MakeEccAk();
  return {.key = key, .area = key.PublicArea()};
}

// How many octets each selection has: a parsed one does not say.
std::vector<uint8_t> OctetsOf(ByteView attest) {
  evidenced::ByteReader in(attest);
  in.Take(6);  // magic, type
  in.Take(in.Be<uint16_t>());
  in.Take(in.Be<uint16_t>());
  in.Take(25);  // clock, firmware version
  std::vector<uint8_t> octets;
  for (auto count = in.Be<uint32_t>(); count > 0; --count) {
    in.Be<uint16_t>();
    octets.push_back(in.U8());
    in.Take(octets.back());
  }
  return octets;
}

void CheckWrittenAgain(ByteView attest, const TpmQuote& quote) {
  const Bytes again =
      evidenced::AttestBytes({.qualified_signer = quote.qualified_signer,
                              .extra_data = quote.extra_data,
                              .clock = quote.clock,
                              .firmware_version = quote.firmware_version,
                              .selection = quote.selection,
                              .octets = OctetsOf(attest),
                              .pcr_digest = quote.pcr_digest});
  Require(evidenced::Equal(again, attest));
}

// A quote of the same selection, over registers that we know.
void CheckRegisters(const TpmQuote& quote, const Ak& ak) {
  PcrValues values;
  for (const auto& bank : quote.selection) {
    values.merge(evidenced::SomePcrValues(bank.algorithm, bank.pcrs));
  }
  const Bytes attest =
      evidenced::QuoteBytes(quote.extra_data, quote.selection, values);
  const auto verified =
      VerifyTpmQuote(attest, evidenced::Sign(ak.key, attest), ak.area);
  Require(verified.ok() && VerifyPcrs(*verified, values).ok());
  if (values.empty()) return;
  PcrValues other = values;
  other.begin()->second.begin()->second.back() ^= 1;
  Require(!VerifyPcrs(*verified, other).ok());
  other = values;
  other.begin()->second.erase(other.begin()->second.begin());
  Require(!VerifyPcrs(*verified, other).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kAk = new Ak(MakeAk());
  static const auto* const kOther = new Ak(MakeAk());
  const ByteView attest(data, size);
  const auto quote = evidenced::ParseTpmQuote(attest);
  const Bytes signature = evidenced::Sign(kAk->key, attest);
  Require(VerifyTpmQuote(attest, signature, kAk->area).ok() == quote.ok());
  Require(!VerifyTpmQuote(attest, signature, kOther->area).ok());
  for (const Bytes& other : evidenced::Neighbours(attest)) {
    Require(!VerifyTpmQuote(other, signature, kAk->area).ok());
  }
  if (!quote.ok()) return 0;
  CheckWrittenAgain(attest, *quote);
  CheckRegisters(*quote, *kAk);
  return 0;
}
