#ifndef TESTS_QUOTE_SNP_SNP_MARSHAL_H_
#define TESTS_QUOTE_SNP_SNP_MARSHAL_H_

#include "quote/base/bytes.h"
#include "quote/snp/report.h"

namespace evidenced {

// The bytes of a report with these fields, zero in what is reserved.
Bytes MarshalSnpReport(const SnpReport& report);

}  // namespace evidenced

#endif  // TESTS_QUOTE_SNP_SNP_MARSHAL_H_
