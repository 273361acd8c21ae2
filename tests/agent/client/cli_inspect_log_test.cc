// `inspect` on logs: those of confidential-computing guests look like those of
// TPMs.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "tests/agent/client/cli_fixture.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class CliInspectLog : public Cli {
 protected:
  // A log of these banks, its header of register `header`, an event for each of
  // `registers`.
  std::string WriteLog(uint8_t header, const std::vector<uint16_t>& banks,
                       const std::vector<uint32_t>& registers) const {
    IdsAndSizes algorithms;
    for (const uint16_t bank : banks) {
      algorithms.emplace_back(bank, bank == kSha384Id ? 48 : 32);
    }
    Bytes log = SpecId(algorithms);
    log.front() = header;
    for (const uint32_t reg : registers) {
      const Bytes event = Measured(reg, kSeparator, Bytes(4, 0), banks);
      log.insert(log.end(), event.begin(), event.end());
    }
    return Write("log", ToString(log));
  }
  static Json Inspected(const std::string& log,
                        const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"inspect", log, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json::parse(Ctl(arguments).out);
  }
};

TEST_F(CliInspectLog, KnowsACcLogByItsHeader) {
  const std::string log = WriteLog(1, {kSha384Id}, {0, 1, 4});
  const Json json = Inspected(log);
  EXPECT_EQ(json["kind"], "CC event log");
  EXPECT_THAT(json["recognised_by"].get<std::string>(),
              HasSubstr("its header, which is of register 1"));
  EXPECT_EQ(json["events"][1]["register"], "MRTD");
  EXPECT_EQ(json["events"][3]["register"], "RTMR3");
  EXPECT_FALSE(json["events"][1].contains("pcr"));
  const Result result = Ctl({"inspect", log});
  EXPECT_THAT(result.out, HasSubstr("sha384 RTMR0"));
  EXPECT_THAT(result.out, HasSubstr("recognised by"));
  EXPECT_THAT(result.out, Not(HasSubstr("PCR 1")));
  EXPECT_THAT(result.out, Not(HasSubstr("PCR values")));
  // Whatever its one bank is.
  EXPECT_EQ(Inspected(WriteLog(1, {kSha256Id}, {1}))["kind"], "CC event log");
}

TEST_F(CliInspectLog, KnowsACcLogByWhatIsInIt) {
  const Json json = Inspected(WriteLog(0, {kSha384Id}, {1, 2}));
  EXPECT_EQ(json["kind"], "CC event log");
  EXPECT_THAT(json["recognised_by"].get<std::string>(),
              HasSubstr("what is in it: SHA-384 alone"));
}

TEST_F(CliInspectLog, TakesNoTpmLogForACcLog) {
  struct Tpm {
    uint8_t header;
    std::vector<uint16_t> banks;
    std::vector<uint32_t> registers;
  };
  for (const Tpm& tpm :
       {Tpm{0, {kSha384Id}, {0, 1, 7}}, Tpm{0, {kSha256Id}, {0, 1, 2}},
        Tpm{0, {kSha256Id, kSha384Id}, {0, 1, 2}}, Tpm{0, {kSha384Id}, {}},
        Tpm{1, {kSha384Id}, {0, 5}}, Tpm{1, {kSha256Id, kSha384Id}, {0, 1}}}) {
    const Json json = Inspected(WriteLog(tpm.header, tpm.banks, tpm.registers));
    EXPECT_EQ(json["kind"], "TCG event log");
    EXPECT_EQ(json["register_kind"], "PCR");
    EXPECT_EQ(json["events"][0]["pcr"], tpm.header);
    EXPECT_EQ(json["events"][0]["register"], absl::StrCat("PCR ", tpm.header));
  }
}

TEST_F(CliInspectLog, TakesTheUsersWordForWhatItIs) {
  const std::string log = WriteLog(0, {kSha384Id}, {1, 2});
  const Json tpm = Inspected(log, {"--format", "tcg2"});
  EXPECT_EQ(tpm["kind"], "TCG event log");
  EXPECT_EQ(tpm["recognised_by"], "--format tcg2");
  EXPECT_EQ(tpm["events"][1]["register"], "PCR 1");
  const Json cc =
      Inspected(WriteLog(0, {kSha256Id}, {1, 2}), {"--format", "ccel"});
  EXPECT_EQ(cc["kind"], "CC event log");
  EXPECT_EQ(cc["events"][1]["register"], "RTMR0");
  // It is one that the bytes must bear out.
  const Result other = Ctl({"inspect", WriteLog(0, {kSha384Id}, {0, 7}),
                            "--format", "ccel", "--json"});
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(Json::parse(other.out)["tried"].size(), 1);
  EXPECT_EQ(Ctl({"inspect", log, "--format", "tcg3"}).code, 2);
}

}  // namespace
}  // namespace evidenced
