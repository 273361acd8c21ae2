#include "quote/snp/roots.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "third_party/pinned_amd.h"

namespace evidenced {
namespace {

struct Pinned {
  SnpProduct product;
  absl::string_view spki_sha256;
};

constexpr std::array<Pinned, 3> kPinned = {{
    {SnpProduct::kMilan, kArkMilanSha256},
    {SnpProduct::kGenoa, kArkGenoaSha256},
    {SnpProduct::kTurin, kArkTurinSha256},
}};

}  // namespace

SnpRoots AmdSnpRoots() {
  SnpRoots roots;
  for (const Pinned& pinned : kPinned) {
    roots.push_back({.product = pinned.product,
                     .spki_sha256 = FromHex(pinned.spki_sha256).value()});
  }
  return roots;
}

SnpRoots WithSnpRoot(SnpRoots roots, ByteView spki_sha256,
                     std::optional<SnpProduct> product) {
  for (const Pinned& pinned : kPinned) {
    if (product.has_value() && *product != pinned.product) continue;
    roots.push_back(
        {.product = pinned.product, .spki_sha256 = ToBytes(spki_sha256)});
  }
  return roots;
}

absl::Status CheckSnpRoot(const Certificate& ark, SnpProduct product,
                          const SnpRoots& roots) {
  const bool pinned =
      std::any_of(roots.begin(), roots.end(), [&](const SnpRoot& root) {
        return root.product == product && root.spki_sha256 == ark.spki_sha256();
      });
  if (pinned) return absl::OkStatus();
  return Classified(
      ErrorClass::kUntrustedRoot,
      absl::UnauthenticatedError(absl::StrFormat(
          "expected a root key that is trusted for %s, found %s of %s",
          SnpProductName(product), Hex(ark.spki_sha256()), ark.subject())));
}

bool IsAmdSnpRoot(const Certificate& ark, SnpProduct product) {
  static const auto* const kRoots = new SnpRoots(AmdSnpRoots());
  return CheckSnpRoot(ark, product, *kRoots).ok();
}

}  // namespace evidenced
