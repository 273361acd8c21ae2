#ifndef AGENT_DEVICE_REPORT_CHECK_H_
#define AGENT_DEVICE_REPORT_CHECK_H_

#include "absl/status/status.h"

#include "agent/device/report_device.h"
#include "quote/base/bytes.h"

namespace evidenced {

// Whether `report` is one over `data`, as far as an attester can tell without
// judging it: laid out as its format says, not zeros, with `data` where its
// format has it, and of a TD quote nothing but zeros behind it; a CCA token,
// which is not read here, anywhere. DATA_LOSS: it is not.
absl::Status CheckReport(ReportProvider provider, ByteView report,
                         const ReportData& data);

}  // namespace evidenced

#endif  // AGENT_DEVICE_REPORT_CHECK_H_
