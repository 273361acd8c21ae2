#include "evidence/log/describe.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/log/describe_ima.h"
#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"
#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

std::string Text(ByteView data) {
  std::string text = ToString(data);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return Printable(text);
}

bool LooksLikeUtf16(ByteView data) {
  if (data.size() < 2 || data.size() % 2 != 0) return false;
  for (size_t i = 1; i < data.size(); i += 2) {
    if (data[i] != 0) return false;
  }
  return true;
}

std::string TextOfEither(ByteView data) {
  return LooksLikeUtf16(data) ? FromUtf16(data) : Text(data);
}

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

// EFI_SIGNATURE_DATA: the entry of a database that vouched for an image.
std::string DescribeAuthority(ByteView data) {
  const auto variable = ParseUefiVariable(data);
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

// UEFI_IMAGE_LOAD_EVENT: PFP, section 10.2.3.
std::string DescribeImage(ByteView data) {
  ByteReader in(data);
  in.Le<uint64_t>();  // location
  const auto size = in.Le<uint64_t>();
  in.Le<uint64_t>();  // link-time address
  const auto path_size = in.Le<uint64_t>();
  const ByteView path = in.Take(path_size);
  if (!in.ok()) return "malformed image event";
  const std::string where = DescribeDevicePath(path);
  return absl::StrFormat("image of %d bytes%s%s", size,
                         where.empty() ? "" : ": ", where);
}

std::string DescribeBlob(ByteView data) {
  ByteReader in(data);
  const auto base = in.Le<uint64_t>();
  const auto size = in.Le<uint64_t>();
  if (!in.ok()) return Text(data);
  return absl::StrFormat("firmware of %d bytes at 0x%x", size, base);
}

// EFI_PLATFORM_FIRMWARE_BLOB2: a description before base and length.
std::string DescribeBlob2(ByteView data) {
  ByteReader in(data);
  const ByteView name = in.Take(in.U8());
  if (!in.ok()) return "malformed firmware blob";
  return absl::StrCat(Text(name), ": ", DescribeBlob(in.Rest()));
}

// TCG_PCClientTaggedEvent: PFP, section 10.4.2.1.
std::string DescribeTagged(ByteView data) {
  ByteReader in(data);
  const auto id = in.Le<uint32_t>();
  const ByteView content = in.Take(in.Le<uint32_t>());
  if (!in.ok()) return "malformed tagged event";
  return absl::StrFormat("tag 0x%08x: %s", id, TextOfEither(content));
}

std::string DescribeSeparator(ByteView data) {
  if (data.size() == 4) {
    ByteReader in(data);
    const auto value = in.Le<uint32_t>();
    if (value == 0 || value == 0xffffffff) return "end of the pre-OS stage";
    return absl::StrFormat("error separator 0x%08x", value);
  }
  return Text(data);
}

// systemd-stub measures the sections of a unified kernel image into PCR 11,
// each twice: its name, then its content (systemd-stub(7)).
std::string DescribeIpl(uint32_t reg, ByteView data) {
  constexpr uint32_t kKernelImagePcr = 11;
  const std::string text = TextOfEither(data);
  return reg == kKernelImagePcr && absl::StartsWith(text, ".")
             ? absl::StrCat("section ", text, " of a unified kernel image")
             : text;
}

std::string DescribeVersion(ByteView data) {
  const std::string text = TextOfEither(data);
  return absl::StrCat("firmware version ", text.empty() ? "not given" : text);
}

std::string DescribeNoAction(ByteView data) {
  const std::string text =
      ToString(data.first(std::min<size_t>(data.size(), 16)));
  if (absl::StartsWith(text, "StartupLocality") && data.size() == 17) {
    return absl::StrFormat("the TPM was started from locality %d", data[16]);
  }
  if (absl::StartsWith(text, "Spec ID Event")) {
    return absl::StrCat("log header ", Text(AsBytes(text)));
  }
  return Text(AsBytes(text));
}

std::string DescribeTcg(const LogEvent& event) {
  switch (event.type) {
    case kEvEfiVariableDriverConfig:
    case kEvEfiVariableBoot:
    case kEvEfiVariableBoot2:
      return DescribeVariable(event.data);
    case kEvEfiVariableAuthority:
      return DescribeAuthority(event.data);
    case kEvEfiGptEvent:
    case kEvEfiGptEvent2:
      return DescribeGpt(event.data);
    case kEvEfiBootServicesApplication:
    case kEvEfiBootServicesDriver:
    case kEvEfiRuntimeServicesDriver:
      return DescribeImage(event.data);
    case kEvEfiPlatformFirmwareBlob:
      return DescribeBlob(event.data);
    case kEvEfiPlatformFirmwareBlob2:
      return DescribeBlob2(event.data);
    case kEvEventTag:
      return DescribeTagged(event.data);
    case kEvSeparator:
      return DescribeSeparator(event.data);
    case kEvNoAction:
      return DescribeNoAction(event.data);
    case kEvSCrtmVersion:
      return DescribeVersion(event.data);
    case kEvPostCode:
      return event.data.size() == 16 ? DescribeBlob(event.data)
                                     : Text(event.data);
    case kEvNonhostInfo:
      return absl::StrCat(
          "non-host information ",
          Hex(event.data.first(std::min<size_t>(event.data.size(), 64))));
    case kEvIpl:
      return DescribeIpl(event.reg, event.data);
    case kEvAction:
    case kEvEfiAction:
      return TextOfEither(event.data);
    default:
      return absl::StrFormat("%d bytes", event.data.size());
  }
}

bool IsStrong(HashAlgorithm bank) { return bank != HashAlgorithm::kSha1; }

bool IsDigestOf(const LogEvent& event, HashAlgorithm bank, ByteView data) {
  const EventDigest* digest = event.Find(bank);
  return digest != nullptr && Equal(Hash(bank, {data}), digest->value);
}

}  // namespace

bool DataCovered(const EventLog& log, const LogEvent& event) {
  if (!event.extends) return false;
  if (log.format == LogFormat::kIma) return !event.violation;
  // In one bank it would not do: that may be one that nobody quoted, and then
  // its digests are the host's choice.
  return std::any_of(log.banks.begin(), log.banks.end(), IsStrong) &&
         std::all_of(
             log.banks.begin(), log.banks.end(), [&event](HashAlgorithm bank) {
               return !IsStrong(bank) || IsDigestOf(event, bank, event.data);
             });
}

EventDescription DescribeEvent(const EventLog& log, const LogEvent& event) {
  if (log.format == LogFormat::kIma) return DescribeImaEntry(event);
  return {.type = EventTypeName(event.type),
          .meaning = DescribeTcg(event),
          .data_covered = DataCovered(log, event)};
}

}  // namespace evidenced
