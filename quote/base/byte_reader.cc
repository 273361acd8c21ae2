#include "quote/base/byte_reader.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"

namespace evidenced {

ByteView ByteReader::Take(uint64_t n) {
  if (failed_) return {};
  if (n > remaining()) {
    failed_ = true;
    wanted_ = n;
    return {};
  }
  const ByteView taken = bytes_.subspan(position_, n);
  position_ += n;
  return taken;
}

absl::Status ByteReader::Check(absl::string_view what) const {
  if (!failed_) return absl::OkStatus();
  return Classified(
      ErrorClass::kTruncated,
      absl::InvalidArgumentError(absl::StrFormat(
          "%s is truncated: expected %d bytes at offset %d, found %d", what,
          wanted_, position_, remaining())));
}

absl::Status ByteReader::Finish(absl::string_view what) const {
  if (failed_) return Check(what);
  if (remaining() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s has trailing bytes: expected its end at offset %d, found %d more",
      what, position_, remaining()));
}

}  // namespace evidenced
