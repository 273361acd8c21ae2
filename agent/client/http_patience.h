#ifndef AGENT_CLIENT_HTTP_PATIENCE_H_
#define AGENT_CLIENT_HTTP_PATIENCE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/client/http.h"

namespace evidenced {

// The clock that waits are measured by.
class Pace {
 public:
  Pace() = default;
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;
  virtual ~Pace() = default;

  virtual absl::Time Now() = 0;
  virtual void Wait(absl::Duration duration) = 0;
  // From 0 to 1, another each time: many that were refused at once should not
  // come back at once.
  virtual double Fraction() = 0;
};

// That of the machine.
class RealPace final : public Pace {
 public:
  absl::Time Now() override;
  void Wait(absl::Duration duration) override;
  double Fraction() override;
};

// How long a Retry-After header asks to wait: RFC 9110, section 10.2.3, seconds
// or a date. nullopt: it is of neither form.
std::optional<absl::Duration> RetryAfter(absl::string_view header,
                                         absl::Time now);

// What is asked of a service, and words for both.
struct HttpQuestion {
  std::string service;  // "AMD's KDS"
  std::string what;     // "the certificate chain of Milan"
  std::string url;
  size_t max_size = 0;
};

// The answer with status 200. A service that is busy (429, 503) is asked again
// after as long as it says, or longer each time if it does not say, at most
// kMaxAttempts times and never beyond `deadline`. As HttpGetter::Get();
// NOT_FOUND: 404. UNAVAILABLE: busy to the end (429, 503), with when to try
// again if the service said so, or broken (another 5xx). FAILED_PRECONDITION:
// another status. RESOURCE_EXHAUSTED: an answer larger than it may be.
inline constexpr int kMaxAttempts = 6;
absl::StatusOr<HttpReply> GetPatiently(const HttpQuestion& question,
                                       absl::Time deadline, HttpGetter& http,
                                       Pace& pace);

}  // namespace evidenced

#endif  // AGENT_CLIENT_HTTP_PATIENCE_H_
