#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/log_file.h"
#include "quote/base/error_class.h"
#include "tests/evidence/log/captures.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

TEST(DetectLogFileForm, TellsTheFormsApart) {
  EXPECT_EQ(DetectLogFileForm(SpecId({{kSha256Id, 32}})), LogFileForm::kTcg2);
  EXPECT_EQ(DetectLogFileForm(Tcg1Event(0, 8, Bytes(20, 1), Bytes(4, 1))),
            LogFileForm::kTcg1);
  EXPECT_EQ(DetectLogFileForm(ImaNg(10, "/bin/sh")), LogFileForm::kIma);
  EXPECT_EQ(DetectLogFileForm(AsBytes("10 abc ima-ng ")),
            LogFileForm::kImaAscii);
  EXPECT_EQ(DetectLogFileForm(AsBytes("no log")), LogFileForm::kImaAscii);
  for (const char* name : kCaptures) {
    const Capture capture(name);
    EXPECT_EQ(DetectLogFileForm(capture.tcg), LogFileForm::kTcg2);
    EXPECT_EQ(DetectLogFileForm(capture.ima), LogFileForm::kIma);
  }
}

TEST(DetectLogFileForm, FindsAListOfEveryBankAndOneThatBeginsWithAViolation) {
  const Bytes data = Fields({DigestNg(Bytes(32, 0x11)), NameNg("/bin/sh")});
  for (const size_t size : {20, 32, 48, 64}) {
    for (const uint8_t byte : {0x00, 0x9c}) {
      const Bytes bytes = ImaEntry(10, Bytes(size, byte), "ima-ng", data);
      EXPECT_EQ(DetectLogFileForm(bytes), LogFileForm::kIma) << size;
      const auto log = ParseLogFile(LogFileForm::kIma, bytes);
      ASSERT_TRUE(log.ok()) << log.status();
      EXPECT_EQ(log->events[0].digests[0].value.size(), size);
      EXPECT_EQ(log->events[0].violation, byte == 0);
    }
  }
}

TEST(ParseLogFile, RefusesAnotherFormThanThatWhichIsNamed) {
  const Bytes agile = SpecId({{kSha256Id, 32}});
  const Bytes sha1 = Tcg1Event(0, 8, Bytes(20, 1), Bytes(4, 1));
  EXPECT_TRUE(ParseLogFile(LogFileForm::kTcg2, agile).ok());
  EXPECT_TRUE(ParseLogFile(LogFileForm::kCcel, agile).ok());
  EXPECT_FALSE(ParseLogFile(LogFileForm::kTcg1, agile).ok());
  EXPECT_TRUE(ParseLogFile(LogFileForm::kTcg1, sha1).ok());
  EXPECT_FALSE(ParseLogFile(LogFileForm::kTcg2, sha1).ok());
  EXPECT_FALSE(ParseLogFile(LogFileForm::kCcel, sha1).ok());
}

TEST(ParseLogFile, RefusesABigEndianListByThatName) {
  Bytes bytes = ImaNg(10, "/bin/sh");
  for (const size_t at : {0, 24, 34}) {
    std::swap(bytes[at], bytes[at + 3]);
    std::swap(bytes[at + 1], bytes[at + 2]);
  }
  EXPECT_EQ(DetectLogFileForm(bytes), LogFileForm::kIma);
  EXPECT_THAT(
      std::string(ParseLogFile(LogFileForm::kIma, bytes).status().message()),
      HasSubstr("big-endian"));
}

TEST(ParseLogFile, NoByteIsEmptyInEveryForm) {
  for (const LogFileForm form :
       {LogFileForm::kTcg1, LogFileForm::kTcg2, LogFileForm::kCcel,
        LogFileForm::kIma, LogFileForm::kImaAscii}) {
    EXPECT_EQ(ErrorClassOf(ParseLogFile(form, {}).status()),
              ErrorClass::kEmpty);
    EXPECT_EQ(LogFileFormFromName(LogFileFormName(form)), form);
  }
  EXPECT_FALSE(LogFileFormFromName("tcg3").has_value());
}

TEST(ParseCcel, NamesTheRegistersOfATrustDomain) {
  const Bytes head = SpecId({{kSha384Id, 48}});
  const Bytes good = Join({head, Measured(4, kAction, Bytes{1}, {kSha384Id})});
  const auto log = ParseCcel(good);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->format, LogFormat::kCcel);
  const Bytes bad = Join({head, Measured(5, kAction, Bytes{1}, {kSha384Id})});
  EXPECT_THAT(std::string(ParseCcel(bad).status().message()),
              HasSubstr("register of 0 to 4"));
}

// As a guest reads it while it is written: the area is filled up with 0xFF.
TEST(ParseGrowingLog, TakesTheWholeEventsOfACcLog) {
  const Bytes head = SpecId({{kSha384Id, 48}});
  const Bytes event = Measured(3, kAction, Bytes{1}, {kSha384Id});
  const Bytes whole = Join({head, event, event});
  for (size_t size = head.size(); size < whole.size(); ++size) {
    const auto log =
        ParseGrowingLog(LogFormat::kCcel, ByteView(whole).first(size));
    ASSERT_TRUE(log.ok()) << size << log.status();
    EXPECT_EQ(log->format, LogFormat::kCcel);
    EXPECT_EQ(log->length, size < head.size() + event.size()
                               ? head.size()
                               : head.size() + event.size());
  }
  const auto padded =
      ParseGrowingLog(LogFormat::kCcel, Join({whole, Bytes(999, 0xff)}));
  ASSERT_TRUE(padded.ok()) << padded.status();
  EXPECT_EQ(padded->length, whole.size());
  const Bytes other = Measured(5, kAction, Bytes{1}, {kSha384Id});
  EXPECT_FALSE(ParseGrowingLog(LogFormat::kCcel, Join({head, other})).ok());
  EXPECT_FALSE(ParseGrowingLog(LogFormat::kCcel,
                               Tcg1Event(1, kAction, Bytes(20, 1), Bytes{1}))
                   .ok());
}

// Its pieces are of different times.
TEST(ParseGrowingLog, EndsACcLogThatGrewBetweenTwoPieces) {
  const Bytes head = SpecId({{kSha384Id, 48}});
  const Bytes event = Measured(3, kAction, Bytes{1}, {kSha384Id});
  const Bytes torn =
      Join({head, event, Bytes(100, 0xff), event, Bytes(50, 0xff)});
  const auto log = ParseGrowingLog(LogFormat::kCcel, torn);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->length, head.size() + event.size());
  const auto tail =
      ParseGrowingTail(*ParseCcel(head), ByteView(torn).subspan(head.size()));
  ASSERT_TRUE(tail.ok()) << tail.status();
  EXPECT_EQ(tail->length, event.size());
  // A log that was handed over is whole.
  EXPECT_FALSE(ParseCcel(torn).ok());
}

TEST(ParseGrowingTail, TakesTheWholeEventsBehindACcLog) {
  const Bytes head_bytes = SpecId({{kSha384Id, 48}});
  const auto head = ParseCcel(head_bytes);
  ASSERT_TRUE(head.ok()) << head.status();
  const Bytes event = Measured(3, kAction, Bytes{1}, {kSha384Id});
  for (const Bytes& rest : {Bytes(), Bytes(99, 0xff), Bytes(99, 0),
                            ToBytes(ByteView(event).first(30))}) {
    const auto tail = ParseGrowingTail(*head, Join({event, rest}));
    ASSERT_TRUE(tail.ok()) << tail.status();
    EXPECT_EQ(tail->format, LogFormat::kCcel);
    EXPECT_EQ(tail->events.size(), 1U);
    EXPECT_EQ(tail->length, event.size());
  }
  const Bytes other = Measured(5, kAction, Bytes{1}, {kSha384Id});
  EXPECT_THAT(std::string(ParseGrowingTail(*head, other).status().message()),
              HasSubstr("register of 0 to 4"));
  EXPECT_FALSE(ParseTcgLogTail(*head, other).ok());
}

}  // namespace
}  // namespace evidenced
