#ifndef EVIDENCE_LOG_UEFI_H_
#define EVIDENCE_LOG_UEFI_H_

#include <optional>
#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// EFI_GLOBAL_VARIABLE, 8be4df61-93ca-11d2-aa0d-00e098032b8c, as in memory.
inline constexpr uint8_t kEfiGlobalVariable[16] = {
    0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
    0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};

// UEFI_VARIABLE_DATA: PC Client Platform Firmware Profile 1.05, section
// 10.4.3. Views point into the event data.
struct UefiVariable {
  ByteView guid;     // 16 bytes
  std::string name;  // printable
  ByteView data;
};

// nullopt: not exactly one.
std::optional<UefiVariable> ParseUefiVariable(ByteView event_data);

// As that, with bytes behind it: some versions of shim log six too many.
std::optional<UefiVariable> ReadUefiVariable(ByteView event_data);

// "8be4df61-93ca-11d2-aa0d-00e098032b8c"; "" if it is not of 16 bytes.
std::string GuidText(ByteView guid);

// UTF-16LE as one printable line; ends at the first zero.
std::string FromUtf16(ByteView utf16);

// The file names and node kinds of an EFI device path (UEFI 2.10, section 10),
// printable; "" if it is malformed.
std::string DescribeDevicePath(ByteView path);

// UEFI_GPT_DATA: PC Client Platform Firmware Profile 1.05, section 10.4.4.
std::string DescribeGpt(ByteView data);

// EFI_LOAD_OPTION (UEFI 2.10, section 3.1.3): its description and path.
std::string DescribeLoadOption(ByteView option);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_UEFI_H_
