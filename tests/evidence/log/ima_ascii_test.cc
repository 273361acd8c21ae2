#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/base/error_class.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

const char kFileDigest[] =
    "sha256:"
    "1111111111111111111111111111111111111111111111111111111111111111";

// The line of an entry whose template data is `data`, and its text `fields`.
std::string Line(absl::string_view name, const Bytes& data,
                 absl::string_view fields,
                 HashAlgorithm bank = HashAlgorithm::kSha1) {
  return absl::StrCat("10 ", Hex(Hash(bank, {data})), " ", name, " ", fields,
                      "\n");
}

// The first entry of a list, with what its views point into.
struct Parsed {
  std::shared_ptr<const std::string> text;
  EventLog log;
  const LogEvent& event() const { return log.events.front(); }
};

Parsed Parse(const std::string& text) {
  Parsed parsed{std::make_shared<const std::string>(text), EventLog()};
  auto log = ParseImaAscii(AsBytes(*parsed.text));
  EXPECT_TRUE(log.ok()) << log.status();
  parsed.log.events.resize(1);
  if (log.ok()) parsed.log = *std::move(log);
  return parsed;
}

void ExpectData(absl::string_view name, const Bytes& data,
                absl::string_view fields) {
  const Parsed parsed = Parse(Line(name, data, fields));
  EXPECT_EQ(ToBytes(parsed.event().data), data) << name;
  EXPECT_TRUE(TemplateDigestMatches(parsed.log, parsed.event())) << name;
  EXPECT_EQ(parsed.event().template_name, name);
}

absl::Status Refusal(absl::string_view text) {
  return ParseImaAscii(AsBytes(text)).status();
}

const Bytes kDigestField = DigestNg(Bytes(32, 0x11));

TEST(ParseImaAscii, PutsTheDataOfEveryTemplateTogether) {
  const Bytes path = NameNg("/bin/sh");
  const std::string file = absl::StrCat(kFileDigest, " /bin/sh");
  ExpectData("ima-ng", Fields({kDigestField, path}), file);
  ExpectData("ima-sig", Fields({kDigestField, path, Bytes{3, 2}}),
             absl::StrCat(file, " 0302"));
  ExpectData("ima-sig", Fields({kDigestField, path, {}}),
             absl::StrCat(file, " "));
  ExpectData("ima-buf", Fields({kDigestField, path, Bytes{0xab}}),
             absl::StrCat(file, " ab"));
  ExpectData("ima-modsig",
             Fields({kDigestField, path, {}, kDigestField, Bytes{1}}),
             absl::StrCat(file, "  ", kFileDigest, " 01"));
  // An editor may have cut the spaces of its last, empty fields.
  ExpectData("ima-modsig", Fields({kDigestField, path, Bytes{3}, {}, {}}),
             absl::StrCat(file, " 03"));
  const Bytes version2 = Join({ToBytes(AsBytes("verity:")), kDigestField});
  ExpectData("ima-ngv2", Fields({version2, path}),
             absl::StrCat("verity:", file));
  ExpectData("ima-sigv2", Fields({version2, path, Bytes{3}}),
             absl::StrCat("verity:", file, " 03"));
  ExpectData("evm-sig",
             Fields({kDigestField, path, Bytes{5}, NameNg("security.ima"),
                     Bytes{4, 0, 0, 0}, Bytes{1, 2}, Bytes{0xe8, 3, 0, 0},
                     Bytes{0, 0, 0, 0}, Bytes{0xed, 0x81}}),
             absl::StrCat(file, " 05 security.ima 04000000 0102 1000 0 33261"));
  ExpectData("ima-cgpath",
             Fields({NameNg("/usr/bin/dockerd:swapper/0"), NameNg("/kubepods"),
                     kDigestField, path}),
             absl::StrCat("/usr/bin/dockerd:swapper/0 /kubepods ", file));
  ExpectData("d-ng|n-ng", Fields({kDigestField, path}), file);
}

TEST(ParseImaAscii, HashesTheLegacyTemplateWithItsPathPadded) {
  Bytes padded = ToBytes(AsBytes("/bin/sh"));
  padded.resize(256);
  const std::string text = Line("ima", Join({Bytes(20, 0x22), padded}),
                                "2222222222222222222222222222222222222222 "
                                "/bin/sh");
  const Parsed parsed = Parse(text);
  EXPECT_TRUE(TemplateDigestMatches(parsed.log, parsed.event()));
  EXPECT_THAT(Refusal(Line("ima", {},
                           absl::StrCat(std::string(40, '2'), " ",
                                        std::string(256, 'a'))))
                  .message(),
              HasSubstr("at most 255 bytes"));
}

TEST(ParseImaAscii, TheBankIsThatOfTheDigestsLength) {
  const Bytes data = Fields({kDigestField, NameNg("/a")});
  for (const HashAlgorithm bank :
       {HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384,
        HashAlgorithm::kSha512}) {
    const Parsed parsed =
        Parse(Line("ima-ng", data, absl::StrCat(kFileDigest, " /a"), bank));
    EXPECT_EQ(parsed.event().digests.front().algorithm, bank);
    EXPECT_TRUE(TemplateDigestMatches(parsed.log, parsed.event()));
  }
  EXPECT_THAT(Refusal("10 abcd ima-ng x y\n").message(),
              HasSubstr("40, 64, 96 or 128 digits"));
}

TEST(ParseImaAscii, APathKeepsItsSpacesAndBytes) {
  for (const absl::string_view path :
       {"/a b", "/a  b ", "/a (deleted)", "/\x1b[2J\x07", "/\xff\xfe\xc3",
        "/a\\nb", "/caf\xc3\xa9"}) {
    ExpectData("ima-ng", Fields({kDigestField, NameNg(path)}),
               absl::StrCat(kFileDigest, " ", path));
    ExpectData("ima-sig", Fields({kDigestField, NameNg(path), Bytes{3}}),
               absl::StrCat(kFileDigest, " ", path, " 03"));
    const Parsed parsed =
        Parse(Line("ima-ng", Fields({kDigestField, NameNg(path)}),
                   absl::StrCat(kFileDigest, " ", path)));
    for (const char c : DescribeEvent(parsed.log, parsed.event()).meaning) {
      EXPECT_TRUE(c >= 0x20 && c < 0x7f);
    }
  }
}

TEST(ParseImaAscii, ANewlineInAPathIsNeverTakenForAnEntry) {
  // What follows the newline is a whole entry, as an attacker would write it.
  const std::string forged =
      Line("ima-ng", Fields({kDigestField, NameNg("/good")}),
           absl::StrCat(kFileDigest, " /good"));
  const std::string path =
      absl::StrCat("/a\n", forged.substr(0, forged.size() - 1));
  const std::string text = Line("ima-ng", Fields({kDigestField, NameNg(path)}),
                                absl::StrCat(kFileDigest, " ", path));
  const auto log = ParseImaAscii(AsBytes(text));
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE(TemplateDigestMatches(*log, log->events[0]));
  // Other text is refused, and the reason is named.
  EXPECT_THAT(Refusal(Line("ima-ng", {}, absl::StrCat(kFileDigest, " /a\nb")))
                  .message(),
              HasSubstr("if a path has a newline"));
}

TEST(ParseImaAscii, AZeroDigestIsAViolation) {
  const std::string text = absl::StrCat("10 ", std::string(40, '0'), " ima-ng ",
                                        kFileDigest, " /v\n");
  const Parsed parsed = Parse(text);
  EXPECT_TRUE(parsed.event().violation);
  EXPECT_EQ(ExtendValue(parsed.log, parsed.event(), HashAlgorithm::kSha256),
            Bytes(32, 0xff));
}

TEST(ParseImaAscii, OfAnUnknownTemplateOnlyTheLoggedDigestIsKnown) {
  const std::string text =
      absl::StrCat("10 ", std::string(40, '1'), " vendor what ever\n");
  const Parsed parsed = Parse(text);
  EXPECT_FALSE(parsed.event().data_known);
  EXPECT_FALSE(DataCovered(parsed.log, parsed.event()));
  EXPECT_EQ(ExtendValue(parsed.log, parsed.event(), HashAlgorithm::kSha1),
            Bytes(20, 0x11));
  EXPECT_EQ(ExtendValue(parsed.log, parsed.event(), HashAlgorithm::kSha256),
            std::nullopt);
}

TEST(ParseImaAscii, RefusesWhatIsNoEntry) {
  EXPECT_EQ(ErrorClassOf(Refusal("")), ErrorClass::kEmpty);
  for (const absl::string_view text :
       {"this is text\n", "\n", "24 x\n", "-1 x\n", "10\n",
        "4294967306 x ima-ng y z\n"}) {
    EXPECT_EQ(ErrorClassOf(Refusal(text)), ErrorClass::kMalformed) << text;
  }
  const std::string start = absl::StrCat("10 ", std::string(40, '1'), " ");
  EXPECT_FALSE(Refusal(absl::StrCat(start, "\n")).ok());
  EXPECT_FALSE(Refusal(absl::StrCat(start, "ima-ng\n")).ok());
  EXPECT_FALSE(Refusal(absl::StrCat(start, "ima-ng sha1:0\n")).ok());
  EXPECT_FALSE(Refusal(absl::StrCat(start, "ima-sig sha1:00 /a xx\n")).ok());
  EXPECT_FALSE(Refusal(absl::StrCat(start,
                                    "evm-sig sha1:00 /a 05 x 04 01 "
                                    "4294967296 0 0\n"))
                   .ok());
}

TEST(ParseImaAscii, ALastLineThatIsCutIsTruncated) {
  const std::string text = Line("ima-ng", {}, absl::StrCat(kFileDigest, " /a"));
  for (size_t size = 3; size < text.find(" /a"); size += 7) {
    const absl::Status status = Refusal(text.substr(0, size));
    // An odd digit, or none: what is left is never an entry.
    EXPECT_EQ(ErrorClassOf(status), ErrorClass::kTruncated) << size;
  }
}

TEST(ParseImaAscii, ASecondBankInOneListIsRefused) {
  const Bytes data = Fields({kDigestField, NameNg("/a")});
  const std::string fields = absl::StrCat(kFileDigest, " /a");
  EXPECT_FALSE(Refusal(absl::StrCat(Line("ima-ng", data, fields),
                                    Line("ima-ng", data, fields,
                                         HashAlgorithm::kSha256)))
                   .ok());
}

}  // namespace
}  // namespace evidenced
