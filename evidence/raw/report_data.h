#ifndef EVIDENCE_RAW_REPORT_DATA_H_
#define EVIDENCE_RAW_REPORT_DATA_H_

#include <optional>

#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"

namespace evidenced {

// Adds "binding": whether `found`, the 64 bytes of report data that a processor
// signed, begin with `expected` and are zero behind that. Not checked without
// `expected`.
void JudgeReportData(const std::optional<Bytes>& expected, ByteView found,
                     RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_REPORT_DATA_H_
