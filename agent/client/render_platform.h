#ifndef AGENT_CLIENT_RENDER_PLATFORM_H_
#define AGENT_CLIENT_RENDER_PLATFORM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "evidence/v1/service.pb.h"

#include "agent/client/text.h"
#include "quote/crypto/certificate.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// Who answered: the address and the server's certificate. As rows, and as
// text.
void AddServer(const std::string& address,
               const std::optional<Certificate>& server, Table& table);
std::string RenderServer(const std::string& address,
                         const std::optional<Certificate>& server);

// A TPM's firmware version, 0x0001000200030004, as "1.2.3.4 (0x...)".
std::string FirmwareText(uint64_t version);

std::string RenderPlatform(const v1::Platform& platform,
                           const Palette& palette);

// Labelled unsigned.
std::string RenderMeasurements(const v1::Measurements& measurements,
                               const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_PLATFORM_H_
