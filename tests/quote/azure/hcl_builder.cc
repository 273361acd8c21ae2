#include "tests/quote/azure/hcl_builder.h"

#include <algorithm>
#include <cstddef>

namespace evidenced {
namespace {

void Put(Bytes& out, size_t offset, uint32_t value) {
  for (size_t i = 0; i < sizeof(value); ++i) {
    out.at(offset + i) = static_cast<uint8_t>(value >> (8 * i) & 0xff);
  }
}

}  // namespace

Bytes HclReportBytes(const HclSpec& spec) {
  const auto json = static_cast<uint32_t>(spec.json.size());
  Bytes out(1236, 0);
  std::copy_n("HCLA", 4, out.begin());
  Put(out, 4, spec.version);
  Put(out, 8, 1236 + json);
  Put(out, 12, 2);  // request: attestation
  std::copy(spec.hardware_report.begin(), spec.hardware_report.end(),
            out.begin() + 32);
  Put(out, 1216, 20 + json);
  Put(out, 1220, 1);
  Put(out, 1224, spec.report_type);
  Put(out, 1228, spec.hash_type);
  Put(out, 1232, json);
  out.insert(out.end(), spec.json.begin(), spec.json.end());
  out.insert(out.end(), spec.rest.begin(), spec.rest.end());
  return out;
}

}  // namespace evidenced
