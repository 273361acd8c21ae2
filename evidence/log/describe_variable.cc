#include "evidence/log/describe_variable.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/log/signature_lists.h"
#include "evidence/log/uefi.h"
#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

std::string OnOff(ByteView data) {
  if (data.empty()) return "not set";
  if (data.size() != 1 || data[0] > 1) {
    return absl::StrCat("neither on nor off: ",
                        Hex(data.first(std::min<size_t>(data.size(), 16))));
  }
  return data[0] == 1 ? "on" : "off";
}

std::string BootOrder(ByteView data) {
  constexpr size_t kMaxText = 256;  // more is cut by Printable()
  ByteReader in(data);
  std::string text;
  while (in.remaining() >= 2 && text.size() <= kMaxText) {
    absl::StrAppendFormat(&text, "%sBoot%04X", text.empty() ? "" : ", ",
                          in.Le<uint16_t>());
  }
  return text.empty() ? "empty" : Printable(text, kMaxText);
}

// EFI_IMAGE_SECURITY_DATABASE_GUID, as in memory: UEFI 2.10, section 32.6.1.
constexpr std::array<uint8_t, 16> kImageSecurityDatabase = {
    0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45,
    0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f};

// Anybody may have a variable SecureBoot under a GUID of his own.
bool IsOfFirmware(const UefiVariable& variable) {
  return Equal(variable.guid, kEfiGlobalVariable) ||
         Equal(variable.guid, kImageSecurityDatabase);
}

}  // namespace

// EFI_SIGNATURE_DATA: the entry of a database that vouched for an image.
std::string DescribeAuthority(ByteView data) {
  const auto variable = ReadUefiVariable(data);
  if (!variable.has_value()) return "malformed UEFI variable";
  return absl::StrFormat("vouched for by %d bytes of UEFI variable %s",
                         variable->data.size(), variable->name);
}

std::string DescribeVariable(ByteView data) {
  const auto variable = ParseUefiVariable(data);
  if (!variable.has_value()) return "malformed UEFI variable";
  const std::string& name = variable->name;
  std::string value;
  if (!IsOfFirmware(*variable)) {
    value = absl::StrFormat("%d bytes, of %s", variable->data.size(),
                            GuidText(variable->guid));
  } else if (name == "SecureBoot" || name == "AuditMode" ||
             name == "DeployedMode" || name == "SetupMode") {
    value = OnOff(variable->data);
  } else if (name == "PK" || name == "KEK" || name == "db" || name == "dbx" ||
             name == "dbt" || name == "dbr") {
    value = DescribeSignatureLists(variable->data);
  } else if (name == "BootOrder") {
    value = BootOrder(variable->data);
  } else if (name.size() == 8 && absl::StartsWith(name, "Boot")) {
    value = DescribeLoadOption(variable->data);
  } else {
    value = absl::StrFormat("%d bytes", variable->data.size());
  }
  return absl::StrCat("UEFI variable ", name, ": ", value);
}

}  // namespace evidenced
