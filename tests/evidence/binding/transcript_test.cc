#include "evidence/binding/transcript.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

std::vector<Transcript> EveryRow() {
  return {DirectTls(), DirectUnix(), LeafTls(), BatchTop(), Boot()};
}

// The header of a transcript of mode 1 with `count` items.
ByteWriter Header(uint16_t count) {
  ByteWriter out;
  out.Put(AsBytes(absl::string_view("evidenced transcript v1\0", 24)))
      .Be(uint8_t{1})
      .Be(count);
  return out;
}

void PutItem(ByteWriter& out, uint16_t tag, const Bytes& value) {
  out.Be(tag).Be(static_cast<uint32_t>(value.size())).Put(value);
}

TEST(Transcript, ParsesWhatItEncodes) {
  for (const Transcript& transcript : EveryRow()) {
    const auto encoded = EncodeTranscript(transcript);
    ASSERT_TRUE(encoded.ok()) << encoded.status();
    const auto parsed = ParseTranscript(*encoded);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->mode, transcript.mode);
    EXPECT_EQ(parsed->nonce, transcript.nonce);
    EXPECT_EQ(parsed->peer, transcript.peer);
    EXPECT_EQ(*EncodeTranscript(*parsed), *encoded);
  }
}

TEST(Transcript, TakesUserDataAndCsr) {
  Transcript transcript = DirectTls();
  transcript.user_sha384 = Bytes(48, 1);
  transcript.csr_sha384 = Bytes(48, 2);
  const auto parsed = ParseTranscript(*EncodeTranscript(transcript));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->user_sha384, transcript.user_sha384);
  EXPECT_EQ(parsed->csr_sha384, transcript.csr_sha384);
}

TEST(Transcript, RefusesEveryTruncation) {
  for (const Transcript& transcript : EveryRow()) {
    const Bytes encoded = *EncodeTranscript(transcript);
    for (size_t size = 0; size < encoded.size(); ++size) {
      const auto parsed = ParseTranscript(ByteView(encoded).first(size));
      EXPECT_EQ(ReasonOf(parsed),
                size < 24 ? "transcript-magic" : "transcript-truncated")
          << size;
    }
  }
}

TEST(Transcript, RefusesATrailingByte) {
  Bytes encoded = *EncodeTranscript(DirectTls());
  encoded.push_back(0);
  EXPECT_EQ(ReasonOf(ParseTranscript(encoded)), "transcript-trailing");
}

TEST(Transcript, RefusesALengthOfFourGigabytes) {
  ByteWriter out = Header(1);
  out.Be(uint16_t{3}).Be(uint32_t{0xffffffff}).Put(Bytes(64, 0));
  EXPECT_EQ(ReasonOf(ParseTranscript(out.view())), "transcript-truncated");
}

TEST(Transcript, RefusesDescendingAndRepeatedTags) {
  for (const uint16_t second : {uint16_t{1}, uint16_t{2}}) {
    ByteWriter out = Header(2);
    PutItem(out, 2, {'a'});
    PutItem(out, second, {1});
    EXPECT_EQ(ReasonOf(ParseTranscript(out.view())), "item-order") << second;
  }
}

TEST(Transcript, RefusesUnknownAndReservedTags) {
  for (const uint16_t tag : {4, 5, 11, 13, 16, 17, 0xffff}) {
    ByteWriter out = Header(1);
    PutItem(out, tag, Bytes(32, 0));
    EXPECT_EQ(ReasonOf(ParseTranscript(out.view())), "item-unknown") << tag;
  }
}

TEST(Transcript, RefusesEachMissingItem) {
  std::vector<Transcript> broken(8, DirectTls());
  broken[0].role.reset();
  broken[1].audience.reset();
  broken[2].nonce.reset();
  broken[3].spki.reset();
  broken[4].certificate.reset();
  broken[5].peer.reset();
  broken[6].manifest_sha384.reset();
  broken[7].instance.reset();
  // Without its role it is no transcript over TLS, so it has too many items.
  EXPECT_EQ(ReasonOf(EncodeTranscript(broken[0])), "item-missing");
  for (size_t i = 1; i < broken.size(); ++i) {
    EXPECT_EQ(ReasonOf(EncodeTranscript(broken[i])), "item-missing") << i;
  }
  Transcript batch = BatchTop();
  batch.batch.reset();
  EXPECT_EQ(ReasonOf(EncodeTranscript(batch)), "item-missing");
}

TEST(Transcript, RefusesItemsOutsideOfTheTable) {
  Transcript unix = DirectUnix();
  unix.peer = Bytes(32, 0x88);
  EXPECT_EQ(ReasonOf(EncodeTranscript(unix)), "item-not-allowed");
  Transcript boot = Boot();
  boot.nonce = Bytes(32, 1);
  EXPECT_EQ(ReasonOf(EncodeTranscript(boot)), "item-not-allowed");
  Transcript leaf = LeafTls();
  leaf.instance = Bytes(32, 0xaa);
  EXPECT_EQ(ReasonOf(EncodeTranscript(leaf)), "item-not-allowed");
  Transcript batch = BatchTop();
  batch.role = 3;
  EXPECT_EQ(ReasonOf(EncodeTranscript(batch)), "item-not-allowed");
  Transcript direct = DirectTls();
  direct.batch = Transcript::BatchItem{1, Bytes(48, 0)};
  EXPECT_EQ(ReasonOf(EncodeTranscript(direct)), "item-not-allowed");
}

TEST(Transcript, RefusesValuesOutOfBounds) {
  Transcript t = DirectTls();
  t.role = 2;
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "role-value");
  t = Boot();
  t.role = 1;
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "role-value");
  t = DirectTls();
  t.mode = static_cast<TranscriptMode>(4);
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "mode-not-allowed");
  t = BatchTop();
  t.batch->tree_size = 65537;
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "tree-size");
  t = BatchTop();
  t.batch->root.pop_back();
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "item-length");
}

TEST(Transcript, BoundsNonceAndAudience) {
  Transcript t = DirectTls();
  for (const size_t size : {0, 31, 65}) {
    t.nonce = Bytes(size, 1);
    EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "nonce-length") << size;
  }
  t.nonce = Bytes(64, 1);
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "accepted");
  for (const size_t size : {0, 2049}) {
    t.audience = std::string(size, 'a');
    EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "audience-length") << size;
  }
  t.audience = std::string(2048, 'a');
  EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "accepted");
  for (const char c : {'\0', ' ', '\x1b', '\x7f', '\x80', '\xff'}) {
    t.audience = std::string("a") + c;
    EXPECT_EQ(ReasonOf(EncodeTranscript(t)), "audience-characters")
        << static_cast<int>(c);
  }
}

TEST(Transcript, RefusesEveryDigestOneByteShort) {
  std::vector<Transcript> broken(7, DirectTls());
  broken[0].spki->pop_back();
  broken[1].certificate->pop_back();
  broken[2].peer->pop_back();
  broken[3].manifest_sha384->pop_back();
  broken[4].instance->pop_back();
  broken[5].user_sha384 = Bytes(47, 0);
  broken[6].csr_sha384 = Bytes(47, 0);
  for (size_t i = 0; i < broken.size(); ++i) {
    EXPECT_EQ(ReasonOf(EncodeTranscript(broken[i])), "item-length") << i;
  }
}

TEST(Transcript, AnyFlippedBitIsRefusedOrAnotherTranscript) {
  const Bytes encoded = *EncodeTranscript(DirectTls());
  for (size_t i = 0; i < encoded.size() * 8; ++i) {
    Bytes flipped = encoded;
    flipped[i / 8] ^= static_cast<uint8_t>(1U << (i % 8));
    const auto parsed = ParseTranscript(flipped);
    if (parsed.ok()) {
      EXPECT_EQ(*EncodeTranscript(*parsed), flipped) << i;
    }
  }
}

TEST(ReportData, FlagsNameTheItems) {
  const auto flags = [](const Transcript& t) {
    return (*MakeReportData(t))[11];
  };
  EXPECT_EQ(flags(DirectUnix()), 0x01);
  EXPECT_EQ(flags(DirectTls()), 0x07);
  EXPECT_EQ(flags(BatchTop()), 0x01);
  Transcript t = DirectUnix();
  t.user_sha384 = Bytes(48, 0);
  EXPECT_EQ(flags(t), 0x09);
  t.csr_sha384 = Bytes(48, 0);
  EXPECT_EQ(flags(t), 0x19);
}

TEST(ReportData, EndsWithTheTranscriptsDigest) {
  const ReportData data = *MakeReportData(Boot());
  EXPECT_TRUE(Equal(ByteView(data).first(8), AsBytes("EVIDENCE")));
  EXPECT_EQ(data[9], 3);
  EXPECT_TRUE(
      Equal(ByteView(data).subspan(16), Sha384(*EncodeTranscript(Boot()))));
}

TEST(ReportData, IsNotMadeForALeaf) {
  EXPECT_EQ(ReasonOf(MakeReportData(LeafTls())), "mode-not-allowed");
  EXPECT_EQ(ReasonOf(MakeAnchor(LeafTls())), "mode-not-allowed");
}

TEST(Anchor, DoesNotDependOnTheManifest) {
  Transcript without = DirectTls();
  without.manifest_sha384.reset();
  EXPECT_EQ(*MakeAnchor(without), *MakeAnchor(DirectTls()));
  without.nonce = Bytes(32, 9);
  EXPECT_NE(*MakeAnchor(without), *MakeAnchor(DirectTls()));
}

}  // namespace
}  // namespace evidenced
