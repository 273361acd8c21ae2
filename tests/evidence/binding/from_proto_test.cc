#include "evidence/binding/from_proto.h"

#include "gtest/gtest.h"

#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

v1::Evidence SmallEvidence() {
  v1::Evidence evidence;
  evidence.mutable_binding()->set_mode(v1::DIRECT);
  evidence.mutable_binding()->set_instance("instance");
  evidence.set_manifest("manifest");
  evidence.set_signer("tpm");
  v1::Part* part = evidence.add_parts();
  part->set_label("log.ima");
  part->set_media_type("ima");
  part->set_data("data");
  part->set_tail("tail");
  return evidence;
}

TEST(WireFromProto, CopiesEveryField) {
  v1::Evidence evidence = SmallEvidence();
  v1::Batch* batch = evidence.mutable_binding()->mutable_batch();
  batch->set_tree_size(3);
  batch->set_root("root");
  batch->set_leaf_index(2);
  batch->add_path("node");
  const auto wire = WireFromProto(evidence);
  ASSERT_TRUE(wire.ok()) << wire.status();
  EXPECT_EQ(wire->mode, 1);
  EXPECT_EQ(ToString(wire->instance), "instance");
  EXPECT_EQ(ToString(*wire->manifest), "manifest");
  EXPECT_EQ(wire->signer, "tpm");
  const WirePart& part = wire->parts.at("log.ima");
  EXPECT_EQ(part.media_type, "ima");
  EXPECT_EQ(ToString(part.data), "data");
  EXPECT_EQ(ToString(part.tail), "tail");
  EXPECT_FALSE(part.delta);
  ASSERT_TRUE(wire->batch.has_value());
  EXPECT_EQ(wire->batch->tree_size, 3u);
  EXPECT_EQ(ToString(wire->batch->root), "root");
  EXPECT_EQ(wire->batch->index, 2u);
  ASSERT_EQ(wire->batch->path.size(), 1u);
}

TEST(WireFromProto, AnEmptyManifestIsAbsent) {
  v1::Evidence evidence = SmallEvidence();
  evidence.clear_manifest();
  EXPECT_FALSE(WireFromProto(evidence)->manifest.has_value());
  EXPECT_FALSE(WireFromProto(evidence)->batch.has_value());
}

TEST(WireFromProto, RefusesALabelTwice) {
  v1::Evidence evidence = SmallEvidence();
  *evidence.add_parts() = evidence.parts(0);
  EXPECT_EQ(ReasonOf(WireFromProto(evidence)), "part-duplicate");
}

TEST(WireFromProto, AModeThatIsNoByteIsNoMode) {
  v1::Evidence evidence = SmallEvidence();
  for (const int mode : {-1, 256, 257, 0x7fffffff}) {
    evidence.mutable_binding()->set_mode(static_cast<v1::Mode>(mode));
    EXPECT_EQ(WireFromProto(evidence)->mode, 0) << mode;
  }
}

TEST(StateFromProto, CopiesEveryField) {
  v1::VerifierState in;
  in.set_role(1);
  in.set_audience("audience");
  in.set_nonce("nonce");
  in.set_spki_sha256("spki");
  in.set_certificate_sha256("certificate");
  in.set_peer_spki_sha256("peer");
  in.set_user_data("user");
  in.add_requested("log.ima");
  const auto state = StateFromProto(in);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->role, 1);
  EXPECT_EQ(state->audience, "audience");
  EXPECT_EQ(ToString(state->nonce), "nonce");
  EXPECT_EQ(ToString(state->spki), "spki");
  EXPECT_EQ(ToString(state->certificate), "certificate");
  EXPECT_EQ(ToString(state->peer), "peer");
  EXPECT_EQ(ToString(state->user_data), "user");
  EXPECT_EQ(state->requested, std::vector<std::string>{"log.ima"});
  EXPECT_FALSE(state->csr.has_value());
  EXPECT_TRUE(state->accept_signers.empty());
  in.set_csr("csr");
  EXPECT_EQ(ToString(*StateFromProto(in)->csr), "csr");
}

TEST(StateFromProto, RefusesARoleThatIsNoByte) {
  v1::VerifierState in;
  in.set_role(257);
  EXPECT_EQ(ReasonOf(StateFromProto(in)), "role-value");
}

// A file whose part says that it has 4 GiB and has one byte.
TEST(SavedEvidence, APartOfFourGibibytesThatIsShortDoesNotParse) {
  v1::SavedEvidence saved;
  saved.mutable_evidence()->add_parts()->set_data("x");
  const std::string bytes = saved.SerializeAsString();
  ASSERT_TRUE(saved.ParseFromString(bytes));
  // evidence { parts { data: 1 byte } }, each a tag and a length.
  ASSERT_EQ(bytes.size(), 7);
  const std::string four_gib("\x80\x80\x80\x80\x10", 5);
  for (const size_t length_at : {1, 3, 5}) {
    std::string changed = bytes;
    changed.replace(length_at, 1, four_gib);
    EXPECT_FALSE(saved.ParseFromString(changed)) << length_at;
  }
}

}  // namespace
}  // namespace evidenced
