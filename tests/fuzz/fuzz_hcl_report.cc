// An HCL report is written again from its fields as the same bytes. It needs
// each of its bytes up to the end of its runtime data. Report data with their
// hash cover them, and nothing that differs in a bit does.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "quote/azure/hcl_report.h"
#include "quote/base/byte_writer.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::AzureHclReport;
using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::CheckAzureRuntimeData;
using evidenced::ParseAzureHclReport;
using evidenced::Require;

constexpr size_t kReserved = 0x14;  // no field: 12 bytes of it

Bytes Marshal(const AzureHclReport& report, ByteView reserved) {
  evidenced::ByteWriter out;
  out.Put(evidenced::AsBytes("HCLA"));
  out.Le(report.version);
  out.Le(report.report_size);
  out.Le(report.request_type);
  out.Le(report.status);
  out.Put(reserved);
  out.Put(report.hardware_report);
  out.Le(report.data_size);
  out.Le(report.data_version);
  out.Le(report.report_type);
  out.Le(report.hash_type);
  out.Le(static_cast<uint32_t>(report.variable_data.size()));
  out.Put(report.variable_data);
  out.Put(report.rest);
  return std::move(out).Take();
}

void CheckBinding(const AzureHclReport& report) {
  const auto hash = evidenced::AzureHashType(report.hash_type);
  if (!hash.has_value()) {
    Require(!CheckAzureRuntimeData(report, Bytes(64, 0)).ok());
    return;
  }
  Bytes data = Hash(*hash, {report.variable_data});
  const size_t size = data.size();
  data.resize(64);
  Require(CheckAzureRuntimeData(report, data).ok());
  for (size_t i = 0; i < size; ++i) {
    data[i] ^= 1;
    Require(!CheckAzureRuntimeData(report, data).ok());
    data[i] ^= 1;
  }
  for (const Bytes& other : evidenced::Neighbours(report.variable_data)) {
    AzureHclReport changed = report;
    changed.variable_data = other;
    Require(evidenced::Equal(other, report.variable_data) ||
            !CheckAzureRuntimeData(changed, data).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto report = ParseAzureHclReport(bytes);
  if (!report.ok()) {
    Require(evidenced::IsPrintable(report.status().message()));
    return 0;
  }
  Require(
      evidenced::Equal(Marshal(*report, bytes.subspan(kReserved, 12)), bytes));
  const size_t needed = size - report->rest.size();
  Require(ParseAzureHclReport(bytes.first(needed)).ok());
  Require(!ParseAzureHclReport(bytes.first(needed - 1)).ok());
  CheckBinding(*report);
  return 0;
}
