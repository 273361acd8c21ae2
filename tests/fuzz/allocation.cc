#include "tests/fuzz/allocation.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// libFuzzer has threads of its own.
std::atomic<size_t> allocated = 0;

}  // namespace

// All of this program, but for arrays. Inlined, the compiler would see a new
// that ends in a free.
[[gnu::noinline]] void* operator new(size_t size,
                                     const std::nothrow_t& /*none*/) noexcept {
  allocated += size;
  return std::malloc(size);
}
[[gnu::noinline]] void* operator new(size_t size) {
  void* memory = operator new(size, std::nothrow);
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
