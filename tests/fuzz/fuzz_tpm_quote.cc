// What parses as a quote is written again as a quote that says the same. What
// an AK signs verifies exactly if it parses, and with one bit flipped never.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "quote/tpm/quote.h"
#include "tests/quote/tpm_builder.h"

namespace {

using ::evidenced::Bytes;
using ::evidenced::ByteView;
using ::evidenced::TpmQuote;

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckWrittenAgain(const TpmQuote& quote) {
  const auto again = evidenced::ParseTpmQuote(
      evidenced::AttestBytes({.qualified_signer = quote.qualified_signer,
                              .extra_data = quote.extra_data,
                              .clock = quote.clock,
                              .firmware_version = quote.firmware_version,
                              .selection = quote.selection,
                              .pcr_digest = quote.pcr_digest}));
  Require(again.ok());
  Require(again->qualified_signer == quote.qualified_signer);
  Require(again->extra_data == quote.extra_data);
  Require(again->clock.clock_ms == quote.clock.clock_ms);
  Require(again->selection == quote.selection);
  Require(again->pcr_digest == quote.pcr_digest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kAk = new evidenced::TestAk(evidenced::MakeEccAk());
  static const auto* const kArea =
      new evidenced::TpmPublicArea(kAk->PublicArea());
  const ByteView bytes(data, size);
  // The input is a statement if it splits, else an attest alone.
  const auto split = evidenced::SplitTpmStatement(bytes);
  const ByteView attest = split.ok() ? split->attest : bytes;
  if (split.ok()) {
    Require(!VerifyTpmQuote(attest, split->signature, *kArea).ok());
  }
  const auto quote = evidenced::ParseTpmQuote(attest);
  if (quote.ok()) CheckWrittenAgain(*quote);
  const Bytes signature = evidenced::Sign(*kAk, attest);
  Require(VerifyTpmQuote(attest, signature, *kArea).ok() == quote.ok());
  if (attest.empty()) return 0;
  Bytes flipped = evidenced::ToBytes(attest);
  flipped[size % flipped.size()] ^= static_cast<uint8_t>(1U << (size % 8));
  Require(!VerifyTpmQuote(flipped, signature, *kArea).ok());
  return 0;
}
