#ifndef EVIDENCE_BINDING_VERIFY_BINDING_H_
#define EVIDENCE_BINDING_VERIFY_BINDING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What the verifier knows itself: nothing in it came from the attester, but
// for the certificate that the TLS connection showed.
struct BindingState {
  uint8_t role = 1;  // 1 over TLS, 3 without
  std::string audience;
  Bytes nonce;
  Bytes spki;         // role 1: SHA-256 of the server's SubjectPublicKeyInfo
  Bytes certificate;  // role 1: SHA-256 of the server's certificate
  Bytes peer;         // role 1: SHA-256 of the verifier's own SPKI
  Bytes user_data;    // the bytes; empty: no item 14
  std::optional<Bytes> csr;
  std::vector<std::string> requested;       // labels
  std::vector<std::string> accept_signers;  // from policy
  std::map<std::string, Bytes> held;  // label -> prefix that is already held
  // Whether the policy names launch measurements of the paravisor itself.
  // Without them, evidence that a paravisor's vTPM signs is refused.
  bool paravisor_in_policy = false;
};

struct WirePart {
  std::string media_type;
  Bytes data;
  bool delta = false;  // `data` is what follows the held prefix
  Bytes tail;          // whole events beyond LENGTH
};

struct WireBatch {
  uint64_t tree_size = 0;
  Bytes root;
  uint64_t index = 0;
  std::vector<Bytes> path;
};

// What came from the attester.
struct WireEvidence {
  uint8_t mode = 1;
  Bytes instance;
  std::optional<WireBatch> batch;
  std::optional<Bytes> manifest;
  std::string signer;
  std::map<std::string, WirePart> parts;
};

// What verified hardware statements carry. Its maker has checked the
// signatures; the binding compares the contents.
struct SignedContents {
  // Signer "snp", "tdx": 64 bytes of report data. Signer "tpm": extraData.
  Bytes signer_data;
  // extraData of the part `tpm`, if a CPU report signs and it is present.
  std::optional<Bytes> tpm_extra_data;
};

enum class BindingLevel : uint8_t { kNone, kB0, kB1 };
absl::string_view BindingLevelName(BindingLevel level);

// Parts whose manifest was signed for this verifier's own challenge. Only
// VerifyBinding() makes one.
class VerifiedBinding {
 public:
  BindingLevel level() const { return level_; }
  const Manifest& manifest() const { return manifest_; }
  // Whole parts, without tails, by label; only what was delivered.
  const std::map<std::string, Bytes>& parts() const { return parts_; }
  // Tails by label: not covered by the manifest. Only a replay that gives the
  // quoted registers vouches for them.
  const std::map<std::string, Bytes>& tails() const { return tails_; }

 private:
  friend absl::StatusOr<VerifiedBinding> VerifyBinding(
      const BindingState& state, const WireEvidence& wire,
      const SignedContents& contents, BindingLevel min_level);
  VerifiedBinding() = default;

  BindingLevel level_ = BindingLevel::kNone;
  Manifest manifest_;
  std::map<std::string, Bytes> parts_;
  std::map<std::string, Bytes> tails_;
};

// Rebuilds transcript and report data from `state` and the few values that the
// wire may give, and compares all of it: docs/wire.md, "The verifier". Refuses
// with a class of that page; see RefusalReason().
absl::StatusOr<VerifiedBinding> VerifyBinding(const BindingState& state,
                                              const WireEvidence& wire,
                                              const SignedContents& contents,
                                              BindingLevel min_level);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_VERIFY_BINDING_H_
