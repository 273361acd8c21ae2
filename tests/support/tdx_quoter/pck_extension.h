#ifndef TESTS_SUPPORT_TDX_QUOTER_PCK_EXTENSION_H_
#define TESTS_SUPPORT_TDX_QUOTER_PCK_EXTENSION_H_

// The extension 1.2.840.113741.1.13.1 of PCK certificates, after Intel's
// profile of them.

#include <array>
#include <cstdint>
#include <vector>

#include "tests/support/tdx_quoter/blob.h"

namespace tdx_quoter {

// One element of DER.
Blob Der(uint8_t tag, const Blob& contents);
// An INTEGER in its shortest form.
Blob DerInteger(uint16_t value);
// SEQUENCE {OID, value}; the OID is the extension's with `arcs` behind it.
Blob DerPair(const Blob& arcs, const Blob& value);

struct Platform {
  Blob ppid = Blob(16, 0x99);
  std::array<uint8_t, 16> tcb = {5, 5, 2, 2, 3, 1, 0, 3,
                                 0, 0, 0, 0, 0, 0, 0, 200};
  uint16_t pce_svn = 13;
  Blob cpu_svn = Blob(16, 0xc5);
  Blob pce_id = {0, 0};
  Blob fmspc = {0x90, 0xc0, 0x6f, 0, 0, 0};
  uint8_t sgx_type = 1;
  Blob instance_id = Blob(16, 0x1d);
};

// The pairs of it, in order; the seventh is the configuration of a dynamic
// platform with cached keys and without SMT.
std::vector<Blob> PckPairs(const Platform& platform);
Blob PckExtension(const std::vector<Blob>& pairs);
inline Blob PckExtension(const Platform& platform) {
  return PckExtension(PckPairs(platform));
}

}  // namespace tdx_quoter

#endif  // TESTS_SUPPORT_TDX_QUOTER_PCK_EXTENSION_H_
