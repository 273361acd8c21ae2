// What is read as a TD's quote is written again from its fields as the same
// bytes, and as another version only by its head. As a mask of bits to flip in
// a quote that a platform signed, the input makes one that verifies exactly if
// header, body, signatures, key, QE report and authentication data are what
// they were and nothing but zeros is behind.
#include <cstddef>
#include <cstdint>

#include "quote/tdx/verify.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tdx/tdx_builder.h"
#include "tests/quote/tdx/tdx_marshal.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::TdxQuote;
using evidenced::VerifiedPck;

const evidenced::TdxMachine& Machine() { return evidenced::SharedTdxMachine(); }

Bytes MakeGood(uint16_t version) {
  tdx_quoter::QuoteSpec spec;
  spec.version = version;
  spec.td15 = version == 5;
  spec.pck_chain = Bytes(8, 0x50);  // the chain is verified apart
  spec.slack = Bytes(4, 0);
  spec.trailing = Bytes(4, 0);
  return Machine().Quote(spec);
}

// With the PCK's certificates as in `good`, which the QE did not sign.
bool IsGood(const TdxQuote& found, const Bytes& good) {
  TdxQuote same = found;
  const TdxQuote expected = evidenced::ParseTdxQuote(good).value();
  same.pck_type = expected.pck_type;
  same.pck_data = expected.pck_data;
  const auto zero = [](const Bytes& bytes) {
    return bytes == Bytes(bytes.size(), 0);
  };
  if (!zero(same.slack) || !zero(same.trailing)) return false;
  same.slack = expected.slack;
  same.trailing = expected.trailing;
  return evidenced::MarshalTdxQuote(same) == good;
}

void CheckFlipped(ByteView mask, const Bytes& good) {
  static const auto* const kPck = new VerifiedPck(Machine().pki.Verified());
  const Bytes flipped = evidenced::Flipped(good, mask);
  const auto parsed = evidenced::ParseTdxQuote(flipped);
  const bool verifies =
      VerifyTdxQuote(flipped, *kPck, evidenced::TestQuotingEnclaves()).ok();
  Require(verifies ==
          (parsed.ok() && parsed->td.has_value() && IsGood(*parsed, good)));
}

void CheckParsed(ByteView bytes) {
  const auto quote = evidenced::ParseTdxQuote(bytes);
  if (!quote.ok()) return;
  Require(quote->td.has_value() != quote->enclave.has_value());
  Require(quote->td.has_value() == (quote->header.version != 3));
  if (!quote->td.has_value()) return;
  Require(evidenced::Equal(evidenced::MarshalTdxQuote(*quote), bytes));
  // Up to where its data ends, and not a byte less.
  const ByteView used = bytes.first(bytes.size() - quote->trailing.size());
  Require(evidenced::ParseTdxQuote(used).ok());
  Require(!evidenced::ParseTdxQuote(used.first(used.size() - 1)).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kVersion4 = new Bytes(MakeGood(4));
  static const auto* const kVersion5 = new Bytes(MakeGood(5));
  const ByteView bytes(data, size);
  CheckParsed(bytes);
  // Signatures take a hundred times as long as all of the above.
  const uint8_t chosen = evidenced::Sha256(bytes).front();
  if (chosen % 8 == 0) CheckFlipped(bytes, *kVersion4);
  if (chosen % 8 == 1) CheckFlipped(bytes, *kVersion5);
  return 0;
}
