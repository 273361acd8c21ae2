#include "evidence/binding/verify_binding.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

#include "evidence/binding/rebuild.h"
#include "evidence/binding/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr absl::string_view kTpm = "tpm";
constexpr absl::string_view kTdx = "tdx";
constexpr absl::string_view kHcl = "hcl";
constexpr absl::string_view kNotRequested = "not-requested";
constexpr absl::string_view kLogPrefix = "log.";

// That no entry signs at all is left to the end of the verification.
absl::Status CheckSigner(const BindingState& state, const WireEvidence& wire,
                         const Manifest& manifest) {
  if (const std::string& signer = manifest.signer(); !signer.empty()) {
    RETURN_IF_ERROR(CheckManifestSigner(manifest));
    if (wire.signer != signer) {
      return Refuse("signer-not-in-manifest",
                    absl::StrFormat("expected %s to sign, as in the manifest, "
                                    "found \"%s\"",
                                    signer, Printable(wire.signer)));
    }
  }
  const auto& accepted = state.accept_signers;
  if (std::find(accepted.begin(), accepted.end(), wire.signer) ==
      accepted.end()) {
    return Refuse("signer-not-accepted",
                  absl::StrFormat("expected one of %d accepted signers, found "
                                  "\"%s\"",
                                  accepted.size(), Printable(wire.signer)));
  }
  const ManifestEntry* hcl = manifest.Find(kHcl);
  if (wire.signer == kTpm && hcl != nullptr &&
      hcl->kind == EntryKind::kPresent && !state.paravisor_in_policy) {
    return Refuse("paravisor-not-in-policy",
                  "expected the paravisor's launch measurements in the policy "
                  "for evidence with a part hcl, found none");
  }
  return absl::OkStatus();
}

absl::Status CheckSignerData(const ExpectedBinding& expected,
                             absl::string_view signer, ByteView found) {
  const ByteView want = signer == kTpm ? ByteView(expected.tpm_signing)
                                       : ByteView(expected.report_data);
  if (ConstantTimeEqual(want, found)) return absl::OkStatus();
  return Refuse(
      "report-data-mismatch",
      absl::StrFormat("expected %s to have signed %s, found %s", signer,
                      Hex(want), found.empty() ? "nothing" : Hex(found)));
}

// A tail holds what a log grew by between the manifest and the statement that
// signs, so only where that statement holds the log's registers.
absl::Status CheckTail(absl::string_view label, absl::string_view signer) {
  if (!absl::StartsWith(label, kLogPrefix)) {
    return Refuse("tail-not-allowed",
                  absl::StrFormat("expected a tail for logs only, found one "
                                  "for %s",
                                  label));
  }
  if (signer == kTpm || signer == kTdx) return absl::OkStatus();
  return Refuse("tail-not-allowed",
                absl::StrFormat("expected no tail for %s under a statement by "
                                "%s, which holds no register",
                                label, signer));
}

// The whole part, if it is what the manifest says.
absl::StatusOr<Bytes> CheckPart(const BindingState& state,
                                const WireEvidence& wire,
                                const Manifest& manifest,
                                const std::string& label,
                                const WirePart& part) {
  const ManifestEntry* entry = manifest.Find(label);
  if (entry == nullptr || entry->kind != EntryKind::kPresent) {
    return Refuse("part-not-in-manifest",
                  absl::StrFormat("expected parts that the manifest calls "
                                  "present, found \"%s\"",
                                  Printable(label)));
  }
  if (part.media_type != entry->media_type) {
    return Refuse(
        "media-type",
        absl::StrFormat("expected %s for %s, found \"%s\"", entry->media_type,
                        label, Printable(part.media_type)));
  }
  Bytes whole;
  if (const auto held = state.held.find(label);
      part.delta && held != state.held.end()) {
    whole = held->second;
  }
  whole.insert(whole.end(), part.data.begin(), part.data.end());
  if (whole.size() != entry->length) {
    return Refuse("part-digest",
                  absl::StrFormat("expected %d bytes for %s, found %d",
                                  entry->length, label, whole.size()));
  }
  if (const Bytes digest = Sha384(whole); digest != entry->sha384) {
    return Refuse("part-digest",
                  absl::StrFormat("expected SHA-384 %s for %s, found %s",
                                  Hex(entry->sha384), label, Hex(digest)));
  }
  if (!part.tail.empty()) {
    RETURN_IF_ERROR(CheckTail(label, wire.signer));
  }
  return whole;
}

absl::Status CheckRequested(const std::string& label, const Manifest& manifest,
                            const WireEvidence& wire) {
  const ManifestEntry* entry = manifest.Find(label);
  if (entry == nullptr) {
    return Refuse("requested-label-unknown",
                  absl::StrFormat("expected the manifest to list %s, which was "
                                  "requested, found no entry",
                                  Printable(label)));
  }
  if (entry->kind == EntryKind::kMissing && entry->reason == kNotRequested) {
    return Refuse("request-was-changed",
                  absl::StrFormat("expected %s, which was requested, found it "
                                  "listed as not requested",
                                  label));
  }
  if (entry->kind == EntryKind::kPresent && !wire.parts.contains(label)) {
    return Refuse("part-not-delivered",
                  absl::StrFormat("expected %d bytes for %s, which was "
                                  "requested, found none",
                                  entry->length, label));
  }
  return absl::OkStatus();
}

// Under a CPU report the part `tpm` is a quote of its own: without this, it
// could be one that another machine's TPM gave.
absl::Status CheckTpmQuote(const ExpectedBinding& expected,
                           const WireEvidence& wire,
                           const SignedContents& contents) {
  if (!wire.parts.contains(std::string(kTpm))) return absl::OkStatus();
  const ByteView found = contents.tpm_extra_data.has_value()
                             ? ByteView(*contents.tpm_extra_data)
                             : ByteView();
  if (ConstantTimeEqual(expected.tpm_under_report, found)) {
    return absl::OkStatus();
  }
  return Refuse("tpm-extra-data",
                absl::StrFormat("expected the TPM quote's extra data %s, found "
                                "%s",
                                Hex(expected.tpm_under_report),
                                found.empty() ? "none" : Hex(found)));
}

BindingLevel LevelOf(const BindingState& state) {
  if (state.nonce.empty()) return BindingLevel::kNone;
  return state.role == static_cast<uint8_t>(AttesterRole::kTlsServer)
             ? BindingLevel::kB1
             : BindingLevel::kB0;
}

absl::Status CheckLevel(BindingLevel level, BindingLevel min_level) {
  if (level >= min_level) return absl::OkStatus();
  return Refuse(
      "min-binding",
      absl::StrFormat("expected binding level %s at least, found %s",
                      BindingLevelName(min_level), BindingLevelName(level)));
}

}  // namespace

absl::string_view BindingLevelName(BindingLevel level) {
  switch (level) {
    case BindingLevel::kNone:
      return "none";
    case BindingLevel::kB0:
      return "B0";
    case BindingLevel::kB1:
      return "B1";
  }
  return "unknown";
}

absl::StatusOr<VerifiedBinding> VerifyBinding(const BindingState& state,
                                              const WireEvidence& wire,
                                              const SignedContents& contents,
                                              BindingLevel min_level) {
  ASSIGN_OR_RETURN(const ExpectedBinding expected, RebuildBinding(state, wire));
  VerifiedBinding verified;
  ASSIGN_OR_RETURN(verified.manifest_, ParseManifestEntries(*wire.manifest));
  RETURN_IF_ERROR(CheckSigner(state, wire, verified.manifest_));
  RETURN_IF_ERROR(CheckSignerData(expected, wire.signer, contents.signer_data));
  for (const auto& [label, part] : wire.parts) {
    ASSIGN_OR_RETURN(verified.parts_[label],
                     CheckPart(state, wire, verified.manifest_, label, part));
    if (!part.tail.empty()) verified.tails_[label] = part.tail;
  }
  for (const std::string& label : state.requested) {
    RETURN_IF_ERROR(CheckRequested(label, verified.manifest_, wire));
  }
  RETURN_IF_ERROR(CheckTpmQuote(expected, wire, contents));
  verified.level_ = LevelOf(state);
  RETURN_IF_ERROR(CheckLevel(verified.level_, min_level));
  // Last: where the policy refuses too, its reason is the one that helps.
  RETURN_IF_ERROR(CheckManifestSigner(verified.manifest_));
  return verified;
}

}  // namespace evidenced
