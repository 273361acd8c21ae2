#ifndef AGENT_CLIENT_COLLATERAL_QUESTION_H_
#define AGENT_CLIENT_COLLATERAL_QUESTION_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "agent/client/http_patience.h"

namespace evidenced {

// One piece of collateral, of whichever service.
struct CollateralQuestion {
  HttpQuestion http;
  std::string chain_header;  // in lower case; empty: none comes with it
};

struct CollateralAnswer {
  std::string url;
  std::string body;
  std::string issuer_chain;  // as the header has it
  absl::Time fetched;
  bool from_cache = false;
};

// Which of two answers to one question its maker made later. What has no such
// count is never earlier than another.
struct Edition {
  std::string name{};  // "tcbEvaluationDataNumber"
  int64_t number = 0;
  std::string text{};  // the same, as it is shown
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_QUESTION_H_
