#include "evidence/binding/rebuild.h"

#include "absl/strings/str_format.h"

#include "evidence/binding/merkle.h"
#include "evidence/binding/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

// A verifier that sent a nonce takes an answer to it and nothing else.
absl::StatusOr<TranscriptMode> CheckMode(const BindingState& state,
                                         uint8_t mode) {
  if (state.nonce.empty()) {
    if (mode == static_cast<uint8_t>(TranscriptMode::kBoot)) {
      return TranscriptMode::kBoot;
    }
  } else {
    if (mode == static_cast<uint8_t>(TranscriptMode::kDirect)) {
      return TranscriptMode::kDirect;
    }
    if (mode == static_cast<uint8_t>(TranscriptMode::kBatch)) {
      return TranscriptMode::kBatch;
    }
  }
  return Refuse(
      "mode-not-allowed",
      absl::StrFormat("expected %s, found mode %d",
                      state.nonce.empty() ? "mode 3 where no nonce was sent"
                                          : "mode 1 or 2 for the nonce sent",
                      mode));
}

// Items 1, 2, 3, 6, 7, 8, 14 and 15: the verifier's own.
void PutChallenge(const BindingState& state, Transcript& transcript) {
  transcript.role = state.role;
  transcript.audience = state.audience;
  transcript.nonce = state.nonce;
  if (state.role == static_cast<uint8_t>(AttesterRole::kTlsServer)) {
    transcript.spki = state.spki;
    transcript.certificate = state.certificate;
    transcript.peer = state.peer;
  }
  if (!state.user_data.empty()) {
    transcript.user_sha384 = Sha384(state.user_data);
  }
  if (state.csr.has_value()) transcript.csr_sha384 = Sha384(*state.csr);
}

absl::StatusOr<Bytes> RebuildLeaf(const BindingState& state) {
  Transcript leaf;
  leaf.mode = TranscriptMode::kLeaf;
  PutChallenge(state, leaf);
  return EncodeTranscript(leaf);
}

absl::Status PutBatch(const WireEvidence& wire, ByteView leaf_transcript,
                      Transcript& transcript) {
  if (!wire.batch.has_value()) {
    return Refuse("inclusion-proof",
                  "expected tree size, root and path in mode 2, found none");
  }
  const WireBatch& batch = *wire.batch;
  RETURN_IF_ERROR(VerifyInclusion(MerkleLeaf(leaf_transcript), batch.index,
                                  batch.tree_size, batch.path, batch.root));
  transcript.batch = Transcript::BatchItem{batch.tree_size, batch.root};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExpectedBinding> RebuildBinding(const BindingState& state,
                                               const WireEvidence& wire) {
  Transcript transcript;
  ASSIGN_OR_RETURN(transcript.mode, CheckMode(state, wire.mode));
  if (!wire.manifest.has_value() || wire.manifest->empty()) {
    return Refuse("manifest-absent",
                  "expected the manifest that was hashed, found none");
  }
  transcript.manifest_sha384 = Sha384(*wire.manifest);
  transcript.instance = wire.instance;

  ExpectedBinding expected;
  switch (transcript.mode) {
    case TranscriptMode::kBatch: {
      ASSIGN_OR_RETURN(expected.leaf_transcript, RebuildLeaf(state));
      RETURN_IF_ERROR(PutBatch(wire, *expected.leaf_transcript, transcript));
      break;
    }
    case TranscriptMode::kBoot:
      transcript.role = static_cast<uint8_t>(AttesterRole::kNoTls);
      break;
    case TranscriptMode::kDirect:
    case TranscriptMode::kLeaf:
      PutChallenge(state, transcript);
      break;
  }
  ASSIGN_OR_RETURN(expected.transcript, EncodeTranscript(transcript));
  ASSIGN_OR_RETURN(expected.report_data, MakeReportData(transcript));
  ASSIGN_OR_RETURN(expected.anchor, MakeAnchor(transcript));
  expected.tpm_under_report = TpmExtraDataUnderReport(expected.anchor);
  expected.tpm_signing = TpmExtraDataSigning(expected.report_data);
  return expected;
}

}  // namespace evidenced
