// Runs every case of a file of binding vectors: `accept` must verify with every
// intermediate value as given, `refuse` must be refused with the class given.
#include "tests/evidence/binding/binding_vectors.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace {

constexpr absl::string_view kFlag = "--vectors=";

using evidenced::Json;
using Runner = std::vector<std::string> (*)(const Json&);

struct Count {
  int passed = 0;
  int failed = 0;
};

std::vector<std::string> RunCase(const Json& test_case, Runner runner) {
  // The JSON library throws on a field that is absent or of another type.
  try {
    return runner(test_case);
  } catch (const Json::exception& error) {
    return {error.what()};
  }
}

void RunAll(const Json& vectors, const char* list, Runner runner,
            Count& count) {
  for (const Json& test_case : vectors.value(list, Json::array())) {
    const std::vector<std::string> differences = RunCase(test_case, runner);
    if (differences.empty()) {
      ++count.passed;
      continue;
    }
    ++count.failed;
    const std::string name =
        test_case.is_object() ? test_case.value("name", "?") : "?";
    std::string line;
    for (const std::string& difference : differences) {
      line += (line.empty() ? "" : "; ") + difference;
    }
    std::printf("FAILED %s %s: %s\n", list, name.c_str(), line.c_str());
  }
}

int Run(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "expected a readable file, found none: %s\n",
                 path.c_str());
    return 2;
  }
  const std::string text((std::istreambuf_iterator<char>(in)),
                         std::istreambuf_iterator<char>());
  const Json vectors = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!vectors.is_object()) {
    std::fprintf(stderr, "expected a JSON object, found something else: %s\n",
                 path.c_str());
    return 2;
  }
  Count count;
  RunAll(vectors, "accept", evidenced::RunAccept, count);
  RunAll(vectors, "refuse", evidenced::RunRefuse, count);
  std::printf("%d passed, %d failed\n", count.passed, count.failed);
  // A file without a case shows nothing.
  return count.failed == 0 && count.passed > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (absl::StartsWith(argument, kFlag)) {
      path = std::string(argument.substr(kFlag.size()));
    }
  }
  if (argc != 2 || path.empty()) {
    std::fprintf(stderr, "usage: %s --vectors=FILE\n", argv[0]);
    return 2;
  }
  return Run(path);
}
