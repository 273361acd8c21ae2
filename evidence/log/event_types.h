#ifndef EVIDENCE_LOG_EVENT_TYPES_H_
#define EVIDENCE_LOG_EVENT_TYPES_H_

#include <cstdint>
#include <string>

namespace evidenced {

// Event types: PC Client Platform Firmware Profile 1.05, section 10.4.1.
inline constexpr uint32_t kEvPrebootCert = 0x0;
inline constexpr uint32_t kEvPostCode = 0x1;
inline constexpr uint32_t kEvNoAction = 0x3;
inline constexpr uint32_t kEvSeparator = 0x4;
inline constexpr uint32_t kEvAction = 0x5;
inline constexpr uint32_t kEvEventTag = 0x6;
inline constexpr uint32_t kEvSCrtmContents = 0x7;
inline constexpr uint32_t kEvSCrtmVersion = 0x8;
inline constexpr uint32_t kEvIpl = 0xd;
inline constexpr uint32_t kEvNonhostInfo = 0x11;
inline constexpr uint32_t kEvEfiVariableDriverConfig = 0x80000001;
inline constexpr uint32_t kEvEfiVariableBoot = 0x80000002;
inline constexpr uint32_t kEvEfiBootServicesApplication = 0x80000003;
inline constexpr uint32_t kEvEfiBootServicesDriver = 0x80000004;
inline constexpr uint32_t kEvEfiRuntimeServicesDriver = 0x80000005;
inline constexpr uint32_t kEvEfiGptEvent = 0x80000006;
inline constexpr uint32_t kEvEfiAction = 0x80000007;
inline constexpr uint32_t kEvEfiPlatformFirmwareBlob = 0x80000008;
inline constexpr uint32_t kEvEfiHandoffTables = 0x80000009;
inline constexpr uint32_t kEvEfiPlatformFirmwareBlob2 = 0x8000000a;
inline constexpr uint32_t kEvEfiHandoffTables2 = 0x8000000b;
inline constexpr uint32_t kEvEfiVariableBoot2 = 0x8000000c;
inline constexpr uint32_t kEvEfiGptEvent2 = 0x8000000d;
inline constexpr uint32_t kEvEfiVariableAuthority = 0x800000e0;

// "EV_SEPARATOR"; "type 0x12345678" for one that is not in the table.
std::string EventTypeName(uint32_t type);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_EVENT_TYPES_H_
