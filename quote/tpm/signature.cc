#include "quote/tpm/signature.h"

#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

constexpr char kWhat[] = "TPMT_SIGNATURE";

Bytes Sized(ByteReader& in) { return ToBytes(in.Take(in.Be<uint16_t>())); }

absl::Status UnsupportedAlgorithm(const std::string& message) {
  return Classified(ErrorClass::kUnsupportedAlgorithm,
                    absl::InvalidArgumentError(message));
}

}  // namespace

absl::StatusOr<TpmSignature> ParseTpmSignature(ByteView tpmt_signature) {
  if (tpmt_signature.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a TPMT_SIGNATURE, found no byte"));
  }
  ByteReader in(tpmt_signature);
  TpmSignature signature;
  signature.scheme = in.Be<uint16_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  // What follows another scheme is of another form: nothing, after
  // TPM_ALG_NULL.
  if (signature.scheme != kTpmAlgEcdsa && signature.scheme != kTpmAlgRsassa &&
      signature.scheme != kTpmAlgRsapss) {
    return UnsupportedAlgorithm(absl::StrFormat(
        "expected a signature of RSASSA, RSAPSS or ECDSA, found 0x%04x",
        signature.scheme));
  }
  const auto hash_id = in.Be<uint16_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (signature.scheme == kTpmAlgEcdsa) {
    signature.r = Sized(in);
    signature.s = Sized(in);
  } else {
    signature.rsa = Sized(in);
  }
  RETURN_IF_ERROR(in.Finish(kWhat));
  const auto hash = HashAlgorithmFromId(hash_id);
  if (!hash.has_value()) {
    return UnsupportedAlgorithm(absl::StrFormat(
        "expected a known hash algorithm in the signature, found 0x%04x",
        hash_id));
  }
  signature.hash = *hash;
  return signature;
}

absl::Status VerifyTpmSignature(const TpmSignature& signature,
                                const PublicKey& key, ByteView message) {
  switch (signature.scheme) {
    case kTpmAlgEcdsa:
      return key.VerifyEcdsa(signature.hash, message, signature.r, signature.s);
    case kTpmAlgRsassa:
      return key.VerifyRsassa(signature.hash, message, signature.rsa);
    case kTpmAlgRsapss:
      return key.VerifyRsapss(signature.hash, message, signature.rsa);
    default:
      return absl::UnauthenticatedError(absl::StrFormat(
          "expected a signature of RSASSA, RSAPSS or ECDSA, found 0x%04x",
          signature.scheme));
  }
}

std::string SchemeName(uint16_t scheme) {
  switch (scheme) {
    case kTpmAlgRsassa:
      return "rsassa";
    case kTpmAlgRsapss:
      return "rsapss";
    case kTpmAlgEcdsa:
      return "ecdsa";
    case kTpmAlgNull:
      return "null";
    default:
      return absl::StrFormat("0x%04x", scheme);
  }
}

}  // namespace evidenced
