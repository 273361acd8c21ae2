#ifndef TESTS_QUOTE_TDX_FIXTURE_H_
#define TESTS_QUOTE_TDX_FIXTURE_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"

namespace evidenced {

// A capture that others made, with what an independent script found in it.
struct Fixture {
  std::filesystem::path folder;
  nlohmann::json expected;

  std::string name() const { return folder.filename(); }
  Bytes Read(const std::string& file) const {
    std::ifstream in(folder / file, std::ios::binary);
    EXPECT_TRUE(in.good()) << folder / file;
    return {std::istreambuf_iterator<char>(in),
            std::istreambuf_iterator<char>()};
  }
  // The file that plays this part.
  Bytes Role(const char* role) const {
    return Read(expected.at("roles").at(role).get<std::string>());
  }
  bool Has(const char* role) const {
    return expected.at("roles").contains(role);
  }
};

// All cases of `kind` beside the project, by name.
inline std::vector<Fixture> FixturesOf(const std::string& kind) {
  std::vector<Fixture> out;
  const std::filesystem::path all(SHARED_DIR "/fixtures/" + kind);
  for (const auto& entry : std::filesystem::directory_iterator(all)) {
    std::ifstream in(entry.path() / "expected.json");
    out.push_back(
        {.folder = entry.path(), .expected = nlohmann::json::parse(in)});
  }
  std::sort(out.begin(), out.end(), [](const Fixture& a, const Fixture& b) {
    return a.folder < b.folder;
  });
  EXPECT_FALSE(out.empty()) << all;
  return out;
}

}  // namespace evidenced

#endif  // TESTS_QUOTE_TDX_FIXTURE_H_
