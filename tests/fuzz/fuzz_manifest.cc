// What parses as a manifest is written again as the same bytes. A statement
// that binds the input verifies exactly if the input is a manifest, and then
// for no manifest near it, and with no part that has not its digest.
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "evidence/binding/verify_binding.h"
#include "tests/evidence/binding/binding_builders.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::BindingLevel;
using evidenced::BindingState;
using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::SignedContents;
using evidenced::WireEvidence;

BindingState State(const evidenced::Transcript& transcript) {
  BindingState state;
  state.role = *transcript.role;
  state.audience = *transcript.audience;
  state.nonce = *transcript.nonce;
  state.accept_signers = {"snp", "tdx", "tpm"};
  state.paravisor_in_policy = true;
  return state;
}

SignedContents Sign(evidenced::Transcript transcript, ByteView manifest,
                    const std::string& signer) {
  transcript.manifest_sha384 = evidenced::Sha384(manifest);
  const auto report_data = evidenced::MakeReportData(transcript);
  Require(report_data.ok());
  SignedContents contents;
  contents.signer_data = signer == "tpm"
                             ? evidenced::TpmExtraDataSigning(*report_data)
                             : evidenced::ToBytes(*report_data);
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto manifest = evidenced::ParseManifest(bytes);
  const evidenced::Transcript transcript = evidenced::DirectUnix();
  const BindingState state = State(transcript);
  WireEvidence wire;
  wire.instance = *transcript.instance;
  wire.manifest = evidenced::ToBytes(bytes);
  wire.signer = manifest.ok() ? manifest->signer() : "tpm";
  const SignedContents contents = Sign(transcript, bytes, wire.signer);
  const auto verify = [&] {
    return VerifyBinding(state, wire, contents, BindingLevel::kB0).ok();
  };
  Require(verify() == manifest.ok());
  if (!manifest.ok()) return 0;

  const auto again = evidenced::EncodeManifest(manifest->entries);
  Require(again.ok() && evidenced::Equal(*again, bytes));
  for (const evidenced::ManifestEntry& entry : manifest->entries) {
    if (entry.kind != evidenced::EntryKind::kPresent) continue;
    evidenced::WirePart part;
    part.media_type = entry.media_type;
    part.data = evidenced::ToBytes(bytes);
    wire.parts = {{entry.label, part}};
    Require(!verify());
  }
  wire.parts.clear();
  for (const Bytes& near : evidenced::Neighbours(bytes)) {
    wire.manifest = near;
    Require(!verify());
  }
  return 0;
}
