#include "evidence/binding/from_proto.h"

#include <limits>
#include <utility>

#include "absl/strings/str_format.h"

#include "evidence/binding/refusal.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr int kMaxByte = std::numeric_limits<uint8_t>::max();

Bytes FromProtoBytes(const std::string& bytes) {
  return ToBytes(AsBytes(bytes));
}

WireBatch BatchFromProto(const v1::Batch& in) {
  WireBatch batch;
  batch.tree_size = in.tree_size();
  batch.root = FromProtoBytes(in.root());
  batch.index = in.leaf_index();
  for (const std::string& node : in.path()) {
    batch.path.push_back(FromProtoBytes(node));
  }
  return batch;
}

}  // namespace

absl::StatusOr<WireEvidence> WireFromProto(const v1::Evidence& evidence) {
  WireEvidence wire;
  // Enums of proto3 are open. A value that is no byte becomes 0, which is no
  // mode.
  const int mode = evidence.binding().mode();
  wire.mode = mode >= 0 && mode <= kMaxByte ? static_cast<uint8_t>(mode) : 0;
  wire.instance = FromProtoBytes(evidence.binding().instance());
  if (evidence.binding().has_batch()) {
    wire.batch = BatchFromProto(evidence.binding().batch());
  }
  if (!evidence.manifest().empty()) {
    wire.manifest = FromProtoBytes(evidence.manifest());
  }
  wire.signer = evidence.signer();
  for (const v1::Part& in : evidence.parts()) {
    WirePart part;
    part.media_type = in.media_type();
    part.data = FromProtoBytes(in.data());
    part.tail = FromProtoBytes(in.tail());
    if (!wire.parts.emplace(in.label(), std::move(part)).second) {
      return Refuse("part-duplicate",
                    absl::StrFormat("expected each part once, found \"%s\" "
                                    "twice",
                                    Printable(in.label())));
    }
  }
  return wire;
}

absl::StatusOr<BindingState> StateFromProto(const v1::VerifierState& saved) {
  if (saved.role() > kMaxByte) {
    return Refuse("role-value", absl::StrFormat("expected role 1 or 3, found "
                                                "role %d",
                                                saved.role()));
  }
  BindingState state;
  state.role = static_cast<uint8_t>(saved.role());
  state.audience = saved.audience();
  state.nonce = FromProtoBytes(saved.nonce());
  state.spki = FromProtoBytes(saved.spki_sha256());
  state.certificate = FromProtoBytes(saved.certificate_sha256());
  state.peer = FromProtoBytes(saved.peer_spki_sha256());
  state.user_data = FromProtoBytes(saved.user_data());
  if (!saved.csr().empty()) state.csr = FromProtoBytes(saved.csr());
  state.requested.assign(saved.requested().begin(), saved.requested().end());
  return state;
}

}  // namespace evidenced
