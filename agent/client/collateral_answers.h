#ifndef AGENT_CLIENT_COLLATERAL_ANSWERS_H_
#define AGENT_CLIENT_COLLATERAL_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/client/collateral_cache.h"
#include "agent/client/collateral_question.h"
#include "agent/client/http.h"
#include "agent/client/http_patience.h"
#include "quote/crypto/issuance.h"

namespace evidenced {

// What the cache is for.
enum class CacheUse : uint8_t {
  kWhileFresh,    // no service is asked for what is younger than kFreshFor
  kIfUnanswered,  // each is asked, and what was kept is for those that are mute
  kNever,
};
inline constexpr absl::Duration kFreshFor = absl::Hours(24);

struct CollateralOrder {
  CollateralCache cache{""};
  absl::Time now;       // at which collateral must be current
  absl::Time deadline;  // by Pace::Now()
  CacheUse use = CacheUse::kWhileFresh;
};

// Answers of services, from the cache where that has one that will do. What no
// check took is neither given nor kept.
class CollateralAnswers {
 public:
  // `http` nullptr: no service is asked.
  CollateralAnswers(CollateralOrder order, HttpGetter* http, Pace& pace)
      : order_(std::move(order)), http_(http), pace_(pace) {}

  // Says whether an answer is what was asked for, as of that time.
  using Check = absl::FunctionRef<absl::StatusOr<Edition>(
      const CollateralAnswer&, ValidityTime)>;
  // The last answer that `check` looks at is the one that is given. Where a
  // service does not answer, what was kept will do for as long as it is
  // current, with a remark. DATA_LOSS: the service's is not what was asked for,
  // with the class of the check; or it is an earlier edition than the one that
  // was kept (kCollateralInvalid). NOT_FOUND: not in the cache, and no service
  // may be asked. Else as GetPatiently().
  absl::StatusOr<CollateralAnswer> Get(const CollateralQuestion& question,
                                       Check check);

  // Two answers that do not fit each other, of which one may be from the cache:
  // from now on each is asked for anew. Whether that makes a difference: then
  // what was remarked of those before is forgotten.
  bool AskAnew();

  // What the user should know and is no reason to stop.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::optional<CollateralAnswer> Find(
      const CollateralQuestion& question) const;
  bool IsFresh(const CollateralAnswer& kept) const;
  // What was kept, if it is current: in the place of one that is not to be had.
  std::optional<CollateralAnswer> InPlaceOf(const CollateralQuestion& question,
                                            Check check,
                                            const absl::Status& unanswered);
  absl::StatusOr<CollateralAnswer> Offline(const CollateralQuestion& question,
                                           Check check);
  void Keep(const CollateralAnswer& answer);

  CollateralOrder order_;
  HttpGetter* http_;
  Pace& pace_;
  bool cache_used_ = false;
  bool cache_failed_ = false;
  std::vector<std::string> remarks_;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_ANSWERS_H_
