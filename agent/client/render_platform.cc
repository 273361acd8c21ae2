#include "agent/client/render_platform.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/client/pcr_selection.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

std::string Names(const Certificate& certificate) {
  std::vector<std::string> names = certificate.uri_sans();
  names.insert(names.end(), certificate.dns_sans().begin(),
               certificate.dns_sans().end());
  return names.empty() ? "no names" : absl::StrJoin(names, ", ");
}

std::string State(bool available, const std::string& reason) {
  if (available) return "available";
  return absl::StrCat("not available: ", Printable(reason));
}

void AddTpm(const v1::TpmInfo& tpm, Table& table) {
  table.Row({"manufacturer", Printable(tpm.manufacturer())});
  table.Row({"firmware", FirmwareText(tpm.firmware_version())});
  for (const v1::PcrSelection& bank : tpm.banks()) {
    const std::vector<uint32_t> pcrs(bank.pcrs().begin(), bank.pcrs().end());
    table.Row({"bank", absl::StrCat(BankName(bank.algorithm()), ", PCR ",
                                    PcrsText(pcrs))});
  }
  table.Row({"AK name", Hex(AsBytes(tpm.ak_name()))});
}

void AddSnp(const v1::SnpInfo& snp, Table& table) {
  table.Row({"interface", absl::StrCat(Printable(snp.interface()), ", ",
                                       Printable(snp.path()))});
  if (snp.has_vmpl()) table.Row({"VMPL", absl::StrCat(snp.vmpl())});
  if (snp.key_lost()) {
    table.Row({"VMPCK", "lost: no report until the next boot"});
  }
}

void AddTdx(const v1::TdxInfo& tdx, Table& table) {
  table.Row({"interface", absl::StrCat(Printable(tdx.interface()), ", ",
                                       Printable(tdx.path()))});
  table.Row({"registers", tdx.registers_path().empty()
                              ? "in quotes alone"
                              : Printable(tdx.registers_path())});
}

std::string RenderTdRegisters(const v1::TdxRegisters& tdx) {
  Table table(4);
  table.Row({"MRTD", Hex(AsBytes(tdx.mr_td()))});
  for (int i = 0; i < tdx.rtmrs_size(); ++i) {
    table.Row({absl::StrCat("RTMR", i), Hex(AsBytes(tdx.rtmrs(i)))});
  }
  table.Row({"MRCONFIGID", Hex(AsBytes(tdx.mr_config_id()))});
  table.Row({"MROWNER", Hex(AsBytes(tdx.mr_owner()))});
  table.Row({"MROWNERCONFIG", Hex(AsBytes(tdx.mr_owner_config()))});
  return absl::StrCat("  TD, by ", Printable(tdx.path()), "\n", table.Render());
}

}  // namespace

std::string FirmwareText(uint64_t version) {
  return absl::StrFormat("%d.%d.%d.%d (0x%016x)", version >> 48 & 0xFFFF,
                         version >> 32 & 0xFFFF, version >> 16 & 0xFFFF,
                         version & 0xFFFF, version);
}

void AddServer(const std::string& address,
               const std::optional<Certificate>& server, Table& table) {
  table.Row({"agent", Printable(address)});
  if (!server.has_value()) {
    table.Row({"channel", "unix socket, without TLS"});
    return;
  }
  table.Row(
      {"server", absl::StrCat(server->subject(), " (", Names(*server), ")")});
  table.Row({"certificate", absl::StrCat("SHA-256 ", Hex(server->sha256()))});
  table.Row({"", absl::StrCat("valid to ", TimeText(server->not_after()),
                              ", issued by ", server->issuer())});
}

std::string RenderServer(const std::string& address,
                         const std::optional<Certificate>& server) {
  Table table;
  AddServer(address, server, table);
  return table.Render();
}

std::string RenderPlatform(const v1::Platform& platform,
                           const Palette& palette) {
  std::string out = absl::StrCat(palette.Bold("Platform"),
                                 " (the agent's word, signed by nobody)\n");
  Table about;
  about.Row({"version", Printable(platform.agent_version())});
  about.Row({"boot id", Printable(platform.boot_id())});
  about.Row({"instance", Hex(AsBytes(platform.instance()))});
  absl::StrAppend(&out, about.Render());

  absl::StrAppend(&out, "\n", palette.Bold("Sources"), "\n");
  for (const v1::Source& source : platform.sources()) {
    Table line;
    line.Row({Printable(source.label()),
              State(source.available(), source.reason())});
    absl::StrAppend(&out, line.Render());
    Table more(4);
    if (source.has_tpm()) AddTpm(source.tpm(), more);
    if (source.has_snp()) AddSnp(source.snp(), more);
    if (source.has_tdx()) AddTdx(source.tdx(), more);
    if (source.label() == "arm-cca") {
      more.Row({"evidence", "none: raw reports alone"});
    }
    if (!more.empty()) absl::StrAppend(&out, more.Render());
  }
  if (platform.sources().empty()) absl::StrAppend(&out, "  none\n");

  absl::StrAppend(&out, "\n", palette.Bold("Logs"), "\n");
  Table logs;
  for (const v1::LogInfo& log : platform.logs()) {
    logs.Row({Printable(log.label()), State(log.available(), log.reason())});
  }
  absl::StrAppend(&out, logs.empty() ? "  none\n" : logs.Render());

  absl::StrAppend(&out, "\n", palette.Bold("Limits"), "\n");
  const v1::Limits& limits = platform.limits();
  Table table;
  table.Row({"request", absl::StrCat(limits.max_request_bytes(), " bytes")});
  table.Row(
      {"inline part", absl::StrCat(limits.max_inline_part_bytes(), " bytes")});
  table.Row({"nonce", absl::StrCat(limits.min_nonce_bytes(), " to ",
                                   limits.max_nonce_bytes(), " bytes")});
  return absl::StrCat(out, table.Render());
}

std::string RenderMeasurements(const v1::Measurements& measurements,
                               const Palette& palette) {
  std::string out =
      absl::StrCat(palette.Bold("Registers"),
                   " (unsigned: as the agent read them; use `verify` for "
                   "quoted values)\n");
  for (const v1::RegisterBank& bank : measurements.banks()) {
    absl::StrAppend(&out, "  ", BankName(bank.algorithm()), "\n");
    Table table(4);
    for (const v1::Register& reg : bank.registers()) {
      table.Row({absl::StrCat("PCR ", reg.index()), Hex(AsBytes(reg.value()))});
    }
    absl::StrAppend(&out, table.Render());
  }
  if (!measurements.banks().empty()) {
    absl::StrAppend(&out, "  update counter ",
                    measurements.pcr_update_counter(), "\n");
  }
  if (measurements.has_tdx()) {
    absl::StrAppend(&out, RenderTdRegisters(measurements.tdx()));
  }
  for (const auto& [device, reason] : measurements.unavailable()) {
    absl::StrAppend(&out, "  not available: ", Printable(device), ": ",
                    Printable(reason), "\n");
  }
  return out;
}

}  // namespace evidenced
