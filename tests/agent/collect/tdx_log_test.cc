#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/td_fixture.h"
#include "tests/evidence/log/log_builder.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::IsEmpty;

// The registers are in the quote, which is made when the log has been read.
class TdxLogTest : public TdTest {
 protected:
  // Evidence of a TD in which `meanwhile` happens after the log was read.
  v1::Evidence GetWhile(std::function<void()> meanwhile) {
    if (collector_ == nullptr) {
      collector_ = Make(Options());
      // The quote at the start is behind this one.
      EXPECT_TRUE(Get(*collector_, WithCcel()).ok());
    }
    cpu_->SetHook(std::move(meanwhile));
    auto evidence = Get(*collector_, WithCcel());
    cpu_->SetHook([] {});
    EXPECT_TRUE(evidence.ok()) << evidence.status();
    const auto binding = VerifyReport(*evidence, WithCcel());
    EXPECT_TRUE(binding.ok()) << binding.status();
    return *std::move(evidence);
  }

  static uint64_t QuotedEvents(const v1::Evidence& evidence) {
    return evidence.hints().quoted_events().at("log.ccel");
  }

  std::unique_ptr<Collector> collector_;
};

TEST_F(TdxLogTest, SendsTheTailThatTheQuoteHolds) {
  const Bytes before = td_.events();
  const auto evidence = GetWhile([this] {
    td_.Measure(3, "a workload");
    td_.Measure(2, "another");
    td_.Log(3, "not extended yet");
  });
  const v1::Part* log = FindPart(evidence, "log.ccel");
  EXPECT_EQ(log->data(), ToString(before));
  EXPECT_EQ(log->tail(), ToString(Join({TdGuest::Event(3, "a workload"),
                                        TdGuest::Event(2, "another")})));
  EXPECT_EQ(QuotedEvents(evidence), 6U);
  for (const std::string label : {"log.tcg2", "log.ima"}) {
    EXPECT_THAT(FindPart(evidence, label)->tail(), IsEmpty());
  }

  // Then it is of the log.
  td_.Extend(3, "not extended yet");
  const auto later = GetWhile([] {});
  EXPECT_EQ(FindPart(later, "log.ccel")->data(), ToString(td_.events()));
  EXPECT_THAT(FindPart(later, "log.ccel")->tail(), IsEmpty());
  EXPECT_EQ(QuotedEvents(later), 7U);
}

TEST_F(TdxLogTest, SendsNoTailThatTheQuoteDoesNotNeed) {
  const auto evidence = GetWhile([this] { td_.Log(3, "not extended"); });
  EXPECT_THAT(FindPart(evidence, "log.ccel")->tail(), IsEmpty());
  EXPECT_EQ(QuotedEvents(evidence), 4U);
  // Nor does it hold what the log has more.
  const auto later = GetWhile([] {});
  EXPECT_EQ(FindPart(later, "log.ccel")->data(), ToString(td_.events()));
  EXPECT_EQ(QuotedEvents(later), 4U);
}

TEST_F(TdxLogTest, SendsNoTailIfTheLogStaysBehind) {
  for (int i = 0; i < 3; ++i) {
    const auto evidence = GetWhile([this] { td_.Extend(3, "unlogged"); });
    EXPECT_THAT(FindPart(evidence, "log.ccel")->tail(), IsEmpty());
    EXPECT_EQ(QuotedEvents(evidence), 4U);
  }
}

TEST_F(TdxLogTest, SendsTheTailOfALogThatCatchesUpLater) {
  td_.Extend(3, "a workload");
  EXPECT_THAT(FindPart(GetWhile([] {}), "log.ccel")->tail(), IsEmpty());
  const auto evidence = GetWhile([this] { td_.Log(3, "a workload"); });
  EXPECT_EQ(FindPart(evidence, "log.ccel")->tail(),
            ToString(TdGuest::Event(3, "a workload")));
  EXPECT_EQ(QuotedEvents(evidence), 5U);
}

TEST_F(TdxLogTest, ExplainsOneRegisterThoughAnotherIsUnlogged) {
  td_.Extend(3, "unlogged");
  const auto evidence = GetWhile([this] { td_.Measure(2, "a workload"); });
  EXPECT_EQ(FindPart(evidence, "log.ccel")->tail(),
            ToString(TdGuest::Event(2, "a workload")));
  EXPECT_EQ(QuotedEvents(evidence), 5U);
}

TEST_F(TdxLogTest, ClaimsNothingOfALogThatNoPrefixExplains) {
  // Each by itself has a prefix, and there is none for all.
  td_.Log(0, "never extended");
  td_.Measure(1, "a workload");
  const auto evidence = GetWhile([] {});
  EXPECT_THAT(FindPart(evidence, "log.ccel")->tail(), IsEmpty());
  EXPECT_EQ(evidence.hints().quoted_events().count("log.ccel"), 0U);
}

TEST_F(TdxLogTest, SendsNoTailOfAnotherLog) {
  const auto evidence = GetWhile([this] {
    td_.Measure(3, "a workload");
    Bytes other = td_.events();
    other.back() ^= 1;
    other[80] ^= 1;
    other.resize(4096, 0xff);
    WriteFile(dir_.File("CCEL.data"), other);
  });
  EXPECT_THAT(FindPart(evidence, "log.ccel")->tail(), IsEmpty());
}

TEST_F(TdxLogTest, BearsALogThatIsCutWhileTheQuoteIsMade) {
  const auto evidence = GetWhile([this] {
    td_.Measure(3, "a workload");
    WriteFile(dir_.File("CCEL.data"), Bytes(10, 0xff));
  });
  EXPECT_THAT(FindPart(evidence, "log.ccel")->tail(), IsEmpty());
}

}  // namespace
}  // namespace evidenced
