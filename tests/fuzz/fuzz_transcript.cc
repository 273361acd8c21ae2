// What parses as a transcript is written again as the same bytes. No other
// transcript that is near it, in bytes or in items, has its report data.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

#include "evidence/binding/merkle.h"
#include "evidence/binding/transcript.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::Transcript;

// What is signed for a transcript: its report data, or its place in the tree.
Bytes SignedFor(const Transcript& transcript) {
  if (transcript.mode == evidenced::TranscriptMode::kLeaf) {
    const auto encoded = evidenced::EncodeTranscript(transcript);
    Require(encoded.ok());
    return evidenced::MerkleLeaf(*encoded);
  }
  const auto report_data = evidenced::MakeReportData(transcript);
  Require(report_data.ok());
  return evidenced::ToBytes(*report_data);
}

template <typename T>
void CheckWithout(std::optional<T> Transcript::*item,
                  const Transcript& transcript) {
  if (!(transcript.*item).has_value()) return;
  Transcript without = transcript;
  (without.*item).reset();
  if (!evidenced::EncodeTranscript(without).ok()) return;
  Require(SignedFor(without) != SignedFor(transcript));
}

void CheckItems(const Transcript& transcript) {
  CheckWithout(&Transcript::role, transcript);
  CheckWithout(&Transcript::audience, transcript);
  CheckWithout(&Transcript::nonce, transcript);
  CheckWithout(&Transcript::spki, transcript);
  CheckWithout(&Transcript::certificate, transcript);
  CheckWithout(&Transcript::peer, transcript);
  CheckWithout(&Transcript::manifest_sha384, transcript);
  CheckWithout(&Transcript::instance, transcript);
  CheckWithout(&Transcript::batch, transcript);
  CheckWithout(&Transcript::user_sha384, transcript);
  CheckWithout(&Transcript::csr_sha384, transcript);
}

// The anchor is made before the manifest: it depends on all but that.
void CheckAnchor(const Transcript& transcript) {
  const auto anchor = evidenced::MakeAnchor(transcript);
  Require(anchor.ok() == (transcript.mode != evidenced::TranscriptMode::kLeaf));
  if (!anchor.ok() || !transcript.manifest_sha384.has_value()) return;
  Transcript other = transcript;
  other.manifest_sha384->front() ^= 1;
  const auto same = evidenced::MakeAnchor(other);
  Require(same.ok() && *same == *anchor);
  Require(SignedFor(other) != SignedFor(transcript));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto transcript = evidenced::ParseTranscript(bytes);
  if (!transcript.ok()) return 0;
  const auto again = evidenced::EncodeTranscript(*transcript);
  Require(again.ok() && evidenced::Equal(*again, bytes));
  CheckItems(*transcript);
  CheckAnchor(*transcript);
  for (const Bytes& near : evidenced::Neighbours(bytes)) {
    const auto other = evidenced::ParseTranscript(near);
    if (!other.ok()) continue;
    Require(SignedFor(*other) != SignedFor(*transcript));
  }
  return 0;
}
