// What a parser allocates depends on the bytes that are there, never on a
// length that they claim.
#include <cstdlib>
#include <new>
#include <string>

#include "gtest/gtest.h"

#include "evidence/log/boot_facts.h"
#include "evidence/log/describe.h"
#include "evidence/log/log_file.h"
#include "evidence/log/replay.h"
#include "tests/evidence/log/log_builder.h"

namespace {

size_t allocated = 0;

}  // namespace

// All allocations of this program, as long as it runs. Inlined, the compiler
// would see a new that ends in a free.
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
namespace {

constexpr size_t kInputSize = 76;
constexpr size_t kLimit = 1U << 20;

// All that is done with a log of each form.
void ParseAsEverything(ByteView bytes) {
  for (const LogFileForm form :
       {LogFileForm::kTcg1, LogFileForm::kTcg2, LogFileForm::kCcel,
        LogFileForm::kIma, LogFileForm::kImaAscii}) {
    const auto log = ParseLogFile(form, bytes);
    if (!log.ok()) continue;
    for (const LogEvent& event : log->events) DescribeEvent(*log, event);
    if (log->format != LogFormat::kIma) FindBootFacts(*log);
    Replay(*log, log->banks);
  }
  CountSignatures(bytes);
}

size_t CostOf(const Bytes& bytes) {
  EXPECT_EQ(bytes.size(), kInputSize);
  const size_t before = allocated;
  ParseAsEverything(bytes);
  return allocated - before;
}

Bytes Padded(Bytes bytes) {
  bytes.resize(kInputSize, 0x41);
  return bytes;
}

TEST(Memory, TheCounterCounts) {
  const size_t before = allocated;
  const Bytes bytes(kLimit, 0);
  EXPECT_GE(allocated - before, kLimit);
}

TEST(Memory, A76ByteInputCostsLessThanAMebibyte) {
  // The first use of a hash fetches all of them.
  Sha256({});
  const Bytes spec_id = SpecId({{kSha256Id, 32}});
  for (const Bytes& start :
       {Bytes(), Bytes(kInputSize, 0xff), Bytes(kInputSize, 0x00), spec_id,
        Bytes(spec_id.begin(), spec_id.begin() + 60),
        ImaEntry(10, Bytes(20, 1), "ima-ng", {}),
        Tcg1Event(7, kDriverConfig, Bytes(20, 1), {}),
        ToBytes(AsBytes("10 0000000000000000000000000000000000000000 n|n "))}) {
    const Bytes whole = Padded(start);
    EXPECT_LT(CostOf(whole), kLimit);
    // Every field of four bytes in turn claims the most that it can.
    for (size_t at = 0; at + 4 <= kInputSize; ++at) {
      Bytes bytes = whole;
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, 0xff);
      EXPECT_LT(CostOf(bytes), kLimit) << at;
      bytes[at + 3] = 0x7f;
      EXPECT_LT(CostOf(bytes), kLimit) << at;
    }
  }
}

}  // namespace
}  // namespace evidenced
