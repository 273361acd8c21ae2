// What parses as a public area keeps its bytes, holds a key that is a key by
// itself, and is no public area with a byte less or more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "quote/tpm/public_area.h"

namespace {

using ::evidenced::Bytes;
using ::evidenced::ByteView;

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto area = evidenced::ParseTpmPublic(bytes);
  if (!area.ok()) return 0;
  Require(evidenced::Equal(area->bytes, bytes));
  Require(area->Name().size() ==
          2 + evidenced::DigestSize(area->name_algorithm));
  const auto key = evidenced::PublicKey::FromSpki(area->key.spki());
  Require(key.ok() && key->spki_sha256() == area->key.spki_sha256());
  Require(!evidenced::ParseTpmPublic(bytes.first(size - 1)).ok());
  Bytes longer = evidenced::ToBytes(bytes);
  longer.push_back(0);
  Require(!evidenced::ParseTpmPublic(longer).ok());
  return 0;
}
