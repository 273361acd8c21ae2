// A CCEL table is as long as it says, and its checksum tells of each flipped
// bit that leaves it one.
#include <cstddef>
#include <cstdint>

#include "evidence/log/ccel_table.h"
#include "tests/fuzz/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto table = evidenced::ParseCcelTable(bytes);
  if (!table.ok()) {
    evidenced::Require(evidenced::IsPrintable(table.status().message()));
    return 0;
  }
  evidenced::Require(table->length == size);
  evidenced::Bytes flipped = evidenced::ToBytes(bytes);
  for (size_t bit = 0; bit < 8 * size; ++bit) {
    const auto mask = static_cast<uint8_t>(1U << bit % 8);
    flipped[bit / 8] ^= mask;
    const auto other = evidenced::ParseCcelTable(flipped);
    evidenced::Require(!other.ok() ||
                       !(other->checksum_ok && table->checksum_ok));
    flipped[bit / 8] ^= mask;
  }
  return 0;
}
