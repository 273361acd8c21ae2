#ifndef TESTS_AGENT_DEVICE_CCEL_TABLE_BUILDER_H_
#define TESTS_AGENT_DEVICE_CCEL_TABLE_BUILDER_H_

#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"

#include "quote/base/byte_writer.h"
#include "quote/base/bytes.h"

namespace evidenced {

struct CcelTableSpec {
  uint8_t cc_type = 2;
  uint64_t log_length = 0;
};

// A CC Event Log ACPI Table (ACPI 6.5, section 5.2.34), without a checksum,
// which nobody checks.
inline Bytes CcelTableBytes(const CcelTableSpec& spec) {
  ByteWriter out;
  out.Put(AsBytes(absl::string_view("CCEL"))).Le(uint32_t{56});
  out.Put(Bytes{1, 0});
  out.Put(AsBytes(absl::string_view("OEMID OEMTABLE"))).Put(Bytes(12, 0));
  out.Put(Bytes{spec.cc_type, 0, 0, 0});
  out.Le(spec.log_length).Le(uint64_t{0x7f000000});
  return std::move(out).Take();
}

}  // namespace evidenced

#endif  // TESTS_AGENT_DEVICE_CCEL_TABLE_BUILDER_H_
