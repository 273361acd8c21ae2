#ifndef TESTS_QUOTE_AZURE_HCL_BUILDER_H_
#define TESTS_QUOTE_AZURE_HCL_BUILDER_H_

#include <cstdint>
#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// The fields of an HCL report; the defaults are those of an SNP guest.
struct HclSpec {
  uint32_t version = 1;
  uint32_t report_type = 2;
  uint32_t hash_type = 1;
  Bytes hardware_report = Bytes(1184, 0x5e);
  std::string json = R"({"keys":[]})";
  Bytes rest = Bytes(100, 0);
};

// The bytes of the NV index, as the paravisor writes them.
Bytes HclReportBytes(const HclSpec& spec);

}  // namespace evidenced

#endif  // TESTS_QUOTE_AZURE_HCL_BUILDER_H_
