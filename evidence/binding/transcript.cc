#include "evidence/binding/transcript.h"

#include <vector>

#include "absl/strings/str_format.h"

#include "evidence/binding/refusal.h"
#include "evidence/binding/transcript_items.h"
#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr absl::string_view kAnchorDomain("evidenced anchor v1\0", 20);
constexpr absl::string_view kTpmDomain("evidenced tpm v1\0", 17);

constexpr size_t kBatchSize = 8 + 48;  // tree size and root

uint8_t FlagsOf(const Transcript& transcript) {
  unsigned flags = 0;
  if (transcript.manifest_sha384.has_value()) flags |= 0x01;
  if (transcript.spki.has_value()) flags |= 0x02;
  if (transcript.peer.has_value()) flags |= 0x04;
  if (transcript.user_sha384.has_value()) flags |= 0x08;
  if (transcript.csr_sha384.has_value()) flags |= 0x10;
  return static_cast<uint8_t>(flags);
}

absl::Status CheckNotLeaf(TranscriptMode mode) {
  if (mode != TranscriptMode::kLeaf) return absl::OkStatus();
  return Refuse("mode-not-allowed",
                "expected mode 1, 2 or 3 for report data, found a leaf");
}

// Puts the value of one item where it belongs. Lengths that the fields cannot
// hold are refused here, all others by CheckItem().
absl::Status Store(uint16_t tag, ByteView value, Transcript& transcript) {
  switch (tag) {
    case kRole:
      RETURN_IF_ERROR(CheckLength("item-length", "item 1", value.size(), 1, 1));
      transcript.role = value[0];
      return absl::OkStatus();
    case kAudience:
      transcript.audience = ToString(value);
      return absl::OkStatus();
    case kNonce:
      transcript.nonce = ToBytes(value);
      return absl::OkStatus();
    case kSpki:
      transcript.spki = ToBytes(value);
      return absl::OkStatus();
    case kCertificate:
      transcript.certificate = ToBytes(value);
      return absl::OkStatus();
    case kPeer:
      transcript.peer = ToBytes(value);
      return absl::OkStatus();
    case kManifest:
      transcript.manifest_sha384 = ToBytes(value);
      return absl::OkStatus();
    case kInstance:
      transcript.instance = ToBytes(value);
      return absl::OkStatus();
    case kBatchTag: {
      RETURN_IF_ERROR(CheckLength("item-length", "item 12", value.size(),
                                  kBatchSize, kBatchSize));
      ByteReader in(value);
      const auto tree_size = in.Be<uint64_t>();
      transcript.batch = Transcript::BatchItem{tree_size, ToBytes(in.Rest())};
      return absl::OkStatus();
    }
    case kUser:
      transcript.user_sha384 = ToBytes(value);
      return absl::OkStatus();
    case kCsr:
      transcript.csr_sha384 = ToBytes(value);
      return absl::OkStatus();
    default:
      return Refuse(
          "item-unknown",
          absl::StrFormat("expected a known item, found tag %d", tag));
  }
}

absl::Status CheckTruncation(const ByteReader& in) {
  absl::Status status = in.Check("transcript");
  if (status.ok()) return status;
  return Refuse("transcript-truncated", status.message());
}

}  // namespace

absl::StatusOr<Bytes> EncodeTranscript(const Transcript& transcript) {
  ASSIGN_OR_RETURN(const std::vector<Item> items,
                   CheckedItems(transcript, AnchorRule::kWhole));
  return EncodeItems(transcript.mode, items);
}

absl::StatusOr<Transcript> ParseTranscript(ByteView bytes) {
  ByteReader in(bytes);
  if (!Equal(in.Take(kTranscriptMagic.size()), AsBytes(kTranscriptMagic))) {
    return Refuse("transcript-magic",
                  "expected a transcript to begin with \"evidenced transcript "
                  "v1\" and a zero byte, found other bytes");
  }
  Transcript transcript;
  transcript.mode = static_cast<TranscriptMode>(in.U8());
  const auto count = in.Be<uint16_t>();
  RETURN_IF_ERROR(CheckTruncation(in));
  uint16_t before = 0;
  for (uint16_t i = 0; i < count; ++i) {
    const auto tag = in.Be<uint16_t>();
    const ByteView value = in.Take(in.Be<uint32_t>());
    RETURN_IF_ERROR(CheckTruncation(in));
    if (tag <= before) {
      return Refuse("item-order",
                    absl::StrFormat("expected tags in ascending order, each "
                                    "once, found %d after %d",
                                    tag, before));
    }
    RETURN_IF_ERROR(Store(tag, value, transcript));
    before = tag;
  }
  if (const absl::Status status = in.Finish("transcript"); !status.ok()) {
    return Refuse("transcript-trailing", status.message());
  }
  RETURN_IF_ERROR(CheckedItems(transcript, AnchorRule::kWhole).status());
  return transcript;
}

absl::StatusOr<ReportData> MakeReportData(const Transcript& transcript) {
  RETURN_IF_ERROR(CheckNotLeaf(transcript.mode));
  ASSIGN_OR_RETURN(const Bytes encoded, EncodeTranscript(transcript));
  ByteWriter out;
  out.Put(AsBytes(kReportMagic))
      .Be(uint8_t{0x01})  // version
      .Be(static_cast<uint8_t>(transcript.mode))
      .Be(uint8_t{0x01})  // SHA-384
      .Be(FlagsOf(transcript))
      .Be(uint32_t{0})
      .Put(Sha384(encoded));
  ReportData report_data{};
  std::copy_n(out.view().begin(), report_data.size(), report_data.begin());
  return report_data;
}

absl::StatusOr<Bytes> MakeAnchor(const Transcript& transcript) {
  RETURN_IF_ERROR(CheckNotLeaf(transcript.mode));
  Transcript without = transcript;
  without.manifest_sha384.reset();
  ASSIGN_OR_RETURN(const std::vector<Item> items,
                   CheckedItems(without, AnchorRule::kWithoutManifest));
  return Hash(HashAlgorithm::kSha384,
              {AsBytes(kAnchorDomain), EncodeItems(without.mode, items)});
}

Bytes TpmExtraDataUnderReport(ByteView anchor) {
  return Hash(HashAlgorithm::kSha256, {AsBytes(kTpmDomain), anchor});
}

Bytes TpmExtraDataSigning(const ReportData& report_data) {
  return Sha256(report_data);
}

}  // namespace evidenced
