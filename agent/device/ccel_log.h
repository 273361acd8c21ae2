#ifndef AGENT_DEVICE_CCEL_LOG_H_
#define AGENT_DEVICE_CCEL_LOG_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Where a TD's log is.
struct CcelPaths {
  std::string table;  // the ACPI table that says how long the log's area is
  std::string log;    // that area: events, filled up with 0xFF
};

// Reads the area, and no more of it than the table tells. `*out` holds its
// bytes; its memory is used again. May be empty. Both files are the host's
// word.
// NOT_FOUND: no table. OUT_OF_RANGE: an area of more than `cap` bytes.
// DATA_LOSS: no such table, one of another TEE, or an area that is not there or
// is shorter. UNAVAILABLE: any other error.
absl::Status ReadCcelLog(const CcelPaths& paths, size_t cap, Bytes* out);

}  // namespace evidenced

#endif  // AGENT_DEVICE_CCEL_LOG_H_
