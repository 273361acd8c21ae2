#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
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
  static void Nap() {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  static v1::Source WaitForCpu(const Collector& collector) {
    while (collector.GetPlatform().sources_size() < 2) Nap();
    return collector.GetPlatform().sources(1);
  }

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
  while (!WaitForCpu(*collector).available()) Nap();
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
  while (!WaitForCpu(*collector).available()) Nap();
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
  while (!WaitForCpu(*collector).available()) Nap();
  EXPECT_EQ(WaitForCpu(*collector).label(), "tdx");
  const std::vector<std::string> told = Told();
  ASSERT_GE(told.size(), 3U);
  EXPECT_EQ(told[0], "snp failing");
  EXPECT_EQ(told[1], "snp absent");
  EXPECT_EQ(told.back(), "tdx available");
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
  EXPECT_THAT(warnings_.Text(),
              HasSubstr("measurements without a TD's registers: "));
  const auto without = Make(WithoutTpm());
  EXPECT_EQ(Measure(*without, {}).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace evidenced
