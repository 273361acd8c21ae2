#ifndef EVIDENCE_LOG_DESCRIBE_IMA_H_
#define EVIDENCE_LOG_DESCRIBE_IMA_H_

#include "evidence/log/describe.h"

namespace evidenced {

// An entry of an IMA list in words: the fields of its template, as Linux
// names them (Documentation/security/IMA-templates.rst).
EventDescription DescribeImaEntry(const LogEvent& event);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_DESCRIBE_IMA_H_
