// Runs every case of a file of binding vectors: `accept` must verify with every
// intermediate value as given, `refuse` must be refused with the class given.
#include "tests/evidence/binding/binding_vectors.h"

#include <exception>
#include <fstream>
#include <iostream>
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

std::string NameOf(const Json& test_case) {
  const auto name = test_case.find("name");
  return name != test_case.end() && name->is_string() ? name->get<std::string>()
                                                      : "without a name";
}

void RunAll(const Json& vectors, const char* list, Runner runner,
            Count& count) {
  if (!vectors.contains(list)) return;
  for (const Json& test_case : vectors.at(list)) {
    const std::vector<std::string> differences = RunCase(test_case, runner);
    if (differences.empty()) {
      ++count.passed;
      continue;
    }
    ++count.failed;
    const std::string name = NameOf(test_case);
    std::string line;
    for (const std::string& difference : differences) {
      line += (line.empty() ? "" : "; ") + difference;
    }
    std::cout << "FAILED " << list << " " << name << ": " << line << "\n";
  }
}

int Run(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::cerr << "expected a readable file, found none: " << path << "\n";
    return 2;
  }
  const std::string text((std::istreambuf_iterator<char>(in)),
                         std::istreambuf_iterator<char>());
  const Json vectors = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!vectors.is_object()) {
    std::cerr << "expected a JSON object, found something else: " << path
              << "\n";
    return 2;
  }
  Count count;
  RunAll(vectors, "accept", evidenced::RunAccept, count);
  RunAll(vectors, "refuse", evidenced::RunRefuse, count);
  std::cout << count.passed << " passed, " << count.failed << " failed\n";
  // A file without a case shows nothing.
  return count.failed == 0 && count.passed > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const absl::string_view argument = argc == 2 ? argv[1] : "";
    if (!absl::StartsWith(argument, kFlag)) {
      std::cerr << "usage: binding_vectors_test --vectors=FILE\n";
      return 2;
    }
    return Run(std::string(argument.substr(kFlag.size())));
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
