#include "evidence/log/describe_variable.h"

#include <algorithm>
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
  ByteReader in(data);
  std::string text;
  while (in.remaining() >= 2) {
    absl::StrAppendFormat(&text, "%sBoot%04X", text.empty() ? "" : ", ",
                          in.Le<uint16_t>());
  }
  return text.empty() ? "empty" : Printable(text);
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
  if (name == "SecureBoot" || name == "AuditMode" || name == "DeployedMode" ||
      name == "SetupMode") {
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
