#ifndef AGENT_CLIENT_COLLATERAL_ANSWERS_H_
#define AGENT_CLIENT_COLLATERAL_ANSWERS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/client/collateral_cache.h"
#include "agent/client/http.h"
#include "agent/client/http_patience.h"

namespace evidenced {

// One piece of collateral, of whichever service.
struct CollateralQuestion {
  HttpQuestion http;
  std::string chain_header;  // in lower case; empty: none comes with it
  // How long an answer may be taken from the cache, beside its own dates.
  absl::Duration max_age = absl::InfiniteDuration();
};

struct CollateralAnswer {
  std::string url;
  std::string body;
  std::string issuer_chain;  // as the header has it
  absl::Time fetched;
  bool from_cache = false;
};

struct CollateralOrder {
  CollateralCache cache{""};
  absl::Time now;       // at which collateral must be current
  absl::Time deadline;  // by Pace::Now()
};

// Answers of services, from the cache where that has one that will do. What no
// check took is neither given nor kept.
class CollateralAnswers {
 public:
  // `http` nullptr: no service is asked.
  CollateralAnswers(CollateralOrder order, HttpGetter* http, Pace& pace)
      : order_(std::move(order)), http_(http), pace_(pace) {}

  absl::Time now() const { return order_.now; }

  // `check` says whether an answer is what was asked for. DATA_LOSS: the
  // service's is not; the error's class is that of the check. NOT_FOUND: not in
  // the cache, and no service may be asked. Else as GetPatiently().
  using Check = absl::FunctionRef<absl::Status(const CollateralAnswer&)>;
  absl::StatusOr<CollateralAnswer> Get(const CollateralQuestion& question,
                                       Check check);

  // Two answers that do not fit each other, of which one may be from the cache:
  // from now on each is asked for anew. Whether that makes a difference.
  bool AskAnew();

  // What went wrong with the cache, which is no reason to stop.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::optional<CollateralAnswer> Kept(const CollateralQuestion& question,
                                       Check check, absl::Status& why) const;
  void Keep(const CollateralAnswer& answer);

  CollateralOrder order_;
  HttpGetter* http_;
  Pace& pace_;
  bool use_cache_ = true;
  bool cache_used_ = false;
  std::vector<std::string> remarks_;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_ANSWERS_H_
