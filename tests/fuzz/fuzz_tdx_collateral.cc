// The first byte chooses TCB info or identity, the rest is text. A body stands
// in its text byte by byte, and comes out the same of a text made around it.
// What TCB signing signs verifies exactly if it is read; with a bit flipped, a
// byte added or left out, never.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "quote/tdx/collateral.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::ValidityTime;
using evidenced::VerifiedTcbSigning;

// ,"signature":"..."}
constexpr size_t kBehindBody = 14 + 128 + 2;

const evidenced::TdxTestPki& Pki() { return evidenced::SharedTdxMachine().pki; }

bool Reads(bool tcb_info, absl::string_view body) {
  return tcb_info ? evidenced::ParseTcbInfo(body).ok()
                  : evidenced::ParseQeIdentity(body).ok();
}

bool Verifies(bool tcb_info, const std::string& text) {
  static const auto* const kSigning =
      new VerifiedTcbSigning(evidenced::VerifiedSigning(Pki()));
  const ByteView bytes = evidenced::AsBytes(text);
  const ValidityTime time = ValidityTime::NotChecked();
  return tcb_info ? VerifyTcbInfo(bytes, *kSigning, time).ok()
                  : VerifyQeIdentity(bytes, *kSigning, time).ok();
}

std::string KeyOf(bool tcb_info) {
  return std::string(tcb_info ? evidenced::kTcbInfoKey
                              : evidenced::kQeIdentityKey);
}

std::string Signed(bool tcb_info, const std::string& body) {
  return tdx_quoter::SignedText(KeyOf(tcb_info), body,
                                Pki().tcb_signing().key.evp());
}

void CheckBody(bool tcb_info, const std::string& body) {
  const std::string text = Signed(tcb_info, body);
  Require(Verifies(tcb_info, text) == Reads(tcb_info, body));
  const size_t start = text.size() - body.size() - kBehindBody;
  for (const Bytes& neighbour :
       evidenced::Neighbours(evidenced::AsBytes(body))) {
    std::string other = text;
    other.replace(start, body.size(), evidenced::ToString(neighbour));
    if (!Verifies(tcb_info, other)) continue;
    // A space beside the body is not in it.
    Require(
        evidenced::SplitSignedJson(KeyOf(tcb_info), evidenced::AsBytes(other))
            ->body == body);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const bool tcb_info = data[0] % 2 == 0;
  const std::string text = evidenced::ToString(ByteView(data, size).subspan(1));
  const std::string key = KeyOf(tcb_info);
  const auto split = evidenced::SplitSignedJson(key, evidenced::AsBytes(text));
  if (!split.ok()) {
    Require(!Verifies(tcb_info, text));
    return 0;
  }
  Require(text.find(split->body) != std::string::npos);
  const std::string around = Signed(tcb_info, split->body);
  const auto again =
      evidenced::SplitSignedJson(key, evidenced::AsBytes(around));
  Require(again.ok() && again->body == split->body);
  CheckBody(tcb_info, split->body);
  return 0;
}
