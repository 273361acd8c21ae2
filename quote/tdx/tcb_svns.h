#ifndef QUOTE_TDX_TCB_SVNS_H_
#define QUOTE_TDX_TCB_SVNS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "quote/base/bytes.h"

namespace evidenced {

// Security version numbers (SVN) of the 16 components of a TCB, one byte each:
// TEE_TCB_SVN of a TD report, or the SGX components of a PCK certificate. Which
// component is which, the TCB info of the platform says.
inline constexpr size_t kTcbComponents = 16;
using TcbSvns = std::array<uint8_t, kTcbComponents>;

// Of 16 bytes; zero for each that `bytes` lacks.
inline TcbSvns TcbSvnsOf(ByteView bytes) {
  TcbSvns out = {};
  std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
  return out;
}

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_SVNS_H_
