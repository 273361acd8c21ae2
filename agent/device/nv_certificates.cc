#include "agent/device/nv_certificates.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxCertificateSize = 16U << 10;
constexpr uint16_t kDefaultNvChunk = 512;  // if the TPM does not say

struct NvSource {
  uint32_t index;
  TpmCertificate::Kind kind;
};

// TCG EK Credential Profile 2.5, section 2.2.1.4; Google Compute Engine; Azure.
constexpr NvSource kSources[] = {
    {0x01c00002, TpmCertificate::Kind::kEk},
    {0x01c0000a, TpmCertificate::Kind::kEk},
    {0x01c00016, TpmCertificate::Kind::kEk},
    {0x01c10000, TpmCertificate::Kind::kAk},
    {0x01c10002, TpmCertificate::Kind::kAk},
    {0x01c101d0, TpmCertificate::Kind::kAk},
};

absl::StatusOr<uint16_t> NvChunk(Esys& esys) {
  ASSIGN_OR_RETURN(
      const TPMS_CAPABILITY_DATA data,
      esys.GetCapability(TPM2_CAP_TPM_PROPERTIES, TPM2_PT_NV_BUFFER_MAX, 1));
  const TPML_TAGGED_TPM_PROPERTY& properties = data.data.tpmProperties;
  if (properties.count == 0 ||
      properties.tpmProperty[0].property != TPM2_PT_NV_BUFFER_MAX) {
    return kDefaultNvChunk;
  }
  return static_cast<uint16_t>(std::clamp<uint32_t>(
      properties.tpmProperty[0].value, 1, TPM2_MAX_NV_BUFFER_SIZE));
}

// The length of the DER SEQUENCE that `bytes` begin with: indices are often
// larger than what is in them. 0: none.
size_t DerLength(ByteView bytes) {
  ByteReader in(bytes);
  if (in.U8() != 0x30) return 0;
  const uint8_t first = in.U8();
  size_t length = first;
  if (first >= 0x80) {
    length = 0;
    if (first < 0x81 || first > 0x83) return 0;
    for (int i = first - 0x80; i > 0; --i) length = length << 8 | in.U8();
  }
  const size_t total = in.position() + length;
  return in.ok() && total <= bytes.size() ? total : 0;
}

absl::StatusOr<Bytes> ReadIndex(Esys& esys, uint32_t handle, uint16_t chunk) {
  ASSIGN_OR_RETURN(const Esys::Object index, esys.Load(handle));
  ASSIGN_OR_RETURN(const TPMS_NV_PUBLIC area, esys.NvReadPublic(index));
  Bytes out;
  const bool readable =
      (area.attributes & TPMA_NV_WRITTEN) != 0 &&
      (area.attributes & (TPMA_NV_AUTHREAD | TPMA_NV_OWNERREAD)) != 0;
  if (!readable || area.dataSize > kMaxCertificateSize) return out;
  while (out.size() < area.dataSize) {
    const auto offset = static_cast<uint16_t>(out.size());
    const auto size = static_cast<uint16_t>(
        std::min<size_t>(chunk, area.dataSize - out.size()));
    ASSIGN_OR_RETURN(const Bytes piece,
                     esys.NvRead(index, area.attributes, size, offset));
    out.insert(out.end(), piece.begin(), piece.end());
  }
  out.resize(DerLength(out));
  return out;
}

}  // namespace

absl::StatusOr<std::vector<TpmCertificate>> ReadNvCertificates(Esys& esys) {
  std::vector<TpmCertificate> out;
  ASSIGN_OR_RETURN(const uint16_t chunk, NvChunk(esys));
  for (const NvSource& source : kSources) {
    ASSIGN_OR_RETURN(const bool present, esys.HandleInUse(source.index));
    if (!present) continue;
    absl::StatusOr<Bytes> der = ReadIndex(esys, source.index, chunk);
    if (absl::IsUnavailable(der.status())) return der.status();
    if (!der.ok() || der->empty()) continue;
    out.push_back({source.kind, source.index, *std::move(der)});
  }
  return out;
}

}  // namespace evidenced
