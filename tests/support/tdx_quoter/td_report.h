#ifndef TESTS_SUPPORT_TDX_QUOTER_TD_REPORT_H_
#define TESTS_SUPPORT_TDX_QUOTER_TD_REPORT_H_

#include <cstdint>

#include "tests/support/tdx_quoter/blob.h"
#include "tests/support/tdx_quoter/quote.h"

namespace tdx_quoter {

// A TDREPORT_STRUCT of `td`, as the TDX module makes it (Intel 348549), with a
// MAC that nobody can check.
Blob MakeTdReport(const Td& td, uint8_t type = 0x81);

}  // namespace tdx_quoter

#endif  // TESTS_SUPPORT_TDX_QUOTER_TD_REPORT_H_
