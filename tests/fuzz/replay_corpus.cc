// Runs a fuzz target's entry point over each file of a corpus folder, and over
// each of them with every byte cut off its end, with single bits flipped and,
// where the target has a mutator, mutated by it, so that the targets are
// ordinary tests where there is no libFuzzer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <vector>

#include "tests/fuzz/mutator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
#pragma weak LLVMFuzzerCustomMutator

// One bit flipped, which one the size and the first byte say: a replay is
// always the same.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size,
                                   size_t max_size) {
  if (size == 0) return std::min<size_t>(max_size, 1);
  data[data[0] % size] ^= static_cast<uint8_t>(1U << (size % 8));
  return size;
}

namespace {

constexpr size_t kMaxVariants = 512;
constexpr unsigned int kMutations = 256;

void Run(const std::vector<uint8_t>& input) {
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void RunMutations(const std::vector<uint8_t>& input) {
  if (LLVMFuzzerCustomMutator == nullptr) return;
  for (unsigned int seed = 1; seed <= kMutations; ++seed) {
    std::vector<uint8_t> mutated = input;
    mutated.resize(2 * input.size() + 1);
    mutated.resize(LLVMFuzzerCustomMutator(mutated.data(), input.size(),
                                           mutated.size(), seed));
    Run(mutated);
  }
}

void RunWithVariants(std::vector<uint8_t> input) {
  Run(input);
  RunMutations(input);
  const size_t step = input.size() / kMaxVariants + 1;
  for (size_t i = 0; i < input.size(); i += step) {
    input[i] ^= static_cast<uint8_t>(1U << (i % 8));
    Run(input);
    input[i] ^= static_cast<uint8_t>(1U << (i % 8));
    Run(std::vector<uint8_t>(input.begin(),
                             input.begin() + static_cast<std::ptrdiff_t>(i)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS_FOLDER\n";
    return 2;
  }
  std::error_code error;
  size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(argv[1], error)) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (!in) {
      std::cerr << "expected a readable file, found none: " << entry.path()
                << "\n";
      return 1;
    }
    RunWithVariants(std::vector<uint8_t>(std::istreambuf_iterator<char>(in),
                                         std::istreambuf_iterator<char>()));
    ++files;
  }
  if (files == 0) {
    std::cerr << "expected files in " << argv[1] << ", found none\n";
    return 1;
  }
  std::cout << files << " corpus files replayed\n";
  return 0;
}
