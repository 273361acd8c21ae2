#ifndef TESTS_SUPPORT_TEE_EMULATOR_BLOB_H_
#define TESTS_SUPPORT_TEE_EMULATOR_BLOB_H_

#include <cstdint>
#include <string>
#include <vector>

namespace tee_emulator {

// The emulator shares no code with what is tested, so it has bytes of its own.
using Blob = std::vector<uint8_t>;

// Overwrites what is at `offset` with `value`, least significant byte first.
template <typename T>
void PutLe(Blob& blob, size_t offset, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) {
    blob.at(offset + i) =
        static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
  }
}

template <typename Bytes>
void PutBytes(Blob& blob, size_t offset, const Bytes& bytes) {
  for (const auto byte : bytes) {
    blob.at(offset++) = static_cast<uint8_t>(byte);
  }
}

// Ends the emulator: it cannot do what it is for.
[[noreturn]] void Fail(const std::string& what);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_BLOB_H_
