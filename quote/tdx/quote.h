#ifndef QUOTE_TDX_QUOTE_H_
#define QUOTE_TDX_QUOTE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tdx/enclave_report.h"
#include "quote/tdx/td_body.h"

namespace evidenced {

inline constexpr uint16_t kTdxMinVersion = 4;
inline constexpr uint16_t kTdxMaxVersion = 5;
inline constexpr uint16_t kSgxVersion = 3;
inline constexpr uint32_t kTdxTeeType = 0x81;
inline constexpr uint16_t kEcdsaP256KeyType = 2;
inline constexpr uint16_t kPckChainType = 5;
inline constexpr uint16_t kQeReportType = 6;

struct TdxQuoteHeader {
  uint16_t version = 0;
  uint16_t att_key_type = 0;
  uint32_t tee_type = 0;  // 0x81: TDX, 0: SGX
  Bytes reserved;         // of version 3: QE SVN, PCE SVN
  Bytes qe_vendor_id;
  Bytes user_data;
};

// What follows, in version 5: 2 is TD 1.0, 3 is TD 1.5.
struct TdxBodyDescriptor {
  uint16_t type = 0;
  uint32_t size = 0;
};

// A quote: Intel TDX DCAP Quoting Library API, appendix 3, "Version 4 Quote
// Format" and "Version 5 Quote Format". Integers are little-endian, numbers of
// signatures and keys big-endian.
struct TdxQuote {
  TdxQuoteHeader header;
  std::optional<TdxBodyDescriptor> body_descriptor;  // version 5
  // One of both: of a TD, or, in version 3, of an SGX enclave.
  std::optional<TdBody> td;
  std::optional<EnclaveReport> enclave;
  size_t signed_size = 0;  // what the quote's signature is over, from the start
  Bytes signature;         // r, s
  Bytes attestation_key;   // x, y
  std::optional<uint16_t> certification_type;  // kQeReportType; none in 3
  // The quoting enclave (QE), which made the attestation key.
  EnclaveReport qe_report;
  Bytes qe_report_bytes;      // as they were signed
  Bytes qe_report_signature;  // r, s
  Bytes qe_auth_data;
  // Who vouches for the QE: kPckChainType is certificates, of the PCK first.
  uint16_t pck_type = 0;
  Bytes pck_data;
  uint32_t signature_size = 0;  // of the signature data, as declared
  // What no signature covers and nobody needs: the rest of the signature data,
  // and what is behind it.
  Bytes slack;
  Bytes trailing;
};

// Checks the layout only and says nothing about who signed it: see
// VerifyTdxQuote(). An SGX quote of version 3 is read too, to be shown; it
// never verifies. INVALID_ARGUMENT:
// - no byte (kEmpty), or a length that reaches over what holds it (kTruncated)
// - a version other than 3, 4 and 5 (kUnsupportedVersion)
// - versions 4 and 5 for another TEE than TDX, or with certification data
//   other than a QE report (kUnsupportedType)
// - an attestation key other than ECDSA P-256 (kUnsupportedAlgorithm)
// - a body's size that is not its type's, or bytes behind the certification
//   data inside of the QE report's (kMalformed)
absl::StatusOr<TdxQuote> ParseTdxQuote(ByteView bytes);

}  // namespace evidenced

#endif  // QUOTE_TDX_QUOTE_H_
