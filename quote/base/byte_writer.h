#ifndef QUOTE_BASE_BYTE_WRITER_H_
#define QUOTE_BASE_BYTE_WRITER_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "quote/base/bytes.h"

namespace evidenced {

// Writes a byte string from front to back.
class ByteWriter {
 public:
  // An integer, most (Be) or least (Le) significant byte first.
  template <std::unsigned_integral T>
  ByteWriter& Be(T value) {
    for (size_t i = sizeof(T); i > 0; --i) {
      out_.push_back(static_cast<uint8_t>(value >> (8 * (i - 1))));
    }
    return *this;
  }
  template <std::unsigned_integral T>
  ByteWriter& Le(T value) {
    for (size_t i = 0; i < sizeof(T); ++i) {
      out_.push_back(static_cast<uint8_t>(value >> (8 * i)));
    }
    return *this;
  }
  ByteWriter& Put(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }

  ByteView view() const { return out_; }
  Bytes Take() && { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace evidenced

#endif  // QUOTE_BASE_BYTE_WRITER_H_
