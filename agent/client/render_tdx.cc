#include "agent/client/render_tdx.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/client/bit_words.h"
#include "quote/base/bytes.h"
#include "quote/tdx/td_bits.h"

namespace evidenced {
namespace {

std::string NamesText(const std::vector<std::string>& names) {
  return names.empty() ? "none" : absl::StrJoin(names, ", ");
}

// What a verdict without a policy does not judge, and a reader must see.
void AddWarnings(uint64_t attributes, Table& table) {
  if ((attributes & kTdUnderDebug) != 0) {
    table.Row({"debug", "ON: the host can read and change the TD"});
  }
  if ((attributes & kTdMigratable) != 0) {
    table.Row({"migration", "allowed, by a migration TD"});
  }
}

void AddMeasurements(const TdMeasurements& td, Table& table) {
  table.Row({"MRTD", Hex(td.mr_td)});
  for (size_t i = 0; i < td.rtmr.size(); ++i) {
    table.Row({absl::StrCat("RTMR", i), HexOrZeros(td.rtmr.at(i))});
  }
  table.Row(
      {"attributes", NamesText(BitNames(td.td_attributes, kTdAttributes))});
  AddWarnings(td.td_attributes, table);
  table.Row({"XFAM", NamesText(BitNames(td.xfam, kTdXfam))});
  table.Row({"MRCONFIGID", HexOrZeros(td.mr_config_id)});
  table.Row({"MROWNER", HexOrZeros(td.mr_owner)});
  table.Row({"MROWNERCONFIG", HexOrZeros(td.mr_owner_config)});
}

void AddModule(const Bytes& mr_seam, const Bytes& signer, const TcbSvns& svns,
               Table& table) {
  const std::string who = HexOrZeros(signer);
  table.Row({"TDX module", HexOrZeros(mr_seam)});
  table.Row({"module's signer", who == "zeros" ? "zeros: Intel" : who});
  table.Row({"TEE TCB SVNs", Hex(svns)});
}

void AddEnclave(absl::string_view name, const EnclaveReport& enclave,
                Table& table) {
  table.Row(
      {std::string(name),
       absl::StrFormat("product %d, SVN %d%s", enclave.isv_prod_id,
                       enclave.isv_svn, enclave.debug() ? ", DEBUG" : "")});
  table.Row({"", absl::StrCat("signer ", Hex(enclave.mr_signer))});
  table.Row({"", absl::StrCat("enclave ", Hex(enclave.mr_enclave))});
}

}  // namespace

void AddTdxQuote(const TdxQuote& quote, Table& table) {
  table.Row({"version", absl::StrCat(quote.header.version)});
  if (quote.td.has_value()) {
    const TdBody& body = *quote.td;
    table.Row({"of", body.kind() == "td15" ? "a TD 1.5" : "a TD 1.0"});
    AddMeasurements(body.td, table);
    table.Row({"report data", HexOrZeros(body.report_data)});
    AddModule(body.mr_seam, body.mrsigner_seam, body.tee_tcb_svn, table);
    if (body.tee_tcb_svn_2.has_value()) {
      table.Row({"SVNs now", Hex(*body.tee_tcb_svn_2)});
      table.Row({"service TD", HexOrZeros(body.mr_service_td)});
    }
  } else {
    AddEnclave("of an enclave", *quote.enclave, table);
    table.Row({"report data", HexOrZeros(quote.enclave->report_data)});
  }
  AddEnclave("quoting enclave", quote.qe_report, table);
}

void AddPckExtensions(const PckExtensions& extensions, Table& table) {
  table.Row({"FMSPC", Hex(extensions.fmspc)});
  table.Row({"PCE", absl::StrFormat("ID %s, SVN %d", Hex(extensions.pce_id),
                                    extensions.pce_svn)});
  table.Row({"SGX TCB SVNs", Hex(extensions.tcb_comp_svn)});
  table.Row({"PPID", Hex(extensions.ppid)});
  if (!extensions.platform_instance_id.empty()) {
    table.Row({"platform instance", Hex(extensions.platform_instance_id)});
  }
  table.Row({"SGX type", std::string(SgxTypeName(extensions.sgx_type))});
}

void AddTdReport(const TdReport& report, Table& table) {
  table.Row(
      {"type", absl::StrFormat("0x%02x, subtype %d, version %d", report.type,
                               report.subtype, report.version)});
  AddMeasurements(report.td, table);
  table.Row({"report data", HexOrZeros(report.report_data)});
  AddModule(report.tcb_info.mr_seam, report.tcb_info.mrsigner_seam,
            report.tcb_info.tee_tcb_svn, table);
  table.Row({"service TDs", HexOrZeros(report.servtd_hash)});
  table.Row({"MAC", Hex(report.mac)});
}

}  // namespace evidenced
