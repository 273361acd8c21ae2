#ifndef QUOTE_BASE_BYTE_READER_H_
#define QUOTE_BASE_BYTE_READER_H_

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Reads a byte string from front to back. It is sticky: the first read that
// does not fit fails the reader, and from then on every read gives zero or an
// empty view. So a parser reads all its fields and asks once, with Finish().
// It never allocates; views point into `bytes`, which must outlive them.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  // The next integer, least (Le) or most (Be) significant byte first.
  template <std::unsigned_integral T>
  T Le() {
    const ByteView in = Take(sizeof(T));
    T value = 0;
    for (size_t i = in.size(); i > 0; --i) {
      value = static_cast<T>(static_cast<uint64_t>(value) << 8 | in[i - 1]);
    }
    return value;
  }
  template <std::unsigned_integral T>
  T Be() {
    T value = 0;
    for (const uint8_t byte : Take(sizeof(T))) {
      value = static_cast<T>(static_cast<uint64_t>(value) << 8 | byte);
    }
    return value;
  }
  uint8_t U8() { return Be<uint8_t>(); }

  // The next `n` bytes, or an empty view if fewer are left. `n` may be any
  // length that the input claims: nothing is allocated or added up.
  ByteView Take(uint64_t n);

  // All that is left.
  ByteView Rest() { return Take(remaining()); }

  size_t position() const { return position_; }
  size_t remaining() const { return bytes_.size() - position_; }
  bool ok() const { return !failed_; }

  // INVALID_ARGUMENT (kTruncated): a read did not fit. `what` names what was
  // being read.
  absl::Status Check(absl::string_view what) const;

  // As Check(), and INVALID_ARGUMENT if bytes are left.
  absl::Status Finish(absl::string_view what) const;

 private:
  ByteView bytes_;
  size_t position_ = 0;
  bool failed_ = false;
  uint64_t wanted_ = 0;  // by the read that failed
};

}  // namespace evidenced

#endif  // QUOTE_BASE_BYTE_READER_H_
