#include "agent/device/ccel_log.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "agent/device/log_file.h"
#include "evidence/log/ccel_table.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxTable = 4096;

// Bytes of the area.
absl::StatusOr<uint64_t> ReadLength(const std::string& path) {
  Bytes bytes;
  const absl::Status read = ReadWholeFile(path, kMaxTable, &bytes);
  if (absl::IsOutOfRange(read)) return absl::DataLossError(read.message());
  RETURN_IF_ERROR(read);
  const absl::StatusOr<CcelTable> table = ParseCcelTable(bytes);
  if (!table.ok()) {
    return absl::DataLossError(
        absl::StrFormat("%s: %s", path, table.status().message()));
  }
  if (table->cc_type != kCcTypeTdx) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected the table of a TD (type %d), found type %d", path,
        kCcTypeTdx, table->cc_type));
  }
  return table->log_area_minimum_length;
}

}  // namespace

absl::Status ReadCcelLog(const CcelPaths& paths, size_t cap, Bytes* out) {
  ASSIGN_OR_RETURN(const uint64_t length, ReadLength(paths.table));
  if (length > cap) {
    return absl::OutOfRangeError(
        absl::StrFormat("%s: expected an area of at most %d bytes, found %d",
                        paths.table, cap, length));
  }
  const absl::Status read = ReadWholeFile(paths.log, cap, out);
  if (absl::IsNotFound(read)) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected the %d bytes that the table tells, found no such file",
        paths.log, length));
  }
  RETURN_IF_ERROR(read);
  if (out->size() < length) {
    return absl::DataLossError(
        absl::StrFormat("%s: expected the %d bytes that the table tells, found "
                        "%d",
                        paths.log, length, out->size()));
  }
  out->resize(length);
  return absl::OkStatus();
}

}  // namespace evidenced
