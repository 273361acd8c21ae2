#include "agent/device/device_thread.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

#include "tests/agent/device/device_jobs.h"

namespace evidenced {
namespace {

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

// Of its own work nobody is waiting for an end.
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

}  // namespace
}  // namespace evidenced
