#include "evidence/log/describe_loader.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"
#include "quote/base/byte_reader.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

struct Label {
  absl::string_view label;
  absl::string_view words;
};

// GRUB 2.04 and later; the second form is that of Red Hat's before.
constexpr Label kGrubLabels[] = {
    {"grub_cmd: ", "GRUB command: "},
    {"kernel_cmdline: ", "kernel command line: "},
    {"module_cmdline: ", "module command line: "},
    {"grub_cmd ", "GRUB command: "},
    {"grub_kernel_cmdline ", "kernel command line: "},
};

struct Tag {
  uint32_t id;
  absl::string_view words;
};

// Linux, drivers/firmware/efi/libstub/efistub.h; systemd,
// src/fundamental/tpm2-pcr.h.
constexpr Tag kTags[] = {
    {0x8f3b22ec, "initrd that the kernel loaded"},
    {0x8f3b22ed, "kernel command line (the load options)"},
    {0xf5bc582a, "systemd-boot's loader.conf"},
    {0x6c46f751, "devicetree addon of a unified kernel image"},
    {0x49dffe0f, "initrd addon of a unified kernel image"},
    {0xdac08e1a, "microcode addon of a unified kernel image"},
    {0x13aed6db, "profile of a unified kernel image"},
};

// By the value of the byte behind the signature.
constexpr std::array<absl::string_view, 5> kGoogleTechnologies = {
    "none", "AMD SEV", "AMD SEV-ES", "Intel TDX", "AMD SEV-SNP"};
constexpr absl::string_view kGoogleSignature("GCE NonHostInfo\0", 16);

// PCR 11, or RTMR2, which stands for it.
bool IsKernelImageRegister(const EventLog& log, uint32_t reg) {
  constexpr uint32_t kKernelImagePcr = 11;
  constexpr uint32_t kRtmr2 = 3;
  return reg == (log.format == LogFormat::kCcel ? kRtmr2 : kKernelImagePcr);
}

bool LooksLikeUtf16(ByteView data) {
  if (data.size() < 2 || data.size() % 2 != 0) return false;
  for (size_t i = 1; i < data.size(); i += 2) {
    if (data[i] != 0) return false;
  }
  return true;
}

// As DataCovered(), for other bytes.
bool DigestsAreOf(const EventLog& log, const LogEvent& event,
                  ByteView measured) {
  bool strong = false;
  for (const HashAlgorithm bank : log.banks) {
    if (bank == HashAlgorithm::kSha1) continue;
    strong = true;
    const EventDigest* digest = event.Find(bank);
    if (digest == nullptr || !Equal(Hash(bank, {measured}), digest->value)) {
      return false;
    }
  }
  return strong;
}

bool IsSectionEvent(const EventLog& log, const LogEvent& event) {
  return event.type == kEvIpl && IsKernelImageRegister(log, event.reg) &&
         LooksLikeUtf16(event.data) && event.data[0] == '.';
}

const Label* GrubLabel(absl::string_view text) {
  for (const Label& label : kGrubLabels) {
    if (absl::StartsWith(text, label.label)) return &label;
  }
  return nullptr;
}

absl::string_view RawText(ByteView data) {
  absl::string_view text(reinterpret_cast<const char*>(data.data()),
                         data.size());
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  return text;
}

std::string WithDigest(const std::string& words, const LogEvent& event) {
  return absl::StrCat(words, ", ", MeasuredDigest(event));
}

}  // namespace

std::string AsciiText(ByteView data) {
  std::string text = ToString(data);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return Printable(text);
}

std::string EventText(ByteView data) {
  return LooksLikeUtf16(data) ? FromUtf16(data) : AsciiText(data);
}

std::string MeasuredDigest(const LogEvent& event) {
  if (event.digests.empty()) return "no digest";
  const EventDigest* digest = event.Find(HashAlgorithm::kSha256);
  if (digest == nullptr) digest = &event.digests.front();
  return absl::StrCat(HashName(digest->algorithm), " ", Hex(digest->value));
}

bool IsMeasuredSectionName(const EventLog& log, const LogEvent& event) {
  if (!event.extends || !IsSectionEvent(log, event)) return false;
  Bytes name;
  for (size_t i = 0; i + 1 < event.data.size(); i += 2) {
    name.push_back(event.data[i]);
  }
  return DigestsAreOf(log, event, name);
}

bool IsMeasuredLoaderText(const EventLog& log, const LogEvent& event) {
  if (!event.extends || event.type != kEvIpl) return false;
  const absl::string_view text = RawText(event.data);
  const Label* label = GrubLabel(text);
  return label != nullptr &&
         DigestsAreOf(log, event, AsBytes(text.substr(label->label.size())));
}

std::string DescribeIpl(const EventLog& log, const LogEvent& event) {
  constexpr uint32_t kSystemdConfigPcr = 12;
  const std::string text = EventText(event.data);
  if (IsSectionEvent(log, event)) {
    const std::string words =
        absl::StrCat("section ", text, " of a unified kernel image");
    return IsMeasuredSectionName(log, event)
               ? words
               : WithDigest(absl::StrCat("content of ", words), event);
  }
  if (log.format != LogFormat::kCcel && event.reg == kSystemdConfigPcr &&
      LooksLikeUtf16(event.data)) {
    return absl::StrCat("kernel command line: ", text);
  }
  if (const Label* label = GrubLabel(text); label != nullptr) {
    return absl::StrCat(label->words, text.substr(label->label.size()));
  }
  if (absl::StartsWith(text, "/") || absl::StartsWith(text, "(")) {
    return WithDigest(absl::StrCat("file ", text), event);
  }
  return absl::StartsWith(text, "MokList")
             ? WithDigest(absl::StrCat("shim's ", text), event)
             : text;
}

// TCG_PCClientTaggedEvent: PFP, section 10.4.2.1.
std::string DescribeTagged(const LogEvent& event) {
  ByteReader in(event.data);
  const auto id = in.Le<uint32_t>();
  const ByteView content = in.Take(in.Le<uint32_t>());
  if (!in.ok()) return "malformed tagged event";
  for (const Tag& tag : kTags) {
    if (tag.id == id) {
      return WithDigest(
          absl::StrCat(tag.words, " \"", EventText(content), "\""), event);
    }
  }
  return absl::StrFormat("tag 0x%08x: %s", id, EventText(content));
}

std::string DescribeNonhost(ByteView data) {
  constexpr size_t kMaxShown = 64;
  const size_t at = kGoogleSignature.size();
  if (data.size() <= at || !Equal(data.first(at), AsBytes(kGoogleSignature))) {
    return absl::StrCat("non-host information ",
                        Hex(data.first(std::min(data.size(), kMaxShown))));
  }
  const uint8_t technology = data[at];
  return technology < kGoogleTechnologies.size()
             ? absl::StrCat("Google's platform, confidential technology: ",
                            kGoogleTechnologies[technology])
             : absl::StrCat(
                   "Google's platform, confidential technology of an "
                   "unknown number: ",
                   technology);
}

}  // namespace evidenced
