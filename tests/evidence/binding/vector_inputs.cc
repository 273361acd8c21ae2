#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "tests/evidence/binding/binding_vectors.h"

namespace evidenced {
namespace {

absl::Status WrongType(const char* key) {
  return absl::InvalidArgumentError(
      absl::StrCat("expected another type of value for ", key));
}

// nullptr: absent or null.
const Json* Field(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

absl::StatusOr<std::string> Text(const Json& object, const char* key) {
  const Json* field = Field(object, key);
  if (field == nullptr) return std::string();
  if (!field->is_string()) return WrongType(key);
  return field->get<std::string>();
}

absl::StatusOr<Bytes> HexField(const Json& object, const char* key) {
  ASSIGN_OR_RETURN(const std::string text, Text(object, key));
  return FromHex(text);
}

absl::StatusOr<uint64_t> Number(const Json& object, const char* key,
                                uint64_t fallback) {
  const Json* field = Field(object, key);
  if (field == nullptr) return fallback;
  if (!field->is_number_unsigned()) return WrongType(key);
  return field->get<uint64_t>();
}

absl::StatusOr<std::vector<std::string>> Texts(const Json& object,
                                               const char* key) {
  std::vector<std::string> texts;
  const Json* field = Field(object, key);
  if (field == nullptr) return texts;
  if (!field->is_array()) return WrongType(key);
  for (const Json& text : *field) {
    if (!text.is_string()) return WrongType(key);
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

absl::StatusOr<WireBatch> BatchFromJson(const Json& in) {
  WireBatch batch;
  ASSIGN_OR_RETURN(batch.tree_size, Number(in, "tree_size", 0));
  ASSIGN_OR_RETURN(batch.root, HexField(in, "root"));
  ASSIGN_OR_RETURN(batch.index, Number(in, "index", 0));
  ASSIGN_OR_RETURN(const std::vector<std::string> path, Texts(in, "path"));
  for (const std::string& hex : path) {
    ASSIGN_OR_RETURN(Bytes node, FromHex(hex));
    batch.path.push_back(std::move(node));
  }
  return batch;
}

absl::StatusOr<WirePart> PartFromJson(const Json& in) {
  WirePart part;
  ASSIGN_OR_RETURN(const Bytes media, HexField(in, "media"));
  part.media_type = ToString(media);
  ASSIGN_OR_RETURN(part.data, HexField(in, "data"));
  ASSIGN_OR_RETURN(part.tail, HexField(in, "tail"));
  if (const Json* delta = Field(in, "delta"); delta != nullptr) {
    if (!delta->is_boolean()) return WrongType("delta");
    part.delta = delta->get<bool>();
  }
  return part;
}

// What follows "FAKE-`signer`:", or nothing.
Bytes StandInContents(const std::string& signer, const Bytes& statement) {
  const std::string text = ToString(statement);
  const std::string prefix = absl::StrCat("FAKE-", signer, ":");
  if (!absl::StartsWith(text, prefix)) return {};
  return ToBytes(AsBytes(text.substr(prefix.size())));
}

}  // namespace

absl::StatusOr<BindingState> StateFromJson(const Json& in) {
  if (!in.is_object()) return WrongType("state");
  BindingState state;
  ASSIGN_OR_RETURN(const uint64_t role, Number(in, "role", 0));
  if (role > 0xff) return WrongType("role");
  state.role = static_cast<uint8_t>(role);
  ASSIGN_OR_RETURN(state.audience, Text(in, "audience"));
  ASSIGN_OR_RETURN(state.nonce, HexField(in, "nonce"));
  ASSIGN_OR_RETURN(state.spki, HexField(in, "spki"));
  ASSIGN_OR_RETURN(state.certificate, HexField(in, "cert"));
  ASSIGN_OR_RETURN(state.peer, HexField(in, "peer"));
  ASSIGN_OR_RETURN(state.user_data, HexField(in, "user"));
  if (Field(in, "csr") != nullptr) {
    ASSIGN_OR_RETURN(state.csr, HexField(in, "csr"));
  }
  ASSIGN_OR_RETURN(state.requested, Texts(in, "requested"));
  ASSIGN_OR_RETURN(state.accept_signers, Texts(in, "accept_signers"));
  if (const Json* held = Field(in, "held"); held != nullptr) {
    if (!held->is_object()) return WrongType("held");
    for (const auto& [label, prefix] : held->items()) {
      ASSIGN_OR_RETURN(state.held[label], HexField(*held, label.c_str()));
    }
  }
  return state;
}

absl::StatusOr<WireEvidence> WireFromJson(const Json& in) {
  if (!in.is_object()) return WrongType("wire");
  WireEvidence wire;
  ASSIGN_OR_RETURN(const uint64_t mode, Number(in, "mode", 0));
  if (mode > 0xff) return WrongType("mode");
  wire.mode = static_cast<uint8_t>(mode);
  ASSIGN_OR_RETURN(wire.instance, HexField(in, "instance"));
  ASSIGN_OR_RETURN(wire.signer, Text(in, "signer"));
  if (Field(in, "manifest") != nullptr) {
    ASSIGN_OR_RETURN(wire.manifest, HexField(in, "manifest"));
  }
  if (const Json* batch = Field(in, "batch"); batch != nullptr) {
    ASSIGN_OR_RETURN(wire.batch, BatchFromJson(*batch));
  }
  if (const Json* parts = Field(in, "parts"); parts != nullptr) {
    if (!parts->is_object()) return WrongType("parts");
    for (const auto& [label, part] : parts->items()) {
      ASSIGN_OR_RETURN(wire.parts[label], PartFromJson(part));
    }
  }
  return wire;
}

absl::StatusOr<SignedContents> SignedFromJson(const Json& in) {
  SignedContents contents;
  ASSIGN_OR_RETURN(const std::string signer, Text(in, "signer"));
  ASSIGN_OR_RETURN(const Bytes statement, HexField(in, "statement"));
  contents.signer_data = StandInContents(signer, statement);
  const Json* parts = Field(in, "parts");
  if (parts == nullptr || Field(*parts, "tpm") == nullptr) return contents;
  ASSIGN_OR_RETURN(const Bytes quote, HexField(*Field(*parts, "tpm"), "data"));
  contents.tpm_extra_data = StandInContents("tpm", quote);
  return contents;
}

}  // namespace evidenced
