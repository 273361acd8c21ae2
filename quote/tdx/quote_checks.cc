#include "quote/tdx/quote_checks.h"

#include <algorithm>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "third_party/pinned_intel.h"

namespace evidenced {
namespace {

constexpr size_t kNumberSize = 32;

absl::Status Refused(ErrorClass error_class, const std::string& message) {
  return Classified(error_class, absl::InvalidArgumentError(message));
}

absl::Status Unauthenticated(ErrorClass error_class,
                             absl::string_view message) {
  return Classified(error_class, absl::UnauthenticatedError(message));
}

bool AllZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

// `signature`: r and s, kNumberSize bytes each.
absl::Status VerifyP256(const PublicKey& key, ByteView message,
                        ByteView signature) {
  return Classified(ErrorClass::kSignatureInvalid,
                    key.VerifyEcdsa(HashAlgorithm::kSha256, message,
                                    signature.first(kNumberSize),
                                    signature.subspan(kNumberSize)));
}

}  // namespace

absl::Status CheckTdxVersion(const TdxQuote& quote) {
  const uint16_t version = quote.header.version;
  if (version >= kTdxMinVersion && version <= kTdxMaxVersion) {
    return absl::OkStatus();
  }
  return Refused(
      ErrorClass::kUnsupportedVersion,
      absl::StrFormat("expected a quote of version %d or %d, found %d",
                      kTdxMinVersion, kTdxMaxVersion, version));
}

absl::Status CheckTdxTeeType(const TdxQuote& quote) {
  if (quote.header.tee_type == kTdxTeeType && quote.td.has_value()) {
    return absl::OkStatus();
  }
  return Refused(ErrorClass::kUnsupportedType,
                 absl::StrFormat("expected a quote of TDX (TEE type 0x%02x), "
                                 "found 0x%02x",
                                 kTdxTeeType, quote.header.tee_type));
}

absl::Status CheckTdxQeVendor(const TdxQuote& quote) {
  const std::string found = Hex(quote.header.qe_vendor_id);
  if (found == kIntelQeVendorId) return absl::OkStatus();
  return Refused(
      ErrorClass::kUnsupportedType,
      absl::StrFormat("expected a quoting enclave of Intel's (%s), found %s",
                      kIntelQeVendorId, found));
}

absl::Status CheckTdxPadding(const TdxQuote& quote) {
  if (AllZero(quote.slack) && AllZero(quote.trailing)) return absl::OkStatus();
  return Refused(
      ErrorClass::kMalformed,
      absl::StrFormat("expected nothing but zeros behind the certification "
                      "data, found other bytes among %d in the signature data "
                      "and %d behind them",
                      quote.slack.size(), quote.trailing.size()));
}

absl::Status CheckTdxSignature(ByteView bytes, const TdxQuote& quote) {
  const ByteView point = quote.attestation_key;
  const absl::StatusOr<PublicKey> key = PublicKey::FromEcPoint(
      EcCurve::kP256, point.first(kNumberSize), point.subspan(kNumberSize));
  if (!key.ok()) {
    return Unauthenticated(ErrorClass::kSignatureInvalid,
                           key.status().message());
  }
  return VerifyP256(*key, bytes.first(quote.signed_size), quote.signature);
}

absl::Status CheckTdxKeyBinding(const TdxQuote& quote) {
  Bytes expected =
      Hash(HashAlgorithm::kSha256, {quote.attestation_key, quote.qe_auth_data});
  expected.resize(quote.qe_report.report_data.size());
  if (expected == quote.qe_report.report_data) return absl::OkStatus();
  return Unauthenticated(
      ErrorClass::kBindingMismatch,
      absl::StrFormat("expected the SHA-256 of attestation key and "
                      "authentication data (%s) as report data of the quoting "
                      "enclave, found %s",
                      Hex(expected), Hex(quote.qe_report.report_data)));
}

absl::Status CheckTdxQeSignature(const TdxQuote& quote, const PublicKey& pck) {
  return VerifyP256(pck, quote.qe_report_bytes, quote.qe_report_signature);
}

absl::Status CheckTdxQe(const TdxQuote& quote,
                        const TdQuotingEnclaves& enclaves) {
  const EnclaveReport& qe = quote.qe_report;
  const bool known = std::any_of(enclaves.begin(), enclaves.end(),
                                 [&qe](const TdQuotingEnclave& one) {
                                   return one.mr_signer == qe.mr_signer &&
                                          one.isv_prod_id == qe.isv_prod_id;
                                 });
  if (known && !qe.debug()) return absl::OkStatus();
  return Unauthenticated(
      ErrorClass::kUntrustedRoot,
      absl::StrFormat(
          "expected a quoting enclave for TDs that is trusted, not "
          "under debug, found MRSIGNER %s, ISVPRODID %d, attributes "
          "%s",
          Hex(qe.mr_signer), qe.isv_prod_id, Hex(qe.attributes)));
}

}  // namespace evidenced
