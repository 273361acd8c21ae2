#include "evidence/log/describe.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/log/describe_ima.h"
#include "evidence/log/describe_loader.h"
#include "evidence/log/describe_variable.h"
#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"
#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

// UEFI_IMAGE_LOAD_EVENT: PFP, section 10.2.3.
std::string DescribeImage(const LogEvent& event) {
  ByteReader in(event.data);
  in.Le<uint64_t>();  // location
  const auto size = in.Le<uint64_t>();
  in.Le<uint64_t>();  // link-time address
  const auto path_size = in.Le<uint64_t>();
  const ByteView path = in.Take(path_size);
  if (!in.ok()) return "malformed image event";
  const std::string where = DescribeDevicePath(path);
  return absl::StrFormat("image of %d bytes%s%s, Authenticode %s", size,
                         where.empty() ? "" : ": ", where,
                         MeasuredDigest(event));
}

std::string DescribeBlob(ByteView data) {
  ByteReader in(data);
  const auto base = in.Le<uint64_t>();
  const auto size = in.Le<uint64_t>();
  if (!in.ok()) return AsciiText(data);
  return absl::StrFormat("firmware of %d bytes at 0x%x", size, base);
}

// EFI_PLATFORM_FIRMWARE_BLOB2: a description before base and length.
std::string DescribeBlob2(ByteView data) {
  ByteReader in(data);
  const ByteView name = in.Take(in.U8());
  if (!in.ok()) return "malformed firmware blob";
  return absl::StrCat(AsciiText(name), ": ", DescribeBlob(in.Rest()));
}

std::string DescribeSeparator(ByteView data) {
  if (data.size() == 4) {
    ByteReader in(data);
    const auto value = in.Le<uint32_t>();
    if (value == 0 || value == 0xffffffff) return "end of the pre-OS stage";
    return absl::StrFormat("error separator 0x%08x", value);
  }
  return AsciiText(data);
}

std::string DescribeVersion(ByteView data) {
  const std::string text = EventText(data);
  return absl::StrCat("firmware version ", text.empty() ? "not given" : text);
}

std::string DescribeNoAction(ByteView data) {
  const std::string text =
      ToString(data.first(std::min<size_t>(data.size(), 16)));
  if (absl::StartsWith(text, "SP800-155 Event")) {
    return absl::StrCat("where a reference manifest of the firmware is (",
                        AsciiText(AsBytes(text)), ")");
  }
  if (absl::StartsWith(text, "StartupLocality") && data.size() == 17) {
    return absl::StrFormat("the TPM was started from locality %d", data[16]);
  }
  if (absl::StartsWith(text, "Spec ID Event")) {
    return absl::StrCat("log header ", AsciiText(AsBytes(text)));
  }
  return AsciiText(AsBytes(text));
}

std::string DescribeTcg(const EventLog& log, const LogEvent& event) {
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
      return DescribeImage(event);
    case kEvEfiPlatformFirmwareBlob:
      return absl::StrCat(DescribeBlob(event.data), ", ",
                          MeasuredDigest(event));
    case kEvEfiPlatformFirmwareBlob2:
      return absl::StrCat(DescribeBlob2(event.data), ", ",
                          MeasuredDigest(event));
    case kEvEventTag:
      return DescribeTagged(event);
    case kEvSeparator:
      return DescribeSeparator(event.data);
    case kEvNoAction:
      return DescribeNoAction(event.data);
    case kEvSCrtmVersion:
      return DescribeVersion(event.data);
    case kEvPostCode:
      return event.data.size() == 16 ? DescribeBlob(event.data)
                                     : AsciiText(event.data);
    case kEvNonhostInfo:
      return DescribeNonhost(event.data);
    case kEvIpl:
      return DescribeIpl(log, event);
    case kEvAction:
    case kEvEfiAction:
      return EventText(event.data);
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
  if (log.format == LogFormat::kIma) {
    return !event.violation && event.data_known;
  }
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
          .meaning = DescribeTcg(log, event),
          .data_covered =
              DataCovered(log, event) || IsMeasuredSectionName(log, event),
          .text_covered = IsMeasuredLoaderText(log, event)};
}

}  // namespace evidenced
