// What parses as a transcript is written again as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "evidence/binding/transcript.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto transcript = evidenced::ParseTranscript(bytes);
  if (!transcript.ok()) return 0;
  const auto again = evidenced::EncodeTranscript(*transcript);
  if (!again.ok() || !evidenced::Equal(*again, bytes)) std::abort();
  return 0;
}
