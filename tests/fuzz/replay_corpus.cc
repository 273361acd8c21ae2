// Runs a fuzz target's entry point over each file of a corpus folder, and over
// each of them with every byte cut off its end and with single bits flipped,
// so that the targets are ordinary tests where there is no libFuzzer.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kMaxVariants = 512;

void Run(const std::vector<uint8_t>& input) {
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void RunWithVariants(std::vector<uint8_t> input) {
  Run(input);
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
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
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
