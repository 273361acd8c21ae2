#include "evidence/binding/manifest.h"

#include <string>

#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"
#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

// A manifest of `count` entries whose bytes are `entries`.
Bytes Raw(uint16_t count, const std::string& entries) {
  ByteWriter out;
  out.Put(AsBytes(absl::string_view("evidenced manifest v1\0", 22)))
      .Be(count)
      .Put(AsBytes(entries));
  return std::move(out).Take();
}

std::string Text(const std::string& text) {
  return std::string(1, static_cast<char>(text.size())) + text;
}

std::string Missing(const std::string& label, const std::string& reason) {
  return "\x02" + Text(label) + Text(reason);
}

const char kSigns[] = "\x03\x03tpm";

TEST(Manifest, ParsesWhatItEncodes) {
  const auto encoded = EncodeManifest(ExampleEntries());
  ASSERT_TRUE(encoded.ok()) << encoded.status();
  const auto manifest = ParseManifest(*encoded);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->signer(), "tpm");
  ASSERT_NE(manifest->Find("tpm.ak"), nullptr);
  EXPECT_EQ(manifest->Find("tpm.ak")->length, 3u);
  EXPECT_EQ(manifest->Find("log.ima")->reason, "no-device");
  EXPECT_EQ(manifest->Find("snp"), nullptr);
  EXPECT_EQ(*EncodeManifest(manifest->entries), *encoded);
}

TEST(Manifest, SortsByTheLabelsTextAlone) {
  const auto encoded = EncodeManifest(
      {SigningEntry("tpm"), MissingEntry("tdx", "empty"),
       MissingEntry("log.ccel", "empty"), MissingEntry("log-x", "empty")});
  const auto manifest = ParseManifest(*encoded);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  std::string labels;
  for (const auto& entry : manifest->entries) labels += entry.label + " ";
  EXPECT_EQ(labels, "log-x log.ccel tdx tpm ");
}

TEST(Manifest, RefusesEveryTruncation) {
  const Bytes encoded = *EncodeManifest(ExampleEntries());
  for (size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_EQ(ReasonOf(ParseManifest(ByteView(encoded).first(size))),
              size < 22 ? "manifest-magic" : "manifest-truncated")
        << size;
  }
}

TEST(Manifest, AnyFlippedBitIsRefusedOrAnotherManifest) {
  const Bytes encoded = *EncodeManifest(ExampleEntries());
  for (size_t i = 0; i < encoded.size() * 8; ++i) {
    Bytes flipped = encoded;
    flipped[i / 8] ^= static_cast<uint8_t>(1U << (i % 8));
    const auto parsed = ParseManifest(flipped);
    if (parsed.ok()) {
      EXPECT_EQ(*EncodeManifest(parsed->entries), flipped) << i;
    }
  }
}

TEST(Manifest, RefusesCountsThatDoNotMatch) {
  Bytes encoded = *EncodeManifest(ExampleEntries());
  encoded[23] = 4;
  EXPECT_EQ(ReasonOf(ParseManifest(encoded)), "manifest-truncated");
  encoded[23] = 2;
  EXPECT_EQ(ReasonOf(ParseManifest(encoded)), "manifest-trailing");
  encoded[22] = 0xff;
  EXPECT_EQ(ReasonOf(ParseManifest(encoded)), "manifest-truncated");
}

TEST(Manifest, RefusesUnsortedAndRepeatedLabels) {
  const std::string first = Missing("log.ima", "empty");
  const std::string second = Missing("log.ccel", "empty");
  EXPECT_EQ(ReasonOf(ParseManifest(Raw(3, first + second + kSigns))),
            "manifest-order");
  EXPECT_EQ(ReasonOf(ParseManifest(Raw(3, first + first + kSigns))),
            "manifest-order");
  EXPECT_EQ(ReasonOf(ParseManifest(Raw(3, second + first + kSigns))),
            "accepted");
  EXPECT_EQ(ReasonOf(EncodeManifest(
                {SigningEntry("tpm"), MissingEntry("tpm", "empty")})),
            "manifest-order");
}

TEST(Manifest, RefusesUnknownKinds) {
  for (const char kind : {'\0', '\4', '\xff'}) {
    const std::string entry = std::string(1, kind) + Text("log.ima");
    EXPECT_EQ(ReasonOf(ParseManifest(Raw(1, entry))), "manifest-kind");
  }
}

TEST(Manifest, HoldsLabelsToTheirGrammar) {
  for (const std::string& label :
       {std::string(), std::string("-a"), std::string(".a"), std::string("A"),
        std::string("a_b"), std::string("a\0b", 3), std::string("a b"),
        std::string("a\xc3\xa9")}) {
    EXPECT_EQ(ReasonOf(ParseManifest(Raw(1, Missing(label, "empty")))),
              "manifest-text")
        << label;
    EXPECT_EQ(ReasonOf(EncodeManifest(
                  {MissingEntry(label, "empty"), SigningEntry("tpm")})),
              "manifest-text")
        << label;
  }
  const std::string longest(255, 'a');
  EXPECT_EQ(ReasonOf(EncodeManifest(
                {MissingEntry(longest, "empty"), SigningEntry("tpm")})),
            "accepted");
  EXPECT_EQ(ReasonOf(EncodeManifest(
                {MissingEntry(longest + "a", "empty"), SigningEntry("tpm")})),
            "manifest-text");
}

TEST(Manifest, HoldsReasonsAndMediaTypesToTheirGrammar) {
  for (const std::string reason : {"", "1a", "-a", "a.b", "No", "a b"}) {
    EXPECT_EQ(ReasonOf(EncodeManifest(
                  {MissingEntry("snp", reason), SigningEntry("tpm")})),
              "manifest-text")
        << reason;
  }
  const Bytes part = {1};
  for (const std::string media : {"", "a b", "a\n", "a\x7f", "\xc3\xa9"}) {
    EXPECT_EQ(ReasonOf(EncodeManifest(
                  {PresentEntry("snp", media, part), SigningEntry("tpm")})),
              "manifest-text")
        << media;
  }
}

TEST(Manifest, RefusesAPresentPartWithoutBytes) {
  EXPECT_EQ(ReasonOf(EncodeManifest(
                {PresentEntry("log.ima", kMediaIma, {}), SigningEntry("tpm")})),
            "manifest-length");
}

TEST(Manifest, HasExactlyOneSigner) {
  const std::string none = Missing("log.ima", "empty");
  EXPECT_EQ(ReasonOf(ParseManifest(Raw(1, none))), "signer-not-in-manifest");
  EXPECT_EQ(ReasonOf(ParseManifest(Raw(0, ""))), "signer-not-in-manifest");
  EXPECT_EQ(
      ReasonOf(EncodeManifest({SigningEntry("snp"), SigningEntry("tpm")})),
      "signer-not-in-manifest");
  EXPECT_EQ(ReasonOf(EncodeManifest({SigningEntry("hcl")})),
            "signer-not-in-manifest");
  EXPECT_EQ(ReasonOf(ParseManifestEntries(Raw(1, none))), "accepted");
}

TEST(Manifest, RefusesMoreEntriesThanTheCountHolds) {
  const std::vector<ManifestEntry> entries(65536, SigningEntry("tpm"));
  EXPECT_FALSE(EncodeManifest(entries).ok());
}

}  // namespace
}  // namespace evidenced
