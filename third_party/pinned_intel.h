#ifndef THIRD_PARTY_PINNED_INTEL_H_
#define THIRD_PARTY_PINNED_INTEL_H_

// What Intel vouches by for SGX and TDX.

#include <cstdint>

#include "absl/strings/string_view.h"

namespace evidenced {

// CN=Intel SGX Root CA, P-256: SHA-256 of the SubjectPublicKeyInfo in DER. Its
// certificates of 2018, one to 2033 and one to 2049, have the same key; Intel
// gives one as
// https://certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.pem,
// and google/go-tdx-guest bears it too. `openssl pkey -pubin -outform DER |
// sha256sum` shows this again.
inline constexpr absl::string_view kIntelSgxRootSha256 =
    "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e";

// Vendor of Intel's quoting enclaves, as it stands in a quote's header.
inline constexpr absl::string_view kIntelQeVendorId =
    "939a7233f79c4ca9940a0db3957f0607";

// Intel's quoting enclave for TDs: MRSIGNER and ISVPRODID, as in its identity
// TD_QE, which Intel signs and gives as
// https://api.trustedservices.intel.com/tdx/certification/v4/qe/identity.
inline constexpr absl::string_view kIntelTdQeMrsigner =
    "dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5";
inline constexpr uint16_t kIntelTdQeProductId = 2;

}  // namespace evidenced

#endif  // THIRD_PARTY_PINNED_INTEL_H_
