#ifndef AGENT_COLLECT_CHALLENGE_H_
#define AGENT_COLLECT_CHALLENGE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// One verifier's challenge, as the service has checked it: roles, audience and
// certificate are the service's business.
struct Challenge {
  uint8_t role = 1;  // 1 over TLS, 3 on the unix socket
  std::string audience;
  Bytes nonce;
  Bytes spki;         // role 1: item 6
  Bytes certificate;  // role 1: item 7
  Bytes peer;         // role 1: item 8
  Bytes user_data;
  std::vector<std::string> labels;
  std::vector<PcrBankSelection> pcrs;  // empty: the default selection
  bool without_cpu_report = false;
};

// Who waits for an answer, and for how long.
struct Waiter {
  absl::Time deadline = absl::InfiniteFuture();
  // `deadline` is the agent's limit: whoever waits would wait longer.
  bool limited = false;
  // Devices serve callers in turns.
  std::string caller;
  // Whether the answer is no longer wanted. Asked from any thread, also after
  // `done`.
  std::function<bool()> gone = [] { return false; };
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_CHALLENGE_H_
