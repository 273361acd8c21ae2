#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/client/json_evidence.h"
#include "agent/client/render_log.h"
#include "agent/client/render_platform.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_verdict.h"
#include "agent/client/text.h"
#include "agent/client/verdict.h"
#include "tests/agent/client/ima_builder.h"

namespace evidenced {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST(RawVerdictLine, NamesTheCheckThatItsClassIsOf) {
  RawVerdict verdict;
  verdict.Fail(ErrorClass::kCollateralInvalid, "tcb_info", "a", "b");
  verdict.Fail(ErrorClass::kSignatureInvalid, "quote_signature", "c", "d");
  const std::string line = RawVerdictLine(verdict, Palette::None());
  EXPECT_THAT(line, StartsWith("REJECT (signature_invalid): quote_signature"));
  EXPECT_THAT(line, Not(HasSubstr("tcb_info")));
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
    view = LogView{"log.ima", &log, log.events, std::nullopt, nullptr};
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

TEST(RenderEvents, ExplainsAMarkWithoutAQuoteToo) {
  ImaLog ima;
  EXPECT_THAT(RenderEvents(ima.view, std::nullopt), Not(HasSubstr("~ no")));
  ima.log.events[0].violation = true;
  EXPECT_THAT(RenderEvents(ima.view, std::nullopt),
              HasSubstr("~ no digest covers"));
}

TEST(RegisterName, IsThatOfTheLog) {
  EventLog log;
  EXPECT_EQ(RegisterName(log, 7), "PCR 7");
  EXPECT_EQ(RegisterName(log, 0xffffffff), "none");
  log.format = LogFormat::kCcel;
  EXPECT_EQ(RegisterName(log, 0), "MRTD");
  EXPECT_EQ(RegisterName(log, 4), "RTMR3");
}

TEST(RenderEvents, MarksWhatTheQuoteDoesNotReach) {
  ImaLog ima;
  ima.view.quoted_events = 2;
  ima.view.vouched = [](size_t index) { return index < 2; };
  const std::string text = RenderEvents(ima.view, std::nullopt);
  const size_t heading = text.find("does not reach");
  ASSERT_NE(heading, std::string::npos) << text;
  EXPECT_LT(text.find("owned"), heading);
  EXPECT_GT(text.find("third"), heading);
  const auto json = EventsToJson(ima.view, std::nullopt);
  EXPECT_TRUE(json[1]["vouched"].get<bool>());
  EXPECT_FALSE(json[2]["vouched"].get<bool>());

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
  EXPECT_THAT(text, ContainsRegex("  ok    good +a\n"));
  EXPECT_THAT(text, HasSubstr("  FAIL  bad\n        expected "));
  EXPECT_THAT(text, HasSubstr("  -     was not demanded"));
}

TEST(RenderChecks, ShortensDigestsUnlessTheyFailed) {
  const std::string digest(96, 'a');
  const std::string text =
      RenderChecks({{"good", Outcome::kPass, digest, "the same"},
                    {"bad", Outcome::kFail, digest.substr(32), "not quoted"}},
                   Palette::None());
  EXPECT_THAT(text, HasSubstr("ok    good  aaaaaaaaaaaa..\n"));
  EXPECT_THAT(text, HasSubstr("expected " + digest.substr(32) + "\n"));
}

TEST(WrapText, BreaksAtSpacesAndCutsLongWords) {
  EXPECT_THAT(WrapText("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapText("", 7), ElementsAre(""));
  EXPECT_THAT(WrapText("a 0123456789 b", 7),
              ElementsAre("a", "0123456", "789 b"));
  EXPECT_THAT(WrapText(std::string(96, 'a'), 80),
              ElementsAre(std::string(64, 'a'), std::string(32, 'a')));
}

TEST(Table, GoesOnBelowAndNeverBeyondThePage) {
  Table table;
  table.Row({"name", std::string(150, 'x')});
  table.Row({"", "short"});
  EXPECT_EQ(table.Render(), "  name  " + std::string(64, 'x') + "\n        " +
                                std::string(86, 'x') + "\n        short\n");
}

TEST(DurationText, GivesTheTwoLargestUnits) {
  EXPECT_EQ(DurationText(absl::ZeroDuration()), "less than a second");
  EXPECT_EQ(DurationText(absl::Milliseconds(999)), "less than a second");
  EXPECT_EQ(DurationText(absl::Seconds(61)), "1 minute 1 second");
  EXPECT_EQ(DurationText(absl::Hours(1)), "1 hour");
  EXPECT_EQ(DurationText(absl::Hours(49) + absl::Minutes(2)), "2 days 1 hour");
  EXPECT_EQ(DurationText(absl::Hours(24) + absl::Minutes(2)), "1 day");
}

TEST(ShortDigests, LeavesWordsAlone) {
  EXPECT_EQ(ShortDigests("sha256 " + std::string(64, 'e') + " face", 32),
            "sha256 eeeeeeeeeeee.. face");
  EXPECT_EQ(ShortDigests("", 32), "");
}

TEST(RenderEvents, MarksWhatNoQuotedRegisterVouchesFor) {
  ImaLog ima;
  ima.view.quoted_events = 3;
  ima.view.vouched = [](size_t index) { return index != 1; };
  const std::string text = RenderEvents(ima.view, std::nullopt);
  EXPECT_THAT(text, ContainsRegex("\n  1  PCR 10  ima-ng  !  "));
  EXPECT_THAT(text, Not(ContainsRegex("\n  2  PCR 10  ima-ng  !  ")));
  EXPECT_THAT(text, HasSubstr("! no quoted register vouches"));
  EXPECT_THAT(text, Not(HasSubstr("does not reach")));
}

// Two banks, of which the log has one, and three registers.
VerifiedLog LogOf(std::vector<RegisterVerdict> registers) {
  VerifiedLog log;
  log.label = "log.tcg2";
  log.events.resize(3);
  log.verdict.quoted_events = 3;
  log.verdict.registers = std::move(registers);
  return log;
}

RegisterVerdict Register(uint32_t reg, RegisterState state) {
  RegisterVerdict verdict;
  verdict.reg = reg;
  verdict.state = state;
  verdict.compared = {HashAlgorithm::kSha256};
  verdict.events = 1;
  verdict.replayed = Bytes(32, 1);
  verdict.quoted = Bytes(32, state == RegisterState::kMatched ? 1 : 2);
  return verdict;
}

TEST(LogSummary, SaysWhichRegistersItDoesNotExplain) {
  EXPECT_THAT(LogSummary(LogOf({Register(0, RegisterState::kMatched)})),
              HasSubstr("explain every quoted PCR that they extend"));
  const std::string text =
      LogSummary(LogOf({Register(0, RegisterState::kMatched),
                        Register(11, RegisterState::kUnlogged),
                        Register(12, RegisterState::kUnlogged)}));
  EXPECT_THAT(text, HasSubstr("that they extend but PCR 11-12"));
  EXPECT_THAT(LogSummary(LogOf({Register(11, RegisterState::kUnlogged)})),
              HasSubstr("explain no quoted PCR"));
}

TEST(ExplainByLog, SaysMatchedOnlyOfABankThatWasCompared) {
  const VerifiedLog log = LogOf({Register(0, RegisterState::kMatched)});
  EXPECT_EQ(ExplainByLog(log, HashAlgorithm::kSha256, 0).state, "matched");
  EXPECT_EQ(ExplainByLog(log, HashAlgorithm::kSha384, 0).state, "not in log");
  EXPECT_EQ(ExplainByLog(log, HashAlgorithm::kSha256, 1).state, "no log");
}

TEST(ExplainByLog, NamesTheBankThatTheLogLacks) {
  RegisterVerdict reg = Register(0, RegisterState::kUnlogged);
  reg.quoted = reg.replayed;
  reg.missing = {HashAlgorithm::kSha384};
  const VerifiedLog log = LogOf({reg});
  for (const HashAlgorithm bank :
       {HashAlgorithm::kSha256, HashAlgorithm::kSha384}) {
    const RegisterExplanation words = ExplainByLog(log, bank, 0);
    EXPECT_EQ(words.state, "unlogged");
    EXPECT_TRUE(words.replayed.empty());
    EXPECT_THAT(words.missing, ElementsAre(HashAlgorithm::kSha384));
  }
}

TEST(ExplainByLog, TellsUntouchedFromMatched) {
  RegisterVerdict reg = Register(10, RegisterState::kMatched);
  reg.events = 0;
  EXPECT_EQ(ExplainByLog(LogOf({reg}), HashAlgorithm::kSha256, 10).state,
            "untouched");
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
  const std::string text =
      RenderVerdict(verdict, EventLimit(), Palette::None());
  EXPECT_THAT(text, StartsWith("REJECTED: "));
  EXPECT_THAT(text, HasSubstr("\nREJECTED: "));
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
  source->mutable_snp()->set_interface(kHostile);
  source->mutable_snp()->set_path(kHostile);
  platform.add_logs()->set_label(kHostile);
  return platform;
}

TEST(RenderPlatform, EscapesAllTextOfTheAgent) {
  const std::string text = RenderPlatform(HostilePlatform(), Palette::None());
  EXPECT_TRUE(OnlyPrintable(text)) << text;
  EXPECT_THAT(text, HasSubstr("not available"));
  EXPECT_TRUE(OnlyPrintable(PlatformToJson(HostilePlatform()).dump(2)));
}

TEST(RenderPlatform, ShowsAReportDeviceWithoutItsKey) {
  v1::Platform platform;
  v1::Source* source = platform.add_sources();
  source->set_label("snp");
  v1::SnpInfo* snp = source->mutable_snp();
  snp->set_interface("configfs-tsm");
  snp->set_path("/sys/kernel/config/tsm/report");
  snp->set_vmpl(1);
  snp->set_key_lost(true);
  const std::string text = RenderPlatform(platform, Palette::None());
  EXPECT_THAT(text, HasSubstr("configfs-tsm, /sys/kernel/config/tsm/report"));
  EXPECT_THAT(text, HasSubstr("VMPL       1\n"));
  EXPECT_THAT(text, HasSubstr("lost: no report until the next boot"));
  const auto json = PlatformToJson(platform)["sources"][0]["snp"];
  EXPECT_EQ(json["vmpl"], 1);
  EXPECT_EQ(json["key_lost"], true);
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

TEST(RenderPlatform, ShowsATd) {
  v1::Platform platform;
  v1::Source* source = platform.add_sources();
  source->set_label("tdx");
  v1::TdxInfo* tdx = source->mutable_tdx();
  tdx->set_interface("configfs-tsm");
  tdx->set_path("/sys/kernel/config/tsm/report");
  tdx->set_registers_path("/dev/tdx_guest");
  const std::string text = RenderPlatform(platform, Palette::None());
  EXPECT_THAT(text, HasSubstr("configfs-tsm, /sys/kernel/config/tsm/report"));
  EXPECT_THAT(text, HasSubstr("registers  /dev/tdx_guest\n"));
  const auto json = PlatformToJson(platform)["sources"][0]["tdx"];
  EXPECT_EQ(json["registers_path"], "/dev/tdx_guest");
  tdx->clear_registers_path();
  EXPECT_THAT(RenderPlatform(platform, Palette::None()),
              HasSubstr("registers  in quotes alone\n"));
}

TEST(RenderPlatform, SaysThatAnArmGuestGivesRawReportsAlone) {
  v1::Platform platform;
  platform.add_sources()->set_label("arm-cca");
  EXPECT_THAT(RenderPlatform(platform, Palette::None()),
              HasSubstr("raw reports alone"));
}

TEST(RenderMeasurements, ShowsATdWithoutATpm) {
  v1::Measurements measurements;
  v1::TdxRegisters* tdx = measurements.mutable_tdx();
  tdx->set_mr_td("\x01");
  for (const char* value : {"\x02", "\x03", "\x04", "\x05"}) {
    tdx->add_rtmrs(value);
  }
  tdx->set_path("/dev/\x1b[2J");
  (*measurements.mutable_unavailable())["tpm"] = "hangs\x1b[2J";
  const std::string text = RenderMeasurements(measurements, Palette::None());
  EXPECT_TRUE(OnlyPrintable(text)) << text;
  EXPECT_THAT(text, HasSubstr("MRTD           01\n"));
  EXPECT_THAT(text, HasSubstr("RTMR3          05\n"));
  EXPECT_THAT(text, HasSubstr("not available: tpm: hangs"));
  EXPECT_THAT(text, Not(HasSubstr("update counter")));
  const auto json = MeasurementsToJson(measurements);
  EXPECT_THAT(json["unavailable"]["tpm"].get<std::string>(),
              HasSubstr("hangs"));
  EXPECT_EQ(json["signed"], false);
  EXPECT_EQ(json["tdx"]["mrtd"], "01");
  EXPECT_EQ(json["tdx"]["rtmrs"][3], "05");
  const auto nothing = MeasurementsToJson(v1::Measurements());
  EXPECT_FALSE(nothing.contains("tdx"));
  EXPECT_FALSE(nothing.contains("unavailable"));
}

}  // namespace
}  // namespace evidenced
