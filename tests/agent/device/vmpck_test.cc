#include "agent/device/vmpck.h"

#include <cerrno>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

absl::Status Failed(int error) {
  return WithKeyWiped(absl::UnavailableError("reading outblob"), error);
}

TEST(ReportDeviceHistory, TakesTheKeyForLostAfterEachErrorThatWipesIt) {
  for (const int error : {EIO, ETIMEDOUT, EBADMSG}) {
    ReportDeviceHistory history;
    history.Ended(Failed(error));
    EXPECT_EQ(history.state(), ReportDeviceState::kKeyLost) << error;
  }
}

TEST(ReportDeviceHistory, TakesItForKeptAfterOthers) {
  for (const int error : {EBUSY, EINTR, ENOMEM, EINVAL, ENXIO}) {
    ReportDeviceHistory history;
    history.Ended(Failed(error));
    EXPECT_EQ(history.state(), ReportDeviceState::kFailing) << error;
  }
}

TEST(ReportDeviceHistory, BelievesTheDriver) {
  ReportDeviceHistory history;
  history.Ended(KeyLostError("outblob"));
  EXPECT_EQ(history.state(), ReportDeviceState::kKeyLost);
  // One that was loaded anew may have a key again.
  history.Ended(absl::OkStatus());
  EXPECT_EQ(history.state(), ReportDeviceState::kWorking);
}

TEST(ReportDeviceHistory, LearnsThatADriverKeepsItsKey) {
  ReportDeviceHistory history;
  history.Ended(Failed(EIO));
  // A driver without a key would have said so.
  history.Ended(Failed(EIO));
  EXPECT_EQ(history.state(), ReportDeviceState::kFailing);
  history.Ended(absl::OkStatus());
  EXPECT_EQ(history.state(), ReportDeviceState::kWorking);
  // What the next error means is open again.
  history.Ended(Failed(EIO));
  EXPECT_EQ(history.state(), ReportDeviceState::kKeyLost);
}

TEST(ReportDeviceHistory, LearnsNothingFromADriverThatWasNotAsked) {
  ReportDeviceHistory history;
  history.Ended(Failed(EIO));
  history.Ended(absl::FailedPreconditionError("no entry"));
  EXPECT_EQ(history.state(), ReportDeviceState::kKeyLost);
  history.Ended(absl::CancelledError("the client has gone"));
  EXPECT_EQ(history.state(), ReportDeviceState::kKeyLost);
}

TEST(ReportDeviceHistory, IsNotChangedByWaitersThatLeave) {
  ReportDeviceHistory history;
  history.Ended(absl::OkStatus());
  history.Ended(absl::DeadlineExceededError("too late"));
  EXPECT_EQ(history.state(), ReportDeviceState::kWorking);
  EXPECT_TRUE(history.has_answered());
}

}  // namespace
}  // namespace evidenced
