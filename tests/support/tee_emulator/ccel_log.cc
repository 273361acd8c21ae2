#include "tests/support/tee_emulator/ccel_log.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/tdx_quoter/blob.h"

namespace tee_emulator {
namespace {

using tdx_quoter::Join;
using tdx_quoter::Le;
using tdx_quoter::Sha384;

constexpr uint16_t kSha384Id = 0x000c;
constexpr uint32_t kEvNoAction = 0x03;
constexpr uint32_t kEvIpl = 0x0d;
constexpr size_t kSha1Size = 20;

Blob Bytes(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

Blob EncodeEvent(const CcEvent& event) {
  return Join({Le(event.rtmr + 1, 4), Le(event.type, 4), Le(1, 4),
               Le(kSha384Id, 2), event.digest, Le(event.data.size(), 4),
               event.data});
}

Blob EncodeSpecId() {
  // Of platform class 0, version 2.0, with integers of 64 bits.
  const Blob data = Join({Bytes("Spec ID Event03"),
                          {0},
                          Le(0, 4),
                          {0, 2, 0, 2},
                          Le(1, 4),
                          Le(kSha384Id, 2),
                          Le(48, 2),
                          {0}});
  // In the form of TCG 1.2: a log of any form begins so.
  return Join({Le(1, 4), Le(kEvNoAction, 4), Blob(kSha1Size, 0),
               Le(data.size(), 4), data});
}

CcEvent TextEvent(size_t rtmr, const std::string& text) {
  return {.rtmr = rtmr,
          .type = kEvIpl,
          .digest = Sha384(Bytes(text)),
          .data = Bytes(text)};
}

Blob MakeCcelTable(uint64_t length) {
  constexpr size_t kChecksumAt = 9;
  constexpr uint8_t kTdx = 2;
  Blob table = Join({Bytes("CCEL"),
                     Le(56, 4),
                     {1, 0},
                     Bytes("EMULATEMULATED"),
                     Le(1, 4),
                     Bytes("EMUL"),
                     Le(1, 4),
                     {kTdx, 0, 0, 0},
                     Le(length, 8),
                     Le(0x7f000000, 8)});
  const auto sum = std::accumulate(table.begin(), table.end(), 0U);
  table.at(kChecksumAt) = static_cast<uint8_t>(0x100 - (sum & 0xff));
  return table;
}

}  // namespace tee_emulator
