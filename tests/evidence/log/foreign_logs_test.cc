// Logs of other machines, where they are at hand: each parses, or not, and
// replays as its expected.json says.
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/evidence/log/captures.h"

namespace evidenced {
namespace {

using nlohmann::json;

std::vector<std::string> Cases(const std::string& kind) {
  std::vector<std::string> cases;
  std::error_code error;
  const std::string folder = std::string(SHARED_DIR) + "/fixtures/" + kind;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    cases.push_back(entry.path().string());
  }
  if (cases.empty()) {
    std::cout << "SKIPPED: expected cases in " << folder << ", found none\n";
  }
  return cases;
}

// What is recomputed for an IMA list, what is logged for a boot log.
void ExpectReplay(const EventLog& log, const json& expected) {
  const PcrValues want = PcrsFromJson(expected);
  std::vector<HashAlgorithm> banks;
  for (const auto& [bank, values] : want) banks.push_back(bank);
  const PcrValues replayed = Replay(log, banks);
  for (const auto& [bank, values] : want) {
    const auto found = replayed.find(bank);
    if (values.empty() && found == replayed.end()) continue;
    ASSERT_NE(found, replayed.end()) << HashName(bank);
    EXPECT_EQ(found->second, values) << HashName(bank);
  }
}

void ExpectRegisters(const EventLog& log, const json& pcrs,
                     const json& expected) {
  const LogVerdict verdict =
      CompareWithRegisters(log, log.events, PcrsFromJson(pcrs));
  const bool weak = log.format == LogFormat::kTcg1;
  EXPECT_FALSE(verdict.registers.empty());
  const auto& mismatches = expected["given_registers_mismatch"];
  for (const RegisterVerdict& reg : verdict.registers) {
    bool differs = false;
    for (const json& mismatch : mismatches) {
      const std::string text = mismatch.get<std::string>();
      differs |= text.substr(text.find(':') + 1) == std::to_string(reg.reg);
    }
    EXPECT_EQ(reg.state, differs ? RegisterState::kUnlogged
                         : weak  ? RegisterState::kWeak
                                 : RegisterState::kMatched)
        << reg.reg;
  }
}

void ExpectSecureBoot(const EventLog& log, const json& expected) {
  const LogVerdict verdict =
      CompareWithRegisters(log, log.events, Replay(log, log.banks));
  const auto state = SecureBootState(log, log.events, verdict);
  const json& want = expected["facts"]["secure_boot_variable"];
  if (log.format == LogFormat::kTcg1 || want.is_null()) {
    EXPECT_FALSE(state.has_value());
  } else {
    EXPECT_EQ(state, want.get<bool>());
  }
}

TEST(ForeignLogs, BootLogsParseAndReplay) {
  const auto cases = Cases("tcg-eventlog");
  if (cases.empty()) GTEST_SKIP();
  for (const std::string& folder : cases) {
    SCOPED_TRACE(folder);
    const json expected = ReadJson(folder + "/expected.json");
    const Bytes bytes = ReadFile(folder + "/eventlog.bin");
    const auto log = ParseTcgLog(bytes);
    ASSERT_EQ(log.ok(), expected["parse"] == "ok") << log.status();
    if (!log.ok()) continue;
    EXPECT_EQ(log->events.size(), expected["event_count"]);
    EXPECT_EQ(log->length, expected["consumed_bytes"]);
    const json& locality = expected["startup_locality"];
    EXPECT_EQ(log->startup_locality.has_value(), !locality.is_null());
    EXPECT_EQ(log->startup_locality.value_or(0),
              locality.is_null() ? 0 : locality.get<int>());
    ExpectReplay(*log, expected["replay"]);
    ExpectSecureBoot(*log, expected);
    if (expected["roles"].contains("registers")) {
      ExpectRegisters(*log, ReadJson(folder + "/pcrs.json"), expected);
    }
    for (const LogEvent& event : log->events) {
      const EventDescription words = DescribeEvent(*log, event);
      // Some versions of shim log six bytes too many.
      if (words.type == "EV_EFI_VARIABLE_AUTHORITY") continue;
      EXPECT_EQ(words.meaning.find("malformed"), std::string::npos)
          << words.type << ": " << words.meaning;
    }
  }
}

TEST(ForeignLogs, BinaryImaListsParseAndReplay) {
  const auto cases = Cases("ima");
  if (cases.empty()) GTEST_SKIP();
  size_t binary = 0;
  for (const std::string& folder : cases) {
    SCOPED_TRACE(folder);
    const json expected = ReadJson(folder + "/expected.json");
    if (!expected["roles"].contains("binary")) continue;
    ++binary;
    const Bytes bytes = ReadFile(folder + "/ima.bin");
    const auto log = ParseImaLog(bytes);
    ASSERT_EQ(log.ok(), expected["parse"] == "ok") << log.status();
    if (!log.ok()) continue;
    EXPECT_EQ(log->events.size(), expected["count"]);
    ExpectReplay(*log, expected["replay_recomputed"]);
    for (const LogEvent& event : log->events) {
      EXPECT_TRUE(TemplateDigestMatches(*log, event)) << event.offset;
    }
  }
  EXPECT_GT(binary, 0);
}

}  // namespace
}  // namespace evidenced
