#include "agent/client/saved_evidence.h"

#include <string>

#include "gtest/gtest.h"

namespace evidenced {
namespace {

TEST(ParseSavedEvidence, RefusesEveryTruncationThatIsNoMessage) {
  v1::SavedEvidence saved;
  saved.mutable_evidence()->set_signer("tpm");
  saved.mutable_state()->set_nonce(std::string(32, 'n'));
  const std::string bytes = saved.SerializeAsString();
  ASSERT_TRUE(ParseSavedEvidence(bytes).ok());
  EXPECT_FALSE(ParseSavedEvidence("").ok());
  for (size_t size = 1; size < bytes.size(); ++size) {
    const auto parsed = ParseSavedEvidence(bytes.substr(0, size));
    EXPECT_TRUE(!parsed.ok() || parsed->state().nonce().empty()) << size;
  }
}

TEST(ParseVerifierState, RefusesAStateWithoutNonce) {
  v1::VerifierState state;
  EXPECT_FALSE(ParseVerifierState(state.SerializeAsString()).ok());
  state.set_nonce("n");
  EXPECT_TRUE(ParseVerifierState(state.SerializeAsString()).ok());
}

std::string TenThousand(const std::string& field) {
  std::string out;
  for (int i = 0; i < 10000; ++i) out += field;
  return out;
}

// A field of wire type 2.
std::string Field(int number, const std::string& content) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  for (size_t size = content.size();; size >>= 7) {
    const bool last = size < 0x80;
    out.push_back(static_cast<char>((size & 0x7F) | (last ? 0 : 0x80)));
    if (last) break;
  }
  return out + content;
}

TEST(ParseSavedEvidence, RefusesCountlessFieldsAtEveryDepth) {
  const std::string parts = TenThousand(Field(5, ""));
  const std::string registers = Field(6, TenThousand(Field(2, "")));
  const std::string hints = Field(15, TenThousand(Field(1, "")));
  const std::string unknown = TenThousand(Field(14, ""));
  for (const std::string& evidence : {parts, registers, hints, unknown}) {
    EXPECT_TRUE(absl::IsResourceExhausted(
        ParseSavedEvidence(Field(1, evidence)).status()));
  }
  const std::string labels = TenThousand(Field(9, ""));
  EXPECT_TRUE(absl::IsResourceExhausted(
      ParseSavedEvidence(Field(1, "") + Field(2, labels)).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(ParseVerifierState(labels).status()));
  // Whole messages one after another are merged, so they count together.
  EXPECT_TRUE(absl::IsResourceExhausted(
      ParseSavedEvidence(TenThousand(Field(1, ""))).status()));
}

TEST(ParseSavedEvidence, RefusesGroupsWhichAreNotCounted) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      ParseSavedEvidence(Field(1, "") + "\x73\x74").status()));
}

TEST(ParseSavedEvidence, TakesALongPart) {
  v1::SavedEvidence saved;
  saved.mutable_evidence()->add_parts()->set_data(std::string(1 << 20, '\x2a'));
  EXPECT_TRUE(ParseSavedEvidence(saved.SerializeAsString()).ok());
}

}  // namespace
}  // namespace evidenced
