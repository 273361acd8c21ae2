#include "agent/client/saved_evidence.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxFields = 4096;

absl::Status NoMessage() {
  return absl::InvalidArgumentError("found no protobuf message");
}

// Takes one from `budget` for each field to the end of the message. Types of
// the schema do not nest in themselves, so the depth is bounded.
absl::Status CountFields(CodedInputStream& in, const Descriptor& type,
                         int& budget) {
  while (const uint32_t tag = in.ReadTag()) {
    if (--budget < 0) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "expected at most %d fields, found more", kMaxFields));
    }
    const auto wire = WireFormatLite::GetTagWireType(tag);
    if (wire == WireFormatLite::WIRETYPE_START_GROUP) return NoMessage();
    const FieldDescriptor* field =
        type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (field == nullptr || field->message_type() == nullptr ||
        wire != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&in, tag)) return NoMessage();
      continue;
    }
    uint32_t size = 0;
    if (!in.ReadVarint32(&size)) return NoMessage();
    const CodedInputStream::Limit outer = in.PushLimit(static_cast<int>(size));
    RETURN_IF_ERROR(CountFields(in, *field->message_type(), budget));
    if (in.BytesUntilLimit() != 0) return NoMessage();
    in.PopLimit(outer);
  }
  return in.ConsumedEntireMessage() ? absl::OkStatus() : NoMessage();
}

template <typename Message>
absl::StatusOr<Message> Parse(absl::string_view bytes, absl::string_view what) {
  const absl::Status counted = CheckFieldCount(bytes, *Message::descriptor());
  if (absl::IsResourceExhausted(counted)) return counted;
  Message message;
  if (!counted.ok() ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected ", what, ", found ", bytes.size(), " bytes of another form"));
  }
  return message;
}

}  // namespace

absl::Status CheckFieldCount(absl::string_view bytes, const Descriptor& type) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  int budget = kMaxFields;
  return CountFields(in, type, budget);
}

absl::StatusOr<v1::SavedEvidence> ParseSavedEvidence(absl::string_view bytes) {
  absl::StatusOr<v1::SavedEvidence> saved =
      Parse<v1::SavedEvidence>(bytes, "saved evidence");
  RETURN_IF_ERROR(saved.status());
  if (!saved->has_evidence()) {
    return absl::InvalidArgumentError(
        "expected saved evidence, found a file without evidence");
  }
  return saved;
}

absl::StatusOr<v1::VerifierState> ParseVerifierState(absl::string_view bytes) {
  absl::StatusOr<v1::VerifierState> state =
      Parse<v1::VerifierState>(bytes, "a verifier's state");
  RETURN_IF_ERROR(state.status());
  if (state->nonce().empty()) {
    return absl::InvalidArgumentError(
        "expected a verifier's state with a nonce, found none in it");
  }
  return state;
}

}  // namespace evidenced
