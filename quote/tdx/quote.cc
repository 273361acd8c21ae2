#include "quote/tdx/quote.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr char kWhat[] = "quote";
constexpr uint16_t kTd10Type = 2;
constexpr uint16_t kTd15Type = 3;
constexpr size_t kSignatureSize = 64;
constexpr size_t kKeySize = 64;

absl::Status Refused(ErrorClass error_class, const std::string& message) {
  return Classified(error_class, absl::InvalidArgumentError(message));
}

absl::Status ReadHeader(ByteReader& in, TdxQuoteHeader& header) {
  header.version = in.Le<uint16_t>();          // 0x00
  header.att_key_type = in.Le<uint16_t>();     // 0x02
  header.tee_type = in.Le<uint32_t>();         // 0x04
  header.reserved = ToBytes(in.Take(4));       // 0x08
  header.qe_vendor_id = ToBytes(in.Take(16));  // 0x0C
  header.user_data = ToBytes(in.Take(20));     // 0x1C
  RETURN_IF_ERROR(in.Check(kWhat));
  if (header.version < kSgxVersion || header.version > kTdxMaxVersion) {
    return Refused(
        ErrorClass::kUnsupportedVersion,
        absl::StrFormat("expected a quote of version %d or %d, "
                        "found %d",
                        kTdxMinVersion, kTdxMaxVersion, header.version));
  }
  if (header.version != kSgxVersion && header.tee_type != kTdxTeeType) {
    return Refused(
        ErrorClass::kUnsupportedType,
        absl::StrFormat("expected a quote of TDX (TEE type 0x%02x), found "
                        "0x%02x",
                        kTdxTeeType, header.tee_type));
  }
  if (header.att_key_type != kEcdsaP256KeyType) {
    return Refused(
        ErrorClass::kUnsupportedAlgorithm,
        absl::StrFormat("expected an attestation key of type %d (ECDSA P-256), "
                        "found %d",
                        kEcdsaP256KeyType, header.att_key_type));
  }
  return absl::OkStatus();
}

// Its type and size must tell the same.
absl::Status ReadDescribedBody(ByteReader& in, TdxQuote& quote) {
  TdxBodyDescriptor descriptor;
  descriptor.type = in.Le<uint16_t>();  // 0x30
  descriptor.size = in.Le<uint32_t>();  // 0x32
  RETURN_IF_ERROR(in.Check(kWhat));
  quote.body_descriptor = descriptor;
  if (descriptor.type != kTd10Type && descriptor.type != kTd15Type) {
    return Refused(
        ErrorClass::kUnsupportedType,
        absl::StrFormat("expected a body of type %d (TD 1.0) or %d (TD 1.5), "
                        "found %d",
                        kTd10Type, kTd15Type, descriptor.type));
  }
  const bool td15 = descriptor.type == kTd15Type;
  const size_t size = td15 ? kTd15BodySize : kTd10BodySize;
  if (descriptor.size != size) {
    return Refused(
        ErrorClass::kMalformed,
        absl::StrFormat("expected a body of type %d to have %d bytes, found %d",
                        descriptor.type, size, descriptor.size));
  }
  quote.td = td15 ? ReadTd15Body(in) : ReadTd10Body(in);
  return in.Check(kWhat);
}

absl::Status ReadBody(ByteReader& in, TdxQuote& quote) {
  if (quote.header.version == kTdxMaxVersion) {
    return ReadDescribedBody(in, quote);
  }
  if (quote.header.version == kSgxVersion) {
    quote.enclave = ReadEnclaveReport(in);
  } else {
    quote.td = ReadTd10Body(in);
  }
  return in.Check(kWhat);
}

// The QE's report and who vouches for it.
void ReadQe(ByteReader& in, TdxQuote& quote) {
  quote.qe_report_bytes = ToBytes(in.Take(kEnclaveReportSize));
  ByteReader report(quote.qe_report_bytes);
  quote.qe_report = ReadEnclaveReport(report);
  quote.qe_report_signature = ToBytes(in.Take(kSignatureSize));
  const auto auth_size = in.Le<uint16_t>();
  quote.qe_auth_data = ToBytes(in.Take(auth_size));
  quote.pck_type = in.Le<uint16_t>();
  const auto pck_size = in.Le<uint32_t>();
  quote.pck_data = ToBytes(in.Take(pck_size));
}

absl::Status ReadCertification(ByteReader& in, TdxQuote& quote) {
  if (quote.header.version == kSgxVersion) {
    ReadQe(in, quote);
    return in.Check("signature data");
  }
  const auto type = in.Le<uint16_t>();
  const auto size = in.Le<uint32_t>();
  const ByteView data = in.Take(size);
  RETURN_IF_ERROR(in.Check("signature data"));
  quote.certification_type = type;
  if (type != kQeReportType) {
    return Refused(ErrorClass::kUnsupportedType,
                   absl::StrFormat("expected certification data of type %d (QE "
                                   "report), found %d",
                                   kQeReportType, type));
  }
  ByteReader qe(data);
  ReadQe(qe, quote);
  return qe.Finish("QE report certification data");
}

absl::Status ReadSignatureData(ByteReader& in, TdxQuote& quote) {
  quote.signature_size = in.Le<uint32_t>();
  ByteReader data(in.Take(quote.signature_size));
  RETURN_IF_ERROR(in.Check(kWhat));
  quote.signature = ToBytes(data.Take(kSignatureSize));
  quote.attestation_key = ToBytes(data.Take(kKeySize));
  RETURN_IF_ERROR(ReadCertification(data, quote));
  quote.slack = ToBytes(data.Rest());
  return data.Finish("signature data");
}

}  // namespace

absl::StatusOr<TdxQuote> ParseTdxQuote(ByteView bytes) {
  if (bytes.empty()) {
    return Refused(ErrorClass::kEmpty, "expected a quote, found no byte");
  }
  ByteReader in(bytes);
  TdxQuote quote;
  RETURN_IF_ERROR(ReadHeader(in, quote.header));
  RETURN_IF_ERROR(ReadBody(in, quote));
  quote.signed_size = in.position();
  RETURN_IF_ERROR(ReadSignatureData(in, quote));
  quote.trailing = ToBytes(in.Rest());
  return quote;
}

}  // namespace evidenced
