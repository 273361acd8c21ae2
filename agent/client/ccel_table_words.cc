#include "agent/client/ccel_table_words.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace evidenced {
namespace {

std::string Oem(const CcelTable& table) {
  const std::string id = ToString(table.oem_id);
  return Plain(absl::StripTrailingAsciiWhitespace(id));
}

std::string CcTypeName(uint8_t type) {
  if (type == kCcTypeSev) return "AMD SEV";
  if (type == kCcTypeTdx) return "Intel TDX";
  return absl::StrCat("type ", type);
}

}  // namespace

nlohmann::ordered_json CcelTableToJson(const CcelTable& table) {
  return {{"signature", "CCEL"},
          {"length", table.length},
          {"revision", table.revision},
          {"checksum_ok", table.checksum_ok},
          {"oem_id", Oem(table)},
          {"cc_type", table.cc_type},
          {"cc_subtype", table.cc_subtype},
          {"log_area_minimum_length", table.log_area_minimum_length},
          {"log_area_start_address",
           absl::StrFormat("%x", table.log_area_start_address)}};
}

void AddCcelTable(const CcelTable& table, Table& out) {
  out.Row(
      {"ACPI table",
       absl::StrFormat("CCEL of %s, revision %d, by %s%s",
                       CcTypeName(table.cc_type), table.revision, Oem(table),
                       table.checksum_ok ? "" : "; its checksum is WRONG")});
  out.Row({"log area",
           absl::StrFormat("%d bytes at 0x%x", table.log_area_minimum_length,
                           table.log_area_start_address)});
}

}  // namespace evidenced
