#include "agent/device/snp_firmware.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

using Name = std::pair<uint32_t, absl::string_view>;

constexpr std::array<Name, 40> kFirmwareCodes = {{
    {0x00, "SUCCESS"},
    {0x01, "INVALID_PLATFORM_STATE"},
    {0x02, "INVALID_GUEST_STATE"},
    {0x03, "INVALID_CONFIG"},
    {0x04, "INVALID_LENGTH"},
    {0x05, "ALREADY_OWNED"},
    {0x06, "INVALID_CERTIFICATE"},
    {0x07, "POLICY_FAILURE"},
    {0x08, "INACTIVE"},
    {0x09, "INVALID_ADDRESS"},
    {0x0a, "BAD_SIGNATURE"},
    {0x0b, "BAD_MEASUREMENT"},
    {0x0c, "ASID_OWNED"},
    {0x0d, "INVALID_ASID"},
    {0x0e, "WBINVD_REQUIRED"},
    {0x0f, "DF_FLUSH_REQUIRED"},
    {0x10, "INVALID_GUEST"},
    {0x11, "INVALID_COMMAND"},
    {0x12, "ACTIVE"},
    {0x13, "HWERROR_PLATFORM"},
    {0x14, "HWERROR_UNSAFE"},
    {0x15, "UNSUPPORTED"},
    {0x16, "INVALID_PARAM"},
    {0x17, "RESOURCE_LIMIT"},
    {0x18, "SECURE_DATA_INVALID"},
    {0x19, "INVALID_PAGE_SIZE"},
    {0x1a, "INVALID_PAGE_STATE"},
    {0x1b, "INVALID_MDATA_ENTRY"},
    {0x1c, "INVALID_PAGE_OWNER"},
    {0x1d, "AEAD_OFLOW"},
    {0x1f, "RING_BUFFER_EXIT"},
    {0x20, "RMP_INIT_REQUIRED"},
    {0x21, "BAD_SVN"},
    {0x22, "BAD_VERSION"},
    {0x23, "SHUTDOWN_REQUIRED"},
    {0x24, "UPDATE_FAILED"},
    {0x25, "RESTORE_REQUIRED"},
    {0x26, "RMP_INIT_FAILED"},
    {0x27, "INVALID_KEY"},
    // Linux: what the driver says before the firmware was called.
    {0xff, "no firmware call"},
}};
constexpr std::array<Name, 3> kHypervisorCodes = {
    {{0, "none"}, {1, "INVALID_LEN"}, {2, "BUSY"}}};

template <typename Names>
absl::string_view NameOf(const Names& names, uint32_t code) {
  for (const auto& [known, name] : names) {
    if (known == code) return name;
  }
  return "unknown";
}

constexpr size_t kEntrySize = 24;

}  // namespace

std::string FirmwareCode(uint32_t code) {
  return absl::StrFormat("%s (0x%x)", NameOf(kFirmwareCodes, code), code);
}

std::string HypervisorCode(uint32_t code) {
  return absl::StrFormat("%s (%d)", NameOf(kHypervisorCodes, code), code);
}

// GHCB specification, SNP Extended Guest Request: entries of a GUID, offset and
// length, up to one of zeros.
Bytes CutCertificateTable(ByteView buffer) {
  uint64_t end = 0;
  ByteReader in(buffer);
  while (in.remaining() >= kEntrySize) {
    const ByteView guid = in.Take(16);
    const uint64_t offset = in.Le<uint32_t>();
    const uint64_t length = in.Le<uint32_t>();
    const bool no_guid = std::all_of(guid.begin(), guid.end(),
                                     [](uint8_t byte) { return byte == 0; });
    if (no_guid && offset == 0 && length == 0) {
      if (in.position() == kEntrySize) return {};
      end = std::max<uint64_t>(end, in.position());
      return ToBytes(buffer.first(std::min<uint64_t>(end, buffer.size())));
    }
    end = std::max(end, offset + length);
  }
  return ToBytes(buffer);
}

}  // namespace evidenced
