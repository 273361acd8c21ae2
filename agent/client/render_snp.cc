#include "agent/client/render_snp.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/client/bit_words.h"
#include "quote/base/bytes.h"
#include "quote/snp/report_bits.h"

namespace evidenced {
namespace {

std::string PolicyText(uint64_t policy) {
  const std::vector<std::string> words =
      BitNames(policy, kSnpPolicyBits, kSnpPolicyAbi);
  return absl::StrFormat("ABI %d.%d or later; %s", policy >> 8 & 0xff,
                         policy & 0xff, absl::StrJoin(words, ", "));
}

std::string PlatformText(uint64_t platform_info) {
  const std::vector<std::string> words =
      BitNames(platform_info, kSnpPlatformBits);
  return words.empty() ? "none" : absl::StrJoin(words, ", ");
}

std::string ProductText(const RawSnpReport& judged) {
  const std::optional<SnpProduct> product = judged.product();
  std::string text = product.has_value()
                         ? std::string(SnpProductTitle(*product))
                         : "not known";
  const std::optional<SnpCpuid>& cpuid = judged.report->cpuid;
  if (cpuid.has_value()) {
    absl::StrAppendFormat(&text, " (family 0x%02x, model 0x%02x, stepping %d)",
                          cpuid->family, cpuid->model, cpuid->stepping);
  } else if (product.has_value()) {
    absl::StrAppend(&text, ", by its certificate");
  }
  return text;
}

std::string FirmwareText(const SnpFirmware& firmware) {
  return absl::StrFormat("%d.%d build %d", firmware.major, firmware.minor,
                         firmware.build);
}

// What a verdict without a policy does not judge, and a reader must see.
void AddWarnings(const SnpReport& report, Table& table) {
  for (const SnpBit& bit : kSnpPolicyBits) {
    if (!HasBit(report.policy, bit)) continue;
    if (bit.name == "debug") {
      table.Row({"debug", "allowed: the host can read and change the guest"});
    } else if (bit.name == "migrate_ma") {
      table.Row({"migration", "allowed, by a migration agent"});
    }
  }
}

void AddTcbs(const RawSnpReport& judged, Table& table) {
  const SnpReport& report = *judged.report;
  table.Row({"reported TCB", judged.Tcb(report.reported_tcb).Text()});
  table.Row({"current TCB", judged.Tcb(report.current_tcb).Text()});
  table.Row({"committed TCB", judged.Tcb(report.committed_tcb).Text()});
  table.Row({"launch TCB", judged.Tcb(report.launch_tcb).Text()});
  table.Row({"firmware",
             absl::StrCat(FirmwareText(report.current_version), ", committed ",
                          FirmwareText(report.committed_version))});
  if (!report.launch_mit_vector.has_value()) return;
  table.Row({"mitigations", absl::StrFormat("0x%x at launch, 0x%x now",
                                            *report.launch_mit_vector,
                                            *report.current_mit_vector)});
}

}  // namespace

void AddSnpReport(const RawSnpReport& judged, Table& table) {
  const SnpReport& report = *judged.report;
  table.Row({"version", absl::StrCat(report.version)});
  table.Row({"product", ProductText(judged)});
  table.Row({"chip ID", HexOrZeros(report.chip_id)});
  table.Row({"signing key", SnpSigningKeyName(report.signing_key())});
  table.Row({"measurement", Hex(report.measurement)});
  table.Row({"report data", HexOrZeros(report.report_data)});
  table.Row({"host data", HexOrZeros(report.host_data)});
  table.Row({"policy", PolicyText(report.policy)});
  AddWarnings(report, table);
  table.Row({"VMPL", absl::StrCat(report.vmpl)});
  table.Row({"guest SVN", absl::StrCat(report.guest_svn)});
  table.Row({"family ID", HexOrZeros(report.family_id)});
  table.Row({"image ID", HexOrZeros(report.image_id)});
  table.Row({"ID key digest", HexOrZeros(report.id_key_digest)});
  table.Row({"author key digest", HexOrZeros(report.author_key_digest)});
  table.Row({"report ID", HexOrZeros(report.report_id)});
  AddTcbs(judged, table);
  table.Row({"platform", PlatformText(report.platform_info)});
}

void AddSnpEndorsement(const SnpEndorsement& endorsement, Table& table) {
  table.Row({"product", endorsement.product_name});
  table.Row({"TCB", endorsement.tcb.Text()});
  if (endorsement.kind == SnpKeyKind::kVcek) {
    table.Row({"hardware ID", Hex(endorsement.hwid)});
  } else {
    table.Row({"issued to", endorsement.csp_id});
  }
}

void AddSnpTableEntry(const RawSnpTableEntry& entry, Table& table) {
  const SnpTableEntry& raw = entry.entry;
  const std::string kind = raw.kind == SnpTableKind::kUnknown
                               ? raw.guid
                               : std::string(SnpTableKindName(raw.kind));
  std::string text =
      absl::StrFormat("%d bytes at %d", raw.data.size(), raw.offset);
  if (!entry.certificates.empty()) {
    absl::StrAppend(&text, ": ", entry.certificates.front().subject());
  }
  table.Row({kind, text});
}

}  // namespace evidenced
