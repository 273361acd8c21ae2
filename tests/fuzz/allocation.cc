#include "tests/fuzz/allocation.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// libFuzzer has threads of its own.
std::atomic<size_t> allocated = 0;

}  // namespace

// All of this program. Inlined, the compiler would see a new that ends in a
// free.
[[gnu::noinline]] void* operator new(size_t size) {
  allocated += size;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}

namespace evidenced {

size_t AllocatedBytes() { return allocated; }

}  // namespace evidenced
