#ifndef EVIDENCE_VERIFY_LIMITS_H_
#define EVIDENCE_VERIFY_LIMITS_H_

#include <cstddef>

#include "absl/status/status.h"

#include "evidence/v1/evidence.pb.h"

namespace evidenced {

// This verifier's own limits; the wire format has wider ones. An honest agent
// stays far below them: they bound the work that an answer costs which nobody
// has signed.
inline constexpr size_t kMaxEvidenceParts = 64;
inline constexpr size_t kMaxEvidenceCertificates = 64;
inline constexpr size_t kMaxRegisterBanks = 16;
inline constexpr size_t kMaxRegistersOfABank = 24;
inline constexpr size_t kMaxManifestEntries = 256;
inline constexpr size_t kMaxInclusionPath = 64;
inline constexpr size_t kMaxSnpTableSize = size_t{64} << 10;

// What has to hold before anything is done for each part, certificate,
// register, manifest entry or path node. Reads numbers alone, so it is cheap.
// INVALID_ARGUMENT: there are more, with what was expected and found.
absl::Status CheckEvidenceLimits(const ::evidence::v1::Evidence& evidence);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_LIMITS_H_
