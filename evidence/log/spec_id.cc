#include "evidence/log/spec_id.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr uint32_t kMaxAlgorithms = 8;
constexpr absl::string_view kSignature("Spec ID Event03\0", 16);

absl::Status CheckAlgorithm(const SpecIdEvent& spec_id,
                            const SpecIdEvent::Algorithm& algorithm) {
  for (const SpecIdEvent::Algorithm& other : spec_id.algorithms) {
    if (other.id != algorithm.id) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected each algorithm once in the SpecID event, found 0x%04x twice",
        algorithm.id));
  }
  const auto hash = HashAlgorithmFromId(algorithm.id);
  if (hash.has_value() && DigestSize(*hash) != algorithm.digest_size) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected digests of %d bytes for %s, found %d in the SpecID event",
        DigestSize(*hash), HashName(*hash), algorithm.digest_size));
  }
  if (algorithm.digest_size == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a digest size for 0x%04x in the SpecID event, found 0",
        algorithm.id));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsSpecId(ByteView data) {
  return data.size() >= kSignature.size() &&
         Equal(data.first(kSignature.size()), AsBytes(kSignature));
}

absl::StatusOr<SpecIdEvent> ParseSpecId(ByteView data) {
  ByteReader in(data);
  SpecIdEvent spec_id;
  in.Take(kSignature.size());
  spec_id.platform_class = in.Le<uint32_t>();
  spec_id.version_minor = in.U8();
  spec_id.version_major = in.U8();
  spec_id.errata = in.U8();
  spec_id.uintn_size = in.U8();
  const auto count = in.Le<uint32_t>();
  if (in.ok() && (count == 0 || count > kMaxAlgorithms)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected 1 to %d algorithms in the SpecID event, "
                        "found %d",
                        kMaxAlgorithms, count));
  }
  for (uint32_t i = 0; i < count; ++i) {
    SpecIdEvent::Algorithm algorithm;
    algorithm.id = in.Le<uint16_t>();
    algorithm.digest_size = in.Le<uint16_t>();
    if (!in.ok()) break;
    RETURN_IF_ERROR(CheckAlgorithm(spec_id, algorithm));
    spec_id.algorithms.push_back(algorithm);
  }
  spec_id.vendor_info = in.Take(in.U8());
  spec_id.bytes_after_vendor_info = in.remaining();
  RETURN_IF_ERROR(in.Check("SpecID event"));
  return spec_id;
}

}  // namespace evidenced
