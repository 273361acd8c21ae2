#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/client/json_evidence.h"
#include "agent/client/render_log.h"
#include "agent/client/render_platform.h"
#include "agent/client/render_verdict.h"
#include "agent/client/text.h"
#include "agent/client/verdict.h"
#include "tests/agent/client/ima_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Everything that a terminal could take for a command.
constexpr char kHostile[] =
    "\x1b]0;owned\x07\x1b[2J\r\x9b"
    "31m\x7f";

bool OnlyPrintable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (c >= 0x20 && c <= 0x7E);
  });
}

TEST(Plain, LeavesNoControlBytes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_TRUE(OnlyPrintable(Plain(all)));
  EXPECT_EQ(Plain("a\nb"), "a\\x0ab");
  EXPECT_EQ(Plain("a \"b\""), "a \"b\"");
}

TEST(Table, AlignsAndIndents) {
  Table table;
  table.Row({"a", "long", "x"});
  table.Row({"bbb", "", "y"});
  table.Row({"c"});
  EXPECT_EQ(table.Render(), "  a    long  x\n  bbb        y\n  c\n");
}

TEST(Palette, NoneAddsNothing) {
  EXPECT_EQ(Palette::None().Bold("x"), "x");
  EXPECT_EQ(Palette::Terminal().Good("x"), "\x1b[32mx\x1b[0m");
  EXPECT_THAT(Palette::Terminal().Bad("\x1b[2J"), HasSubstr("\\x1b[2J"));
}

// Three IMA events, the second with a name that attacks the terminal.
struct ImaLog {
  ImaLog() {
    for (const std::string& file :
         {std::string("/bin/first"), std::string("/bin/") + kHostile,
          std::string("/bin/third")}) {
      const Bytes entry = ImaEntry(file);
      bytes.insert(bytes.end(), entry.begin(), entry.end());
    }
    log = *ParseImaLog(bytes);
    view = LogView{"log.ima", &log, log.events, std::nullopt};
  }
  Bytes bytes;
  EventLog log;
  LogView view;
};

TEST(RenderEvents, EscapesWhatALogCarries) {
  const ImaLog ima;
  const std::string text = RenderEvents(ima.view, std::nullopt);
  EXPECT_TRUE(OnlyPrintable(text)) << text;
  EXPECT_THAT(text, HasSubstr("/bin/first"));
  EXPECT_THAT(text, HasSubstr("owned"));
  const std::string json = EventsToJson(ima.view, std::nullopt).dump(2);
  EXPECT_TRUE(OnlyPrintable(json)) << json;
}

TEST(RenderEvents, ShowsTheLastAndCountsTheRest) {
  const ImaLog ima;
  const std::string text = RenderEvents(ima.view, EventLimit(1));
  EXPECT_THAT(text, HasSubstr("2 earlier events not shown"));
  EXPECT_THAT(text, Not(HasSubstr("first")));
  EXPECT_THAT(text, HasSubstr("third"));
  EXPECT_THAT(RenderEvents(ima.view, EventLimit(0)), Not(HasSubstr("third")));
}

TEST(RenderEvents, MarksWhatTheQuoteDoesNotReach) {
  ImaLog ima;
  ima.view.quoted_events = 2;
  const std::string text = RenderEvents(ima.view, std::nullopt);
  const size_t heading = text.find("does not reach");
  ASSERT_NE(heading, std::string::npos) << text;
  EXPECT_LT(text.find("owned"), heading);
  EXPECT_GT(text.find("third"), heading);
  const auto json = EventsToJson(ima.view, std::nullopt);
  EXPECT_TRUE(json[1]["quoted"].get<bool>());
  EXPECT_FALSE(json[2]["quoted"].get<bool>());

  ima.view.quoted_events = 3;
  EXPECT_THAT(RenderEvents(ima.view, std::nullopt),
              Not(HasSubstr("does not reach")));
}

TEST(ParseEventLimit, TakesAllOrANumber) {
  EXPECT_EQ(*ParseEventLimit(""), EventLimit());
  EXPECT_EQ(*ParseEventLimit("7"), EventLimit(7));
  EXPECT_GT(**ParseEventLimit("all"), 1u << 30);
  for (const char* text : {"-1", "x", "1.5", "7 8"}) {
    EXPECT_FALSE(ParseEventLimit(text).ok()) << text;
  }
}

TEST(RenderChecks, EscapesAndShowsEachOutcome) {
  const Checks checks = {
      {"good", Outcome::kPass, "a", "a"},
      {"bad", Outcome::kFail, kHostile, std::string(200, 'x') + kHostile},
      {kHostile, Outcome::kNotChecked, "", "nothing"}};
  const std::string text = RenderChecks(checks, Palette::None());
  EXPECT_TRUE(OnlyPrintable(text)) << text;
  EXPECT_THAT(text, HasSubstr("  ok    good"));
  EXPECT_THAT(text, HasSubstr("expected a, found a\n"));
  EXPECT_THAT(text, HasSubstr("  FAIL  bad"));
}

TEST(Verdict, ReasonIsTheFirstFailure) {
  Verdict verdict;
  verdict.checks = {{"one", Outcome::kPass, "", ""},
                    {"two", Outcome::kFail, "", "why"},
                    {"three", Outcome::kFail, "", "later"}};
  EXPECT_FALSE(verdict.accepted());
  EXPECT_EQ(verdict.Reason(), "two: why");
  // Nothing failed, and still nothing verified: never accepted.
  verdict.checks.clear();
  EXPECT_FALSE(verdict.accepted());
  EXPECT_THAT(RenderVerdict(verdict, EventLimit(), Palette::None()),
              HasSubstr("\nREJECTED: "));
}

v1::Platform HostilePlatform() {
  v1::Platform platform;
  platform.set_agent_version(kHostile);
  platform.set_boot_id(kHostile);
  v1::Source* source = platform.add_sources();
  source->set_label(kHostile);
  source->set_reason(kHostile);
  source->mutable_tpm()->set_manufacturer(kHostile);
  source->mutable_tpm()->add_banks()->set_algorithm(v1::SHA256);
  platform.add_logs()->set_label(kHostile);
  return platform;
}

TEST(RenderPlatform, EscapesAllTextOfTheAgent) {
  const std::string text = RenderPlatform(HostilePlatform(), Palette::None());
  EXPECT_TRUE(OnlyPrintable(text)) << text;
  EXPECT_THAT(text, HasSubstr("not available"));
  EXPECT_TRUE(OnlyPrintable(PlatformToJson(HostilePlatform()).dump(2)));
}

TEST(RenderMeasurements, SaysThatTheyAreUnsigned) {
  v1::Measurements measurements;
  v1::RegisterBank* bank = measurements.add_banks();
  bank->set_algorithm(v1::SHA256);
  v1::Register* reg = bank->add_registers();
  reg->set_index(7);
  reg->set_value("\x01\x02");
  const std::string text = RenderMeasurements(measurements, Palette::None());
  EXPECT_THAT(text, HasSubstr("unsigned"));
  EXPECT_THAT(text, HasSubstr("sha256"));
  EXPECT_THAT(text, HasSubstr("PCR 7  0102"));
  EXPECT_EQ(RegistersToJson(measurements.banks())["sha256"]["7"], "0102");
}

}  // namespace
}  // namespace evidenced
