// What is read of a service's answer beside its body, and of a mirror's name:
// an issuer chain in a header is plain text that gives the same again when it
// is encoded, a wait is bounded, and a service's name is https and stays as it
// is when it is read again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "agent/client/collateral_pem.h"
#include "agent/client/collateral_urls.h"
#include "agent/client/http_patience.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::IsPrintable;
using evidenced::Require;

std::string EveryByteEncoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    absl::StrAppendFormat(&out, "%%%02x", static_cast<uint8_t>(c));
  }
  return out;
}

void CheckHeader(const std::string& text) {
  const auto pem = evidenced::PemFromHeader(text);
  if (!pem.ok()) {
    Require(IsPrintable(pem.status().message()));
    return;
  }
  Require(evidenced::CheckPlainPem(*pem).ok());
  Require(pem->size() <= text.size() + 1 && absl::EndsWith(*pem, "\n"));
  const auto again = evidenced::PemFromHeader(EveryByteEncoded(*pem));
  Require(again.ok() && *again == *pem);
}

void CheckWait(const std::string& text) {
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  const auto wait = evidenced::RetryAfter(text, now);
  if (!wait.has_value()) return;
  Require(*wait >= absl::ZeroDuration() && *wait <= absl::Hours(7 * 24));
}

void CheckBase(const std::string& text) {
  const auto base = evidenced::ServiceBase(text);
  if (!base.ok()) {
    Require(IsPrintable(base.status().message()));
    return;
  }
  Require(absl::StartsWith(*base, "https://") && IsPrintable(*base));
  Require(!absl::EndsWith(*base, "/") && !absl::StrContains(*base, "@"));
  const auto again = evidenced::ServiceBase(*base);
  Require(again.ok() && *again == *base);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = evidenced::ToString(evidenced::ByteView(data, size));
  CheckHeader(text);
  CheckWait(text);
  CheckBase(text);
  return 0;
}
