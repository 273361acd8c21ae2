#ifndef TESTS_FUZZ_PROPERTIES_H_
#define TESTS_FUZZ_PROPERTIES_H_

// What the fuzz targets share.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// A property that does not hold ends the run.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

// `bytes` with the bits flipped that are set in `mask`.
inline Bytes Flipped(ByteView bytes, ByteView mask) {
  Bytes out = ToBytes(bytes);
  const size_t size = std::min(out.size(), mask.size());
  for (size_t i = 0; i < size; ++i) out[i] ^= mask[i];
  return out;
}

// `bytes` with one bit flipped, with a byte added and with a byte left out.
// Where, depends on the bytes alone, so that a failure can be repeated.
inline std::vector<Bytes> Neighbours(ByteView bytes) {
  const Bytes digest = Sha256(bytes);
  ByteReader chosen(digest);
  const auto place = [&chosen](size_t size) {
    return static_cast<std::ptrdiff_t>(chosen.Be<uint32_t>() % size);
  };
  Bytes longer = ToBytes(bytes);
  longer.insert(longer.begin() + place(bytes.size() + 1), chosen.U8());
  std::vector<Bytes> out = {longer};
  if (bytes.empty()) return out;
  Bytes flipped = ToBytes(bytes);
  flipped[place(bytes.size())] ^= static_cast<uint8_t>(1U << place(8));
  out.push_back(flipped);
  Bytes shorter = ToBytes(bytes);
  shorter.erase(shorter.begin() + place(bytes.size()));
  out.push_back(shorter);
  return out;
}

// Whether `text` is printable ASCII, and nothing a terminal obeys.
inline bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e; });
}

// Ends the run unless each line of `message` is printable and has the form
// BEFORE, a line number, ": ", TEXT.
inline void RequireNumberedLines(absl::string_view message,
                                 absl::string_view before) {
  for (absl::string_view line : absl::StrSplit(message, '\n')) {
    Require(IsPrintable(line) && absl::ConsumePrefix(&line, before));
    const size_t digits = line.find_first_not_of("0123456789");
    Require(digits != absl::string_view::npos && digits > 0 && line[0] != '0');
    line.remove_prefix(digits);
    Require(absl::ConsumePrefix(&line, ": ") && !line.empty());
  }
}

}  // namespace evidenced

#endif  // TESTS_FUZZ_PROPERTIES_H_
