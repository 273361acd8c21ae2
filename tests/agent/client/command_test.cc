#include "agent/client/command.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace evidenced {
namespace {

// A log of a million events takes gigabytes as JSON, so what is not shown is
// not made.
TEST(Output, MakesOnlyTheFormThatIsShown) {
  for (const bool json : {false, true}) {
    std::ostringstream out;
    std::ostringstream err;
    const Output output{out, err, Palette::None(), json};
    int objects = 0;
    int texts = 0;
    output.Print(
        [&]() -> nlohmann::ordered_json {
          ++objects;
          return {{"a", 1}};
        },
        [&] {
          ++texts;
          return std::string("text\n");
        });
    EXPECT_EQ(objects, json ? 1 : 0);
    EXPECT_EQ(texts, json ? 0 : 1);
    EXPECT_EQ(out.str(), json ? "{\n  \"a\": 1\n}\n" : "text\n");
  }
}

}  // namespace
}  // namespace evidenced
