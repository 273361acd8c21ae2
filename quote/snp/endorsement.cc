#include "quote/snp/endorsement.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kArc = "1.3.6.1.4.1.3704.1.";
constexpr absl::string_view kStructVersion = "1";
constexpr absl::string_view kProductName = "2";
constexpr absl::string_view kHwid = "4";
constexpr absl::string_view kCspId = "5";
constexpr absl::string_view kSpl4 = "3.4";
constexpr absl::string_view kFmc = "3.9";

// The SVNs in the order of TCB_VERSION: spl4 to spl7 are its reserved bytes.
using SvnOids = std::array<absl::string_view, 8>;
constexpr SvnOids kSvns = {"3.1", "3.2", kSpl4, "3.5",
                           "3.6", "3.7", "3.3", "3.8"};
constexpr SvnOids kTurinSvns = {kFmc,  "3.1", "3.2", "3.3",
                                "3.5", "3.6", "3.7", "3.8"};

// 0 came with Milan, 1 with Turin.
constexpr uint8_t kMaxStructVersion = 1;

constexpr uint8_t kDerInteger = 0x02;
constexpr uint8_t kDerOctetString = 0x04;
constexpr uint8_t kDerIa5String = 0x16;
constexpr size_t kHwidSize = 64;
constexpr size_t kTurinHwidSize = 8;

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

// The value of the extension `arc`, nullopt if there is none.
std::optional<ByteView> Find(const Certificate& certificate,
                             absl::string_view arc) {
  const CertificateExtension* found =
      certificate.extension(absl::StrCat(kArc, arc));
  if (found == nullptr) return std::nullopt;
  return found->value;
}

absl::StatusOr<ByteView> Require(const Certificate& certificate,
                                 absl::string_view arc) {
  const std::optional<ByteView> found = Find(certificate, arc);
  if (found.has_value()) return *found;
  return Malformed(
      absl::StrFormat("expected the extension %s%s, found none", kArc, arc));
}

// The contents of one DER element with a short length.
absl::StatusOr<ByteView> Contents(absl::string_view arc, ByteView der,
                                  uint8_t tag) {
  ByteReader in(der);
  const uint8_t found = in.U8();
  const uint8_t size = in.U8();
  const ByteView contents = in.Take(size);
  if (in.Finish("extension").ok() && found == tag && size < 0x80) {
    return contents;
  }
  return Malformed(absl::StrFormat(
      "expected one DER element with the tag 0x%02x as %s%s, "
      "found %s",
      tag, kArc, arc, Hex(der.first(std::min<size_t>(der.size(), 16)))));
}

// An INTEGER of 0 to 255 (X.690, section 8.3).
absl::StatusOr<uint8_t> ReadByte(const Certificate& certificate,
                                 absl::string_view arc) {
  ASSIGN_OR_RETURN(const ByteView der, Require(certificate, arc));
  ASSIGN_OR_RETURN(const ByteView number, Contents(arc, der, kDerInteger));
  if (number.size() == 1 && number[0] < 0x80) return number[0];
  if (number.size() == 2 && number[0] == 0 && number[1] >= 0x80) {
    return number[1];
  }
  return Malformed(
      absl::StrFormat("expected an integer of 0 to 255 as %s%s, found %s", kArc,
                      arc, Hex(number)));
}

absl::StatusOr<std::string> ReadText(absl::string_view arc, ByteView der) {
  ASSIGN_OR_RETURN(const ByteView text, Contents(arc, der, kDerIa5String));
  const bool printable = std::all_of(text.begin(), text.end(), [](uint8_t c) {
    return c >= 0x20 && c < 0x7f;
  });
  if (printable && !text.empty()) return ToString(text);
  return Malformed(absl::StrFormat("expected printable ASCII as %s%s, found %s",
                                   kArc, arc, Hex(text)));
}

absl::StatusOr<SnpTcb> ReadTcb(const Certificate& certificate,
                               SnpProduct product) {
  const bool turin = product == SnpProduct::kTurin;
  const absl::string_view other = turin ? kSpl4 : kFmc;
  if (Find(certificate, other).has_value()) {
    return Malformed(
        absl::StrFormat("expected the SVNs of %s without %s%s, found it",
                        SnpProductName(product), kArc, other));
  }
  const SvnOids& oids = turin ? kTurinSvns : kSvns;
  uint64_t raw = 0;
  for (size_t i = 0; i < oids.size(); ++i) {
    ASSIGN_OR_RETURN(const uint8_t svn, ReadByte(certificate, oids.at(i)));
    raw |= static_cast<uint64_t>(svn) << (8 * i);
  }
  return SnpTcb(raw, product);
}

// AMD leaves out the OCTET STRING's header; with it is as good.
absl::StatusOr<Bytes> ReadHwid(ByteView value, SnpProduct product) {
  const size_t size =
      product == SnpProduct::kTurin ? kTurinHwidSize : kHwidSize;
  if (value.size() == size) return ToBytes(value);
  if (value.size() == size + 2) {
    ASSIGN_OR_RETURN(const ByteView hwid,
                     Contents(kHwid, value, kDerOctetString));
    return ToBytes(hwid);
  }
  return Malformed(
      absl::StrFormat("expected a hardware ID of %d bytes on %s, found %d",
                      size, SnpProductName(product), value.size()));
}

absl::Status ReadHolder(const Certificate& certificate, SnpEndorsement& out) {
  const std::optional<ByteView> hwid = Find(certificate, kHwid);
  const std::optional<ByteView> csp_id = Find(certificate, kCspId);
  const std::string& name = certificate.common_name();
  if (name == "SEV-VCEK" && hwid.has_value() && !csp_id.has_value()) {
    out.kind = SnpKeyKind::kVcek;
    ASSIGN_OR_RETURN(out.hwid, ReadHwid(*hwid, out.product));
    return absl::OkStatus();
  }
  if (name == "SEV-VLEK" && csp_id.has_value() && !hwid.has_value()) {
    out.kind = SnpKeyKind::kVlek;
    ASSIGN_OR_RETURN(out.csp_id, ReadText(kCspId, *csp_id));
    return absl::OkStatus();
  }
  return Malformed(absl::StrFormat(
      "expected SEV-VCEK with a hardware ID alone or SEV-VLEK with a CSP_ID "
      "alone, found %s with%s hardware ID and with%s CSP_ID",
      Printable(name), hwid.has_value() ? "" : "out",
      csp_id.has_value() ? "" : "out"));
}

}  // namespace

absl::string_view SnpKeyKindName(SnpKeyKind kind) {
  return kind == SnpKeyKind::kVcek ? "vcek" : "vlek";
}

absl::StatusOr<SnpEndorsement> ParseSnpEndorsement(
    const Certificate& certificate) {
  if (certificate.key_kind() != "ec-secp384r1") {
    return Malformed(absl::StrFormat("expected a key of P-384 in %s, found %s",
                                     certificate.subject(),
                                     certificate.key_kind()));
  }
  ASSIGN_OR_RETURN(PublicKey key, PublicKey::FromSpki(certificate.spki()));
  ASSIGN_OR_RETURN(const uint8_t version,
                   ReadByte(certificate, kStructVersion));
  if (version > kMaxStructVersion) {
    return Classified(
        ErrorClass::kUnsupportedVersion,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected a structVersion of 0 or 1, found %d", version)));
  }
  ASSIGN_OR_RETURN(const ByteView name_der, Require(certificate, kProductName));
  ASSIGN_OR_RETURN(std::string name, ReadText(kProductName, name_der));
  const std::optional<SnpProduct> product = SnpProductFromName(name);
  if (!product.has_value()) {
    return Classified(
        ErrorClass::kUnsupportedType,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected a certificate for Milan, Genoa or Turin, found %s",
            name)));
  }
  ASSIGN_OR_RETURN(const SnpTcb tcb, ReadTcb(certificate, *product));
  SnpEndorsement out{.certificate = certificate,
                     .key = std::move(key),
                     .struct_version = version,
                     .product_name = std::move(name),
                     .product = *product,
                     .tcb = tcb,
                     .hwid = {},
                     .csp_id = {}};
  RETURN_IF_ERROR(ReadHolder(certificate, out));
  return out;
}

}  // namespace evidenced
