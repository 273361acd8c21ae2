#ifndef EVIDENCE_LOG_DESCRIBE_VARIABLE_H_
#define EVIDENCE_LOG_DESCRIBE_VARIABLE_H_

#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// The data of an event that measures a UEFI variable, in words: Secure Boot,
// its databases, the boot order and options; of others, the size.
std::string DescribeVariable(ByteView data);

// That of EV_EFI_VARIABLE_AUTHORITY: the entry of a database that vouched for
// an image.
std::string DescribeAuthority(ByteView data);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_DESCRIBE_VARIABLE_H_
