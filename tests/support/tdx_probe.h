#ifndef TESTS_SUPPORT_TDX_PROBE_H_
#define TESTS_SUPPORT_TDX_PROBE_H_

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quote/base/bytes.h"
#include "tests/support/tee_emulator_process.h"

namespace evidenced {

// Reads what an emulated TD says, by offsets written down once more: neither
// the emulator's code nor what is tested has a part in it.

// errno, or 0 and what the file gave.
struct ReadResult {
  int error = 0;
  Bytes bytes{};
};
ReadResult ReadWhole(const std::string& path);
// One pwrite(2): 0 or errno.
int WriteAt(const std::string& path, off_t offset, const Bytes& bytes);
// Through configfs-tsm.
ReadResult AskForQuote(const TeeEmulatorProcess& tee, const Bytes& data);

// The parts of a quote. Views point into it.
struct QuoteParts {
  explicit QuoteParts(ByteView quote);
  ByteView rtmr(size_t i) const { return body.subspan(328 + i * 48, 48); }

  ByteView body;
  ByteView signed_part;
  ByteView quote_signature;
  ByteView key;
  uint16_t outer_type = 0;
  ByteView qe_report;
  ByteView qe_signature;
  ByteView auth_data;
  uint16_t inner_type = 0;
  std::string pck_chain;
  ByteView behind;
};

// Which of the three things that make a quote genuine hold.
struct Genuine {
  bool quote_signature;
  bool key_bound;
  bool qe_signature;
};
Genuine Judge(const Bytes& quote);

// Whether the key of the first certificate of a PEM text signed: P-256, r and
// s.
bool SignedBy(const std::string& pem, ByteView message, ByteView signature);

// What the log of a TD replays to, and the data of its events.
struct CcelReplay {
  explicit CcelReplay(ByteView log);

  std::array<Bytes, 4> rtmr;
  std::vector<std::string> events;
};

}  // namespace evidenced

#endif  // TESTS_SUPPORT_TDX_PROBE_H_
