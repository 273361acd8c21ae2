#ifndef AGENT_DEVICE_SNP_FIRMWARE_H_
#define AGENT_DEVICE_SNP_FIRMWARE_H_

#include <cstdint>
#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// A status code of the SEV-SNP firmware: AMD 56860, chapter "Status Codes".
// "INVALID_PARAM (0x16)"
std::string FirmwareCode(uint32_t code);

// What the hypervisor answered: GHCB specification, SNP Guest Request.
// "BUSY (2)"
std::string HypervisorCode(uint32_t code);

// The bytes of a certificate table within the buffer that a request gave the
// host to fill: up to the end of the terminator and of the last certificate,
// as configfs-tsm cuts it. The whole buffer if the table makes no sense; none
// if it has no entries.
Bytes CutCertificateTable(ByteView buffer);

}  // namespace evidenced

#endif  // AGENT_DEVICE_SNP_FIRMWARE_H_
