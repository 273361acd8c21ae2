#include "agent/device/device_thread.h"

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"

namespace evidenced {
namespace {

// A gate that a fake TPM hangs at.
class Gate {
 public:
  void Open() {
    const MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Wait() {
    const MutexLock lock(mutex_);
    while (!open_) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

class FakeTpm : public TpmDevice {
 public:
  const TpmInfo& info() const override { return info_; }
  bool NeedsReopen() const override { return broken_; }
  absl::StatusOr<PcrReading> ReadPcrs(
      const std::vector<PcrBankSelection>&) override {
    broken_ = true;
    return absl::UnavailableError("broke");
  }
  absl::StatusOr<Bytes> Quote(ByteView,
                              const std::vector<PcrBankSelection>&) override {
    return Bytes{1};
  }

 private:
  TpmInfo info_;
  bool broken_ = false;
};

absl::StatusOr<std::unique_ptr<TpmDevice>> OpenFake() {
  return std::unique_ptr<TpmDevice>(std::make_unique<FakeTpm>());
}

DeviceThread::Observers Ignore() {
  return {.tpm = [](const absl::Status&, const TpmInfo*) {},
          .hung = [](const absl::Status&) {}};
}

using Work = std::function<absl::StatusOr<int>(TpmSlot&)>;

std::future<absl::StatusOr<int>> Ask(DeviceThread& thread, Work work,
                                     const JobTerms& terms) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<int>>>();
  auto future = promise->get_future();
  thread.Submit<int>(terms, std::move(work),
                     [promise](absl::StatusOr<int> result) {
                       promise->set_value(std::move(result));
                     });
  return future;
}

std::future<absl::StatusOr<int>> Ask(
    DeviceThread& thread, Work work,
    absl::Time deadline = absl::InfiniteFuture()) {
  JobTerms terms;
  terms.deadline = deadline;
  return Ask(thread, std::move(work), terms);
}

// With the TPM.
absl::StatusOr<int> Seven(TpmSlot& tpm) {
  const auto open = tpm.Open();
  if (!open.ok()) return open.status();
  return 7;
}

absl::StatusOr<int> SevenWithoutTpm(TpmSlot&) { return 7; }

TEST(DeviceThread, RunsJobsInOrder) {
  DeviceThread thread({}, OpenFake, Ignore());
  std::vector<int> order;
  std::vector<std::future<absl::StatusOr<int>>> futures;
  futures.reserve(100);
  for (int i = 0; i < 100; ++i) {
    futures.push_back(Ask(thread, [&order, i](TpmSlot&) {
      order.push_back(i);
      return absl::StatusOr<int>(i);
    }));
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*futures[i].get(), i);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(DeviceThread, AnswersTheWaiterWhileTheTpmHangs) {
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

TEST(DeviceThread, LimitsEveryWait) {
  Gate gate;
  DeviceThread thread({.max_wait = absl::Milliseconds(20)}, OpenFake, Ignore());
  auto hanging = Ask(thread, [&](TpmSlot&) {
    gate.Wait();
    return 7;
  });
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kDeadlineExceeded);
  gate.Open();
}

TEST(DeviceThread, RefusesMoreThanTheQueueHolds) {
  Gate gate;
  Gate begun;
  DeviceThread thread({.queue_length = 2}, OpenFake, Ignore());
  auto running = Ask(thread, [&](TpmSlot&) {
    begun.Open();
    gate.Wait();
    return 7;
  });
  begun.Wait();
  auto first = Ask(thread, Seven);
  auto second = Ask(thread, Seven);
  EXPECT_EQ(Ask(thread, Seven).get().status().code(),
            absl::StatusCode::kResourceExhausted);
  gate.Open();
  EXPECT_EQ(*running.get(), 7);
  EXPECT_EQ(*first.get(), 7);
  EXPECT_EQ(*second.get(), 7);
}

JobTerms TermsOf(const std::string& caller) {
  JobTerms terms;
  terms.caller = caller;
  return terms;
}

TEST(DeviceThread, GivesEachCallerATurn) {
  Gate gate;
  Gate begun;
  DeviceThread thread({}, OpenFake, Ignore());
  auto running = Ask(
      thread,
      [&](TpmSlot&) {
        begun.Open();
        gate.Wait();
        return 7;
      },
      TermsOf("greedy"));
  begun.Wait();
  std::string order;
  std::vector<std::future<absl::StatusOr<int>>> futures;
  futures.reserve(7);
  for (const std::string caller : {"a", "a", "a", "b", "b", "c", "a"}) {
    futures.push_back(Ask(
        thread,
        [&order, caller](TpmSlot&) {
          order += caller;
          return 7;
        },
        TermsOf(caller)));
  }
  gate.Open();
  for (auto& future : futures) EXPECT_EQ(*future.get(), 7);
  EXPECT_EQ(order, "abcabaa");
}

TEST(DeviceThread, DoesNothingForAWaiterThatHasGone) {
  Gate gate;
  Gate begun;
  DeviceThread thread({.queue_length = 1}, OpenFake, Ignore());
  auto running = Ask(thread, [&](TpmSlot&) {
    begun.Open();
    gate.Wait();
    return 7;
  });
  begun.Wait();
  std::atomic<bool> has_gone = false;
  std::atomic<bool> ran = false;
  JobTerms terms;
  terms.gone = [&] { return has_gone.load(); };
  auto gone = Ask(
      thread,
      [&](TpmSlot&) {
        ran = true;
        return 7;
      },
      terms);
  EXPECT_EQ(Ask(thread, Seven).get().status().code(),
            absl::StatusCode::kResourceExhausted);
  has_gone = true;
  // Its place in the queue is free at once.
  auto next = Ask(thread, Seven);
  EXPECT_EQ(gone.get().status().code(), absl::StatusCode::kCancelled);
  gate.Open();
  EXPECT_EQ(*running.get(), 7);
  EXPECT_EQ(*next.get(), 7);
  EXPECT_FALSE(ran);
}

TEST(DeviceThread, TakesNoJobsForATpmThatHasHungTooLong) {
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

TEST(DeviceThread, DoesNotCountWhatIsDoneAsideAsHanging) {
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

// Of its own work nobody is waiting for an end.
TEST(DeviceThread, TellsThatItsOwnWorkHangs) {
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

TEST(DeviceThread, OpensABrokenTpmAgainAndKeepsAPaceAtThat) {
  std::atomic<int> opened = 0;
  std::atomic<bool> gone = false;
  DeviceThread thread(
      {},
      [&]() -> absl::StatusOr<std::unique_ptr<TpmDevice>> {
        ++opened;
        if (gone) return absl::UnavailableError("no TPM");
        return OpenFake();
      },
      Ignore());
  const Work breaks = [](TpmSlot& tpm) -> absl::StatusOr<int> {
    const absl::Status status = (*tpm.Open())->ReadPcrs({}).status();
    tpm.Failed(status);
    return status;
  };
  EXPECT_EQ(*Ask(thread, Seven).get(), 7);
  gone = true;
  const absl::Time start = absl::Now();
  EXPECT_EQ(Ask(thread, breaks).get().status().message(), "broke");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(Ask(thread, Seven).get().ok());
  }
  const double waited = absl::ToDoubleSeconds(absl::Now() - start);
  EXPECT_LE(opened, 2 + waited / 0.1);
  gone = false;
  while (!Ask(thread, Seven).get().ok()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(DeviceThread, RunsJobsThatNeedNoTpmWithoutOne) {
  DeviceThread thread(
      {},
      []() -> absl::StatusOr<std::unique_ptr<TpmDevice>> {
        return absl::FailedPreconditionError("no TPM");
      },
      Ignore());
  EXPECT_EQ(Ask(thread, Seven).get().status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*Ask(thread, SevenWithoutTpm).get(), 7);
}

TEST(DeviceThread, AnswersEverybodyWhenItStops) {
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

TEST(DeviceThread, LeavesAHangingTpmBehindWhenItStops) {
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
