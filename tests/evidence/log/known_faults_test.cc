// Faults that parsers of these logs are known for. Those of Secure Boot are in
// secure_boot_test.cc, those of signature lists in signature_lists_test.cc.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/boot_facts.h"
#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/base/error_class.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

const Bytes kHead = SpecId({{kSha256Id, 32}});

ErrorClass TcgClass(const Bytes& bytes) {
  const auto log = ParseTcgLog(bytes);
  EXPECT_FALSE(log.ok());
  return ErrorClassOf(log.status());
}

ErrorClass ImaClass(const Bytes& bytes) {
  const auto log = ParseImaLog(bytes);
  EXPECT_FALSE(log.ok());
  return ErrorClassOf(log.status());
}

// A TCG_PCR_EVENT2 with one SHA-256 digest, whose fields say what they like.
struct RawEvent {
  uint32_t digests = 1;
  uint16_t algorithm = kSha256Id;
  uint32_t data_size = 4;

  Bytes Build() const {
    ByteWriter out;
    out.Le(uint32_t{4}).Le(kAction).Le(digests).Le(algorithm);
    out.Put(Bytes(32, 1)).Le(data_size).Put(Bytes(4, 2));
    return std::move(out).Take();
  }
};

TEST(KnownFaults, ALogOfZeroBytesIsEmpty) {
  EXPECT_EQ(TcgClass({}), ErrorClass::kEmpty);
  EXPECT_EQ(ImaClass({}), ErrorClass::kEmpty);
}

TEST(KnownFaults, ADigestCountOfZeroOrBeyondTheAlgorithmsIsMalformed) {
  EXPECT_TRUE(ParseTcgLog(Join({kHead, RawEvent().Build()})).ok());
  for (const uint32_t count : {0U, 2U, 0x80000000U, 0xffffffffU}) {
    EXPECT_EQ(TcgClass(Join({kHead, RawEvent{.digests = count}.Build()})),
              ErrorClass::kMalformed)
        << count;
  }
}

TEST(KnownFaults, AnUnknownAlgorithmIsUnsupportedAnUnannouncedOneMalformed) {
  EXPECT_EQ(TcgClass(Join({kHead, RawEvent{.algorithm = kUnknownId}.Build()})),
            ErrorClass::kUnsupportedAlgorithm);
  EXPECT_EQ(TcgClass(Join({kHead, RawEvent{.algorithm = kSha384Id}.Build()})),
            ErrorClass::kMalformed);
}

TEST(KnownFaults, ASpecIdThatLiesAboutADigestSizeIsMalformed) {
  for (const uint16_t size : {0, 20, 31, 33, 0xffff}) {
    EXPECT_EQ(TcgClass(SpecId({{kSha256Id, size}})), ErrorClass::kMalformed);
  }
}

TEST(KnownFaults, BytesAfterTheVendorInfoChangeNothing) {
  Bytes data = ToBytes(ByteView(kHead).subspan(32));
  data.insert(data.end(), 3, 0x5a);
  const Bytes bytes = Join({Tcg1Event(0, kNoAction, Bytes(20, 0), data),
                            Measured(4, kAction, Bytes{1})});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->spec_id->bytes_after_vendor_info, 3);
  EXPECT_EQ(log->events.size(), 2);
}

TEST(KnownFaults, AnEventSizeBeyondTheLogIsTruncated) {
  for (const uint32_t size : {5U, 0xfffffff0U, 0xffffffffU}) {
    EXPECT_EQ(TcgClass(Join({kHead, RawEvent{.data_size = size}.Build()})),
              ErrorClass::kTruncated)
        << size;
  }
  EXPECT_EQ(TcgClass(ToBytes(AsBytes("some text that is no log at all: more "
                                     "than the head of an event"))),
            ErrorClass::kTruncated);
}

TEST(KnownFaults, TrailingBytesThatAreNoPaddingAreRefused) {
  const Bytes log = Join({kHead, RawEvent().Build()});
  for (const Bytes& tail :
       {Bytes{1}, Bytes{0xff, 0}, Bytes{0, 0xff, 0xff}, Bytes(100, 0x5a)}) {
    EXPECT_FALSE(ParseTcgLog(Join({log, tail})).ok());
  }
  const Bytes list = ImaNg(10, "/bin/sh");
  for (const Bytes& tail : {Bytes{1}, Bytes(100, 0), Bytes(100, 0xff)}) {
    EXPECT_FALSE(ParseImaLog(Join({list, tail})).ok());
  }
}

TEST(KnownFaults, SwappedEventTypesChangeNoRegister) {
  const Bytes a = Measured(4, kAction, Bytes{1});
  Bytes b = a;
  b[4] = kSeparator;
  const Bytes first = Join({kHead, a});
  const Bytes second = Join({kHead, b});
  const auto one = ParseTcgLog(first);
  const auto two = ParseTcgLog(second);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(Replay(*one, one->banks), Replay(*two, two->banks));
}

TEST(KnownFaults, OfTwoSecureBootVariablesTheFirstIsTheFact) {
  const Bytes bytes = Join(
      {kHead,
       Measured(7, kDriverConfig, GlobalVariable("SecureBoot", Bytes{0})),
       Measured(7, kDriverConfig, GlobalVariable("SecureBoot", Bytes{1}))});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(FindBootFacts(*log).secure_boot_variable, false);
  EXPECT_EQ(FindBootFacts(*log).variables.size(), 2);
}

TEST(KnownFaults, AnImaPathMayHoldAnything) {
  for (const absl::string_view path :
       {"/a b", "/a\nb", "/\x1b]0;x\x07", "/\xff\xfe\xc3\x28", "/a\\x41"}) {
    const Bytes bytes = ImaNg(10, path);
    const auto log = ParseImaLog(bytes);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_TRUE(TemplateDigestMatches(*log, log->events[0]));
    const std::string words = DescribeEvent(*log, log->events[0]).meaning;
    const bool quoted = absl::StrContains(path, ' ');
    const absl::string_view quote = quoted ? "\"" : "";
    EXPECT_THAT(words,
                HasSubstr(absl::StrCat(" ", quote, Printable(path), quote)));
    for (const char c : words) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(KnownFaults, ATemplateFieldThatClaimsFourGibibytesIsSaidToBeMalformed) {
  ByteWriter data;
  data.Le(uint32_t{0xffffffff}).Put(Bytes(8, 'a'));
  for (const absl::string_view name : {"ima-ng", "ima-sig", "vendor"}) {
    const Bytes bytes = ImaEntry(10, Hash(HashAlgorithm::kSha1, {data.view()}),
                                 name, data.view());
    const auto log = ParseImaLog(bytes);
    ASSERT_TRUE(log.ok()) << log.status();
    const std::string words = DescribeEvent(*log, log->events[0]).meaning;
    EXPECT_TRUE(words == " (malformed fields)" || words == "12 bytes") << words;
  }
  ByteWriter entry;
  entry.Le(uint32_t{10}).Put(Bytes(20, 1)).Le(uint32_t{6});
  entry.Put(AsBytes("ima-ng")).Le(uint32_t{0xffffffff}).Put(Bytes(8, 'a'));
  EXPECT_EQ(ImaClass(ToBytes(entry.view())), ErrorClass::kTruncated);
}

TEST(KnownFaults, AListOfAnotherBankIsHeldAgainstThatBank) {
  const Bytes data = Fields({DigestNg(Bytes(32, 0x11)), NameNg("/bin/sh")});
  for (const HashAlgorithm bank :
       {HashAlgorithm::kSha256, HashAlgorithm::kSha384,
        HashAlgorithm::kSha512}) {
    Bytes digest = Hash(bank, {data});
    const Bytes entry = ImaEntry(10, digest, "ima-ng", data);
    const Bytes good = Join({entry, entry});
    auto log = ParseImaLog(good);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(log->events[1].digests[0].algorithm, bank);
    EXPECT_TRUE(TemplateDigestMatches(*log, log->events[1]));
    digest[0] ^= 1;
    const Bytes bad = ImaEntry(10, digest, "ima-ng", data);
    log = ParseImaLog(bad);
    ASSERT_TRUE(log.ok());
    EXPECT_FALSE(TemplateDigestMatches(*log, log->events[0]));
  }
}

}  // namespace
}  // namespace evidenced
