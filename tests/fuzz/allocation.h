#ifndef TESTS_FUZZ_ALLOCATION_H_
#define TESTS_FUZZ_ALLOCATION_H_

#include <cstddef>

#include "tests/fuzz/properties.h"

namespace evidenced {

// All that operator new gave so far, whether it is still held or not.
size_t AllocatedBytes();

// What `parse` gives. Ends the run if it takes more memory than bytes that are
// there justify: a length that they claim must not count. An event of 16 bytes
// becomes one of 200 in memory, and a vector grows in steps.
template <typename Parse>
auto Bounded(size_t size, Parse parse) {
  constexpr size_t kAlways = size_t{1} << 20;
  constexpr size_t kForEachByte = 64;
  const size_t before = AllocatedBytes();
  auto parsed = parse();
  Require(AllocatedBytes() - before <= kAlways + kForEachByte * size);
  return parsed;
}

}  // namespace evidenced

#endif  // TESTS_FUZZ_ALLOCATION_H_
