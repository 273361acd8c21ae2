#include "quote/tpm/pinned_roots.h"

#include <string>

namespace evidenced {
namespace {

struct PinnedKey {
  absl::string_view spki_sha256;
  absl::string_view name;
};

constexpr PinnedKey kRoots[] = {
    {"56a613f57126a385dd6949294e93b0b566f96ab0573be0c2368e6f5ca779831f",
     "Google EK/AK CA Root"},
    {"f23057f4f97d1d90e4cae0ce91d5a0fc99069f0a1bc147021dca33b1e9c4d0d9",
     "Google cloud host EK root"}};

}  // namespace

absl::string_view PinnedTpmRoot(ByteView spki_sha256) {
  const std::string hex = Hex(spki_sha256);
  for (const PinnedKey& root : kRoots) {
    if (root.spki_sha256 == hex) return root.name;
  }
  return "";
}

}  // namespace evidenced
