#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "tests/agent/client/cli_fixture.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

class CliRawReport : public CliWithAgent {
 protected:
  void SetUp() override {
    CliWithAgent::SetUp();
    agent_->raw_report.set_provider("arm_cca_guest");
    agent_->raw_report.set_report("a token");
  }

  // `count` bytes in hexadecimal.
  static std::string Data(size_t count) {
    std::string digits;
    for (size_t i = 0; i < count; ++i) digits += "a5";
    return digits;
  }
};

TEST_F(CliRawReport, IsSavedAsItCame) {
  agent_->raw_report.set_auxiliary("certificates");
  const Result result =
      Ctl({"raw-report", agent_->address(), "--report-data", Data(64), "-o",
           Path("report"), "--auxiliary", Path("table")});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(agent_->raw_asked.report_data(), std::string(64, '\xa5'));
  EXPECT_EQ(*ReadFile(Path("report")), "a token");
  EXPECT_EQ(*ReadFile(Path("table")), "certificates");
  EXPECT_THAT(result.out, HasSubstr("not verified"));
  EXPECT_THAT(result.out, HasSubstr("arm_cca_guest"));
  EXPECT_THAT(result.out, HasSubstr("7 bytes, saved to " + Path("report")));
}

TEST_F(CliRawReport, IsHexadecimalInJson) {
  const Result result = Ctl(
      {"raw-report", agent_->address(), "--report-data", Data(64), "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verified"], false);
  EXPECT_EQ(json["provider"], "arm_cca_guest");
  EXPECT_EQ(json["report"], "6120746f6b656e");
  EXPECT_EQ(json["auxiliary"], "");
}

TEST_F(CliRawReport, IsAskedForOver64BytesOfALocalAgentAlone) {
  for (const std::string& data : {Data(63), Data(65), std::string("xy")}) {
    const Result result = Ctl({"raw-report", agent_->address(), "--report-data",
                               data, "-o", Path("report")});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("--report-data: expected"));
  }
  const Result tls =
      Ctl({"raw-report", "127.0.0.1:7443", "--ca", "a", "--cert", "b", "--key",
           "c", "--report-data", Data(64), "-o", Path("report")});
  EXPECT_EQ(tls.code, 2);
  EXPECT_THAT(tls.err, HasSubstr("local processes alone"));
  const Result nowhere =
      Ctl({"raw-report", agent_->address(), "--report-data", Data(64)});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("expected -o FILE or --json"));
  EXPECT_FALSE(std::filesystem::exists(Path("report")));
}

TEST_F(CliRawReport, IsNotSavedWhereTheAgentRefuses) {
  agent_->failure = {grpc::StatusCode::PERMISSION_DENIED, "no role"};
  const Result result = Ctl({"raw-report", agent_->address(), "--report-data",
                             Data(64), "-o", Path("report")});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("GetRawReport: permission denied"));
  EXPECT_FALSE(std::filesystem::exists(Path("report")));
}

}  // namespace
}  // namespace evidenced
