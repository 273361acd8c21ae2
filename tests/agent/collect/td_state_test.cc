#include <atomic>
#include <cerrno>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "agent/device/device_error.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/td_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What is told of a TD, and what its registers are.
class TdStateTest : public TdTest {
 protected:
  void ShowRegisters() {
    const std::string folder = dir_.File("measurements");
    std::filesystem::create_directory(folder);
    uint8_t value = 1;
    for (const char* name :
         {"mrtd:sha384", "rtmr0:sha384", "rtmr1:sha384", "rtmr2:sha384",
          "rtmr3:sha384", "mrconfigid", "mrowner", "mrownerconfig"}) {
      WriteFile(folder + "/" + name, Bytes(48, value++));
    }
  }

  // Registers that are read by `read`.
  std::unique_ptr<Collector> MakeWithRegisters(TdRegisterReader::Source read,
                                               CollectorOptions options) {
    options.warn = warnings_.Taker();
    DeviceOpeners open = OpenersOf(options);
    open.cpu = Detector();
    open.td = std::move(read);
    return MakeCollector(options, std::move(open));
  }

  // What was told of CPUs, as words.
  std::vector<std::string> Told() {
    const MutexLock lock(mutex_);
    return told_;
  }
  void Watch(Collector& collector) {
    collector.WatchHealth([this](const SourceHealth& health) {
      const MutexLock lock(mutex_);
      if (health.source == "tpm") return;
      told_.push_back(health.source + (health.absent      ? " absent"
                                       : health.available ? " available"
                                                          : " failing"));
    });
  }

 private:
  Mutex mutex_;
  std::vector<std::string> told_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(TdStateTest, ShowsTheDeviceAndItsStates) {
  const auto collector = Make(Options());
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  Watch(*collector);
  const v1::Source source = collector->GetPlatform().sources(1);
  EXPECT_EQ(source.label(), "tdx");
  EXPECT_EQ(source.tdx().interface(), "fake");
  EXPECT_EQ(source.tdx().path(), "/fake");
  EXPECT_EQ(source.tdx().registers_path(), "/td");
  EXPECT_FALSE(source.has_snp());
  cpu_->SetError(absl::UnavailableError("no quoting service"));
  EXPECT_FALSE(Get(*collector, WithCcel()).ok());
  EXPECT_EQ(collector->GetPlatform().sources(1).reason(), "no quoting service");
  EXPECT_FALSE(collector->GetPlatform().sources(1).has_snp());
  cpu_->SetError(absl::OkStatus());
  EXPECT_TRUE(Get(*collector, WithCcel()).ok());
  EXPECT_THAT(Told(),
              ElementsAre("tdx available", "tdx failing", "tdx available"));
  const v1::Platform platform = collector->GetPlatform();
  ASSERT_THAT(platform.logs(), SizeIs(3));
  EXPECT_EQ(platform.logs(2).label(), "log.ccel");
  EXPECT_TRUE(platform.logs(2).available());
}

TEST_F(TdStateTest, NamesADeviceThatHangsByWhatTheGuestShows) {
  ShowRegisters();
  std::promise<void> answer;
  CollectorOptions options = Options();
  options.cpu_hung_after = absl::Milliseconds(50);
  const auto collector = MakeWith(
      [&] {
        answer.get_future().wait();
        return Detector()();
      },
      options);
  Watch(*collector);
  const v1::Source hung = WaitForCpu(*collector);
  EXPECT_EQ(hung.label(), "tdx");
  EXPECT_THAT(hung.reason(), HasSubstr("has not answered for"));
  answer.set_value();
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
}

TEST_F(TdStateTest, TakesBackWhatItTookTheDeviceFor) {
  std::promise<void> answer;
  CollectorOptions options = Options();
  options.cpu_hung_after = absl::Milliseconds(50);
  const auto collector = MakeWith(
      [&] {
        answer.get_future().wait();
        return Detector()();
      },
      options);
  Watch(*collector);
  EXPECT_EQ(WaitForCpu(*collector).label(), "snp");
  answer.set_value();
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  EXPECT_EQ(WaitForCpu(*collector).label(), "tdx");
  const std::vector<std::string> told = Told();
  ASSERT_GE(told.size(), 3U);
  EXPECT_EQ(told[0], "snp failing");
  EXPECT_EQ(told[1], "snp absent");
  EXPECT_EQ(told.back(), "tdx available");
}

// What failed at the start was only not there yet.
TEST_F(TdStateTest, AsksAgainWithGrowingPausesUntilTheDeviceWorks) {
  constexpr absl::Duration kFirstPause = absl::Milliseconds(20);
  constexpr size_t kFailures = 4;
  Mutex mutex;
  std::vector<SteadyTime> asked;
  const auto times = [&] {
    const MutexLock lock(mutex);
    return asked.size();
  };
  cpu_->SetError(absl::UnavailableError("no quoting service yet"));
  cpu_->SetHook([&] {
    const MutexLock lock(mutex);
    asked.push_back(SteadyNow());
    if (asked.size() == kFailures) cpu_->SetError(absl::OkStatus());
  });
  CollectorOptions options = Options();
  options.cpu_first_pause = kFirstPause;
  const auto collector = Make(options);
  Watch(*collector);
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  // The error of a request is chosen before its hook is called.
  ASSERT_EQ(times(), kFailures + 1);
  for (size_t i = 0; i < kFailures; ++i) {
    EXPECT_GE(absl::FromChrono(asked[i + 1] - asked[i]), kFirstPause * (1 << i))
        << i;
  }
  EXPECT_EQ(Told().back(), "tdx available");
  // That is enough, also when a request fails.
  cpu_->SetError(absl::UnavailableError("refused"));
  EXPECT_FALSE(Get(*collector, WithCcel()).ok());
  absl::SleepFor(kFirstPause * (1 << (kFailures + 1)));
  EXPECT_EQ(times(), kFailures + 2);
}

// Where nobody quotes, a try takes half a minute.
TEST_F(TdStateTest, PausesForAsLongAsATryTakes) {
  constexpr absl::Duration kTry = absl::Milliseconds(50);
  Mutex mutex;
  std::vector<SteadyTime> asked;
  cpu_->SetError(absl::UnavailableError("no quoting service"));
  cpu_->SetHook([&] {
    const MutexLock lock(mutex);
    asked.push_back(SteadyNow());
    if (asked.size() == 3) cpu_->SetError(absl::OkStatus());
    absl::SleepFor(kTry);
  });
  CollectorOptions options = Options();
  options.cpu_first_pause = absl::Milliseconds(1);
  const auto collector = Make(options);
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  const MutexLock lock(mutex);
  ASSERT_EQ(asked.size(), 4U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_GE(absl::FromChrono(asked[i + 1] - asked[i]), 2 * kTry) << i;
  }
}

TEST_F(TdStateTest, LooksAgainForADeviceThatCannotBeUsed) {
  auto looks = std::make_shared<std::atomic<int>>(0);
  CollectorOptions options = Options();
  options.cpu_first_pause = absl::Milliseconds(1);
  const auto collector = MakeWith(
      [looks, detect = Detector()] {
        if (++*looks > 3) return detect();
        DetectedReportDevice found;
        found.tried.push_back({"configfs-tsm", DeviceError("tsm", EBUSY)});
        return found;
      },
      options);
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  EXPECT_EQ(*looks, 4);
}

TEST_F(TdStateTest, AsksNoMoreOnceARequestWasAnswered) {
  std::atomic<int> asked = 0;
  cpu_->SetError(absl::UnavailableError("no quoting service yet"));
  CollectorOptions options = Options();
  options.cpu_first_pause = absl::Milliseconds(100);
  const auto collector = Make(options);
  EXPECT_TRUE(Eventually([&] {
    return WaitForCpu(*collector).reason() == "no quoting service yet";
  }));
  cpu_->SetError(absl::OkStatus());
  cpu_->SetHook([&] { ++asked; });
  EXPECT_TRUE(Get(*collector, WithCcel()).ok());
  EXPECT_TRUE(collector->GetPlatform().sources(1).available());
  const int before = asked;
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(asked, before);
}

TEST_F(TdStateTest, MeasuresTheTdBesideTheTpm) {
  ShowRegisters();
  const auto collector = Make(Options());
  const auto measured = Measure(*collector, {});
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(measured->banks(), SizeIs(3));
  const v1::TdxRegisters& tdx = measured->tdx();
  EXPECT_EQ(tdx.mr_td(), std::string(48, '\1'));
  ASSERT_THAT(tdx.rtmrs(), SizeIs(4));
  EXPECT_EQ(tdx.rtmrs(0), std::string(48, '\2'));
  EXPECT_EQ(tdx.rtmrs(3), std::string(48, '\5'));
  EXPECT_EQ(tdx.mr_config_id(), std::string(48, '\6'));
  EXPECT_EQ(tdx.mr_owner(), std::string(48, '\7'));
  EXPECT_EQ(tdx.mr_owner_config(), std::string(48, '\10'));
  EXPECT_EQ(tdx.path(), dir_.File("measurements"));
}

TEST_F(TdStateTest, MeasuresATdWithoutATpm) {
  ShowRegisters();
  const auto collector = Make(WithoutTpm());
  const auto measured = Measure(*collector, {});
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(measured->banks(), IsEmpty());
  EXPECT_THAT(measured->tdx().rtmrs(), SizeIs(4));
  // Who asks for PCRs is not told of other registers.
  EXPECT_EQ(
      Measure(*collector, {{HashAlgorithm::kSha256, {0}}}).status().code(),
      absl::StatusCode::kUnavailable);
}

TEST_F(TdStateTest, LeavesOutRegistersThatCannotBeRead) {
  ShowRegisters();
  WriteFile(dir_.File("measurements") + "/mrowner", Bytes(47, 1));
  const auto with_tpm = Make(Options());
  const auto measured = Measure(*with_tpm, {});
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(measured->banks(), SizeIs(3));
  EXPECT_FALSE(measured->has_tdx());
  ASSERT_THAT(measured->unavailable(), SizeIs(1));
  EXPECT_THAT(measured->unavailable().at("tdx"),
              HasSubstr("expected a register of 48 bytes, found 47"));
  const auto without = Make(WithoutTpm());
  EXPECT_EQ(Measure(*without, {}).status().code(), absl::StatusCode::kDataLoss);
}

// However often a client measures.
TEST_F(TdStateTest, WarnsOnceOfRegistersThatCannotBeRead) {
  constexpr absl::string_view kLine = "measurements without a TD's registers: ";
  ShowRegisters();
  const std::string owner = dir_.File("measurements") + "/mrowner";
  const auto collector = Make(Options());
  const auto measure = [&](size_t size) {
    WriteFile(owner, Bytes(size, 1));
    for (int i = 0; i < 3; ++i) {
      const auto measured = Measure(*collector, {});
      ASSERT_TRUE(measured.ok()) << measured.status();
      EXPECT_EQ(measured->has_tdx(), size == 48);
    }
  };
  const auto lines = [&] {
    return std::vector<std::string>(absl::StrSplit(warnings_.Text(), kLine))
               .size() -
           1;
  };
  measure(48);
  EXPECT_EQ(lines(), 0U);
  measure(47);
  EXPECT_EQ(lines(), 1U);
  measure(48);
  EXPECT_EQ(lines(), 1U);
  measure(47);
  EXPECT_EQ(lines(), 2U);
}

TEST_F(TdStateTest, MeasuresTheTdBesideATpmThatFails) {
  ShowRegisters();
  const auto collector = Make(Options());
  ASSERT_THAT(Measure(*collector, {})->banks(), SizeIs(3));
  swtpm_.Kill();
  const auto measured = Measure(*collector, {});
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(measured->banks(), IsEmpty());
  EXPECT_THAT(measured->tdx().rtmrs(), SizeIs(4));
  ASSERT_THAT(measured->unavailable(), SizeIs(1));
  EXPECT_NE(measured->unavailable().at("tpm"), "");
  // Who asks for PCRs has nothing of it.
  EXPECT_EQ(
      Measure(*collector, {{HashAlgorithm::kSha256, {0}}}).status().code(),
      absl::StatusCode::kUnavailable);
}

TEST_F(TdStateTest, MeasuresTheTdBesideATpmThatHangs) {
  ShowRegisters();
  CollectorOptions options = Options();
  options.hung_after = absl::Milliseconds(200);
  const auto collector = Make(options);
  // On a busy machine it may have seemed to hang before.
  ASSERT_TRUE(
      Eventually([&] { return Measure(*collector, {})->banks_size() == 3; }));
  swtpm_.Pause();
  // One that waits for it, and one that is refused at once.
  for (const std::string words :
       {"did not answer in time", "the TPM has not answered for"}) {
    const auto measured = Measure(*collector, {});
    ASSERT_TRUE(measured.ok()) << measured.status();
    EXPECT_THAT(measured->tdx().rtmrs(), SizeIs(4));
    EXPECT_THAT(measured->unavailable().at("tpm"), HasSubstr(words));
    EXPECT_TRUE(Eventually(
        [&] { return !collector->GetPlatform().sources(0).available(); }));
  }
  swtpm_.Continue();
  EXPECT_TRUE(
      Eventually([&] { return !Measure(*collector, {})->banks().empty(); }));
  EXPECT_THAT(Measure(*collector, {})->unavailable(), IsEmpty());
}

TEST_F(TdStateTest, MeasuresTheTpmBesideATdThatHangs) {
  constexpr absl::string_view kName = "the device of the TD's registers ";
  std::promise<void> answer;
  CollectorOptions options = Options();
  options.hung_after = absl::Seconds(1);
  const auto collector = MakeWithRegisters(
      [answered = answer.get_future().share()] {
        answered.wait();
        return absl::StatusOr<TdRegisters>(TdRegisters());
      },
      options);
  ASSERT_TRUE(Eventually(
      [&] { return collector->GetPlatform().sources(0).available(); }));
  // One that waits for it, and those that are refused at once.
  Waiter waiter;
  waiter.deadline = absl::Now() + absl::Seconds(4);
  EXPECT_TRUE(
      Measure(*collector, {{HashAlgorithm::kSha256, {0}}}, waiter).ok());
  for (int i = 0; i < 2; ++i) {
    waiter.deadline = absl::Now() + absl::Seconds(4);
    const auto measured = Measure(*collector, {}, waiter);
    ASSERT_TRUE(measured.ok()) << measured.status();
    EXPECT_THAT(measured->banks(), SizeIs(3));
    EXPECT_FALSE(measured->has_tdx());
    EXPECT_NE(measured->unavailable().at("tdx"), "");
  }
  const auto told = [&](absl::string_view words) {
    return absl::StrContains(warnings_.Text(), absl::StrCat(kName, words));
  };
  EXPECT_TRUE(Eventually([&] { return told("has not answered for"); }));
  answer.set_value();
  EXPECT_TRUE(Eventually([&] { return told("has answered after all"); }));
  EXPECT_TRUE(Eventually([&] { return Measure(*collector, {})->has_tdx(); }));
}

}  // namespace
}  // namespace evidenced
