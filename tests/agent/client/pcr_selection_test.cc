#include "agent/client/pcr_selection.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

PcrSelections Selections(absl::string_view text) {
  const auto parsed = *ParsePcrSelection(text);
  return {parsed.begin(), parsed.end()};
}

TEST(ParsePcrSelection, TakesListsAndRanges) {
  const auto parsed = ParsePcrSelection("sha256:7,0-2,4+sha384:17-22");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 2);
  EXPECT_EQ((*parsed)[0].algorithm(), v1::SHA256);
  EXPECT_THAT((*parsed)[0].pcrs(), ElementsAre(0, 1, 2, 4, 7));
  EXPECT_THAT((*parsed)[1].pcrs(), ElementsAre(17, 18, 19, 20, 21, 22));
}

TEST(ParsePcrSelection, RefusesOtherForms) {
  for (const char* text :
       {"", "sha256", "sha256:", "md5:1", "sha256:24", "sha256:1,1",
        "sha256:0-3,2", "sha256:3-1", "sha256:1-", "sha256:-1", "sha256:1-2-3",
        "sha256:0-24", "sha256:0-4294967295", "sha256:1+sha256:2", "sha256:1+",
        "sha256:1,"}) {
    EXPECT_FALSE(ParsePcrSelection(text).ok()) << text;
  }
}

TEST(SelectionText, IsWhatTheParserTakes) {
  for (const char* text : {"sha256:0-15,17-22", "sha256:7", "sha1:0,2+sha512:5",
                           "sha384:0-1,3,5-7"}) {
    EXPECT_EQ(SelectionText(Selections(text)), text);
  }
  EXPECT_EQ(SelectionText({}), "the default");
}

TEST(PcrsText, JoinsNeighboursAlone) {
  const uint32_t pcrs[] = {0, 1, 2, 4, 6, 7};
  EXPECT_EQ(PcrsText(pcrs), "0-2, 4, 6-7");
  EXPECT_EQ(PcrsText({}), "");
}

TEST(SelectionFromProto, TakesWhatTheParserGives) {
  const auto banks = SelectionFromProto(Selections("sha256:0,7"));
  ASSERT_TRUE(banks.ok()) << banks.status();
  ASSERT_EQ(banks->size(), 1);
  EXPECT_EQ((*banks)[0].algorithm, HashAlgorithm::kSha256);
  EXPECT_THAT((*banks)[0].pcrs, ElementsAre(0, 7));
}

TEST(SelectionFromProto, RefusesWhatNoParserGives) {
  PcrSelections twice = Selections("sha256:0");
  *twice.Add() = twice[0];
  PcrSelections unknown = Selections("sha256:0");
  unknown[0].set_algorithm(static_cast<v1::HashAlgorithm>(99));
  PcrSelections none = Selections("sha256:0");
  none[0].clear_pcrs();
  PcrSelections falling = Selections("sha256:1");
  falling[0].add_pcrs(0);
  PcrSelections same = Selections("sha256:1");
  same[0].add_pcrs(1);
  PcrSelections far = Selections("sha256:1");
  far[0].add_pcrs(24);
  for (const PcrSelections& selections :
       {twice, unknown, none, falling, same, far}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(SelectionFromProto(selections).status()));
  }
}

}  // namespace
}  // namespace evidenced
