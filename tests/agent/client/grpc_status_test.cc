#include "agent/client/grpc_status.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Described(grpc::StatusCode code, const std::string& message) {
  return std::string(
      DescribeFailure("host:1", "GetEvidence", {code, message}).message());
}

TEST(DescribeFailure, LeavesTheAgentsQuotesAsTheyAre) {
  EXPECT_THAT(Described(grpc::StatusCode::INVALID_ARGUMENT, "found \"a\\x22\""),
              HasSubstr("found \"a\\x22\""));
  EXPECT_THAT(Described(grpc::StatusCode::INTERNAL, "a\x1b[2J"),
              HasSubstr("a\\x1b[2J"));
}

TEST(DescribeFailure, SaysWhyThereIsNoConnection) {
  const std::string prefix =
      "failed to connect to all addresses; last error: UNKNOWN: ipv4:1.2.3.4: ";
  struct Case {
    const char* said;
    const char* means;
  };
  for (const Case& each :
       {Case{"Peer name a is not in peer certificate", "--server-name"},
        Case{"Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL "
             "routines::certificate verify failed",
             "--ca"},
        Case{"Socket closed", "refused the client certificate"},
        Case{"Failed to connect to remote host: Connection refused",
             "nobody listens"}}) {
    const std::string text =
        Described(grpc::StatusCode::UNAVAILABLE, prefix + each.said);
    EXPECT_THAT(text, HasSubstr("host:1: no connection: "));
    EXPECT_THAT(text, HasSubstr(each.means));
    // No call was made, and trying again is of no use.
    EXPECT_THAT(text, Not(HasSubstr("GetEvidence")));
    EXPECT_THAT(text, Not(HasSubstr("try again")));
  }
}

TEST(DescribeFailure, AnAgentThatIsBusyIsThere) {
  const std::string text =
      Described(grpc::StatusCode::UNAVAILABLE, "the TPM gave no answer");
  EXPECT_THAT(text, HasSubstr("GetEvidence: the device is busy or gone"));
  EXPECT_THAT(text, Not(HasSubstr("no connection")));
}

TEST(DescribeFailure, AKeyThatIsLostIsNotADeviceThatIsMissing) {
  EXPECT_THAT(Described(grpc::StatusCode::FAILED_PRECONDITION,
                        "outblob: expected a driver with a VMPCK"),
              HasSubstr("or its driver has lost its key until the next boot"));
}

}  // namespace
}  // namespace evidenced
