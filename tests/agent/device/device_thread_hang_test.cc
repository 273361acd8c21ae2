// What callers of a device thread are told while its device hangs, and how the
// thread stops then.

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/device_thread.h"
#include "tests/agent/device/device_jobs.h"

namespace evidenced {
namespace {

TEST(DeviceThreadHang, AnswersTheWaiterWhileTheTpmHangs) {
  Gate gate;
  DeviceThread thread({}, OpenFake, Ignore());
  auto hanging = Ask(
      thread,
      [&](TpmSlot&) {
        gate.Wait();
        return 7;
      },
      absl::Now() + absl::Milliseconds(30));
  std::atomic<bool> ran = false;
  auto behind = Ask(
      thread,
      [&](TpmSlot&) {
        ran = true;
        return 7;
      },
      absl::Now() + absl::Milliseconds(30));
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(behind.get().status().code(), absl::StatusCode::kDeadlineExceeded);
  gate.Open();
  EXPECT_EQ(*Ask(thread, Seven).get(), 7);
  EXPECT_FALSE(ran);  // its waiter had gone
}

TEST(DeviceThreadHang, LimitsEveryWait) {
  Gate gate;
  DeviceThread thread({.max_wait = absl::Milliseconds(20)}, OpenFake, Ignore());
  auto hanging = Ask(thread, [&](TpmSlot&) {
    gate.Wait();
    return 7;
  });
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kDeadlineExceeded);
  gate.Open();
}

TEST(DeviceThreadHang, TakesNoJobsForATpmThatHasHungTooLong) {
  Gate gate;
  Gate told;
  Gate answered;
  std::atomic<bool> begun = false;
  DeviceThread::Observers observers = Ignore();
  observers.hung = [&](const absl::Status& status) {
    if (!begun) return;
    if (status.ok()) {
      answered.Open();
    } else {
      told.Open();
    }
  };
  DeviceThread thread({.hung_after = absl::Milliseconds(10)}, OpenFake,
                      observers);
  auto running = Ask(thread, [&](TpmSlot&) {
    begun = true;
    gate.Wait();
    return 7;
  });
  told.Wait();
  const absl::Status status = Ask(thread, Seven).get().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("has not answered for"));
  gate.Open();
  EXPECT_EQ(*running.get(), 7);
  answered.Wait();
  EXPECT_EQ(*Ask(thread, Seven).get(), 7);
}

TEST(DeviceThreadHang, DoesNotCountWhatIsDoneAsideAsHanging) {
  Gate gate;
  Gate aside_begun;
  Gate back;
  std::atomic<int> told = 0;
  DeviceThread::Observers observers = Ignore();
  observers.hung = [&](const absl::Status& status) {
    told += status.ok() ? 0 : 1;
  };
  DeviceThread thread({.hung_after = absl::Milliseconds(20)}, nullptr,
                      observers);
  auto running = Ask(thread, [&, aside = thread.aside()](TpmSlot&) {
    aside([&] {
      aside_begun.Open();
      gate.Wait();
    });
    back.Wait();
    return 7;
  });
  aside_begun.Wait();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_EQ(told, 0);
  auto next = Ask(thread, SevenWithoutTpm);
  gate.Open();
  // From here on it is the device again that does not answer.
  while (told == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  back.Open();
  EXPECT_EQ(*running.get(), 7);
  EXPECT_EQ(*next.get(), 7);
}

TEST(DeviceThreadHang, TellsThatItsOwnWorkHangs) {
  constexpr auto kQuiet = std::chrono::milliseconds(200);
  Gate gate;
  std::promise<void> told;
  std::atomic<bool> begun = false;
  const SteadyTime due = SteadyNow() + kQuiet;
  DeviceThread::Observers observers = Ignore();
  observers.hung = [&](const absl::Status& status) {
    if (begun && !status.ok()) told.set_value();
  };
  DeviceThread thread(
      {.max_wait = absl::Milliseconds(50),
       .hung_after = absl::Milliseconds(20),
       .own_work = {{.due = [&] { return begun ? SteadyTime::max() : due; },
                     .run =
                         [&] {
                           begun = true;
                           gate.Wait();
                         }}}},
      nullptr, observers);
  EXPECT_EQ(*Ask(thread, SevenWithoutTpm).get(), 7);
  // By then nothing else is left that would have woken the timer.
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(10)),
            std::future_status::ready);
  gate.Open();
}

TEST(DeviceThreadHang, AnswersEverybodyWhenItStops) {
  Gate gate;
  Gate begun;
  DeviceThread thread({}, OpenFake, Ignore());
  auto running = Ask(thread, [&](TpmSlot&) {
    begun.Open();
    gate.Wait();
    return 7;
  });
  begun.Wait();
  auto waiting = Ask(thread, Seven);
  std::thread stop([&] { EXPECT_TRUE(thread.Stop(absl::Minutes(1))); });
  EXPECT_EQ(waiting.get().status().code(), absl::StatusCode::kUnavailable);
  gate.Open();
  EXPECT_EQ(*running.get(), 7);
  stop.join();
}

TEST(DeviceThreadHang, LeavesAHangingTpmBehindWhenItStops) {
  auto gate = std::make_shared<Gate>();
  auto begun = std::make_shared<Gate>();
  auto ended = std::make_shared<Gate>();
  {
    DeviceThread thread({}, OpenFake, Ignore());
    auto running = Ask(thread, [gate, begun, ended](TpmSlot&) {
      begun->Open();
      gate->Wait();
      ended->Open();
      return 7;
    });
    begun->Wait();
    EXPECT_FALSE(thread.Stop(absl::Milliseconds(20)));
    EXPECT_EQ(running.get().status().code(), absl::StatusCode::kUnavailable);
  }
  gate->Open();
  ended->Wait();
}

}  // namespace
}  // namespace evidenced
