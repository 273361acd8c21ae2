// What parses as a manifest is written again as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "evidence/binding/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto manifest = evidenced::ParseManifest(bytes);
  if (!manifest.ok()) return 0;
  const auto again = evidenced::EncodeManifest(manifest->entries);
  if (!again.ok() || !evidenced::Equal(*again, bytes)) std::abort();
  return 0;
}
