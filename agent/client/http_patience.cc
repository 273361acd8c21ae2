#include "agent/client/http_patience.h"

#include <algorithm>
#include <cstdint>
#include <random>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "agent/client/text.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr int kOk = 200;
constexpr int kNotFound = 404;
constexpr int kTooManyRequests = 429;
constexpr int kServiceUnavailable = 503;
constexpr int kFirstServerError = 500;
constexpr int kLastServerError = 599;

constexpr absl::Duration kFirstWait = absl::Seconds(1);
constexpr absl::Duration kLongestOwnWait = absl::Seconds(30);
// Whatever a service says, it is not asked in a tight loop.
constexpr absl::Duration kLeastWait = absl::Milliseconds(250);
// What a service asks for beyond it is taken for "not today".
constexpr uint32_t kMostSeconds = 7 * 24 * 3600;

bool IsBusy(int status) {
  return status == kTooManyRequests || status == kServiceUnavailable;
}

std::string Asked(const HttpQuestion& question) {
  return absl::StrCat(question.service, " for ", question.what);
}

std::string StatusText(int status) {
  switch (status) {
    case kNotFound:
      return "404 (not found)";
    case kTooManyRequests:
      return "429 (too many requests)";
    case kServiceUnavailable:
      return "503 (service unavailable)";
    default:
      return absl::StrCat(status);
  }
}

std::string UrlText(const HttpQuestion& question) {
  return Printable(question.url, question.url.size());
}

// What is said of a body that was cut.
std::string CutText(const HttpQuestion& question, bool cut) {
  return cut ? absl::StrCat(", with a body of more than ", question.max_size,
                            " bytes")
             : "";
}

absl::Status TooLarge(const HttpQuestion& question) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "asked ", Asked(question), ", expected an answer of at most ",
      question.max_size, " bytes, found 200 of ", UrlText(question),
      CutText(question, true)));
}

absl::Status Refused(const HttpQuestion& question, const HttpReply& reply) {
  const std::string answer =
      absl::StrCat(StatusText(reply.status), " of ", UrlText(question),
                   CutText(question, reply.body_cut));
  if (reply.status == kNotFound) {
    return absl::NotFoundError(absl::StrCat(question.service, " does not know ",
                                            question.what, ": ", answer));
  }
  const std::string message =
      absl::StrCat("asked ", Asked(question), ", expected 200, found ", answer);
  return reply.status >= kFirstServerError && reply.status <= kLastServerError
             ? absl::UnavailableError(message)
             : absl::FailedPreconditionError(message);
}

struct Busy {
  int status = 0;
  bool body_cut = false;
  int attempts = 0;
  // When the service wants to be asked again, if it said so.
  std::optional<absl::Time> again;
};

absl::Status StillBusy(const HttpQuestion& question, const Busy& busy) {
  return absl::UnavailableError(absl::StrCat(
      "asked ", Asked(question), " ", Count(busy.attempts, "time"), ", found ",
      StatusText(busy.status), " of ", UrlText(question),
      CutText(question, busy.body_cut),
      busy.again.has_value()
          ? absl::StrCat("; it asks to try again at ", TimeText(*busy.again))
          : "; it does not say when to try again, some minutes may do"));
}

absl::Duration OwnWait(int attempt, Pace& pace) {
  absl::Duration wait = kFirstWait;
  for (int i = 1; i < attempt && wait < kLongestOwnWait; ++i) wait *= 2;
  return std::min(wait, kLongestOwnWait) * (1 + pace.Fraction() / 2);
}

}  // namespace

absl::Time RealPace::Now() { return absl::Now(); }

void RealPace::Wait(absl::Duration duration) { absl::SleepFor(duration); }

double RealPace::Fraction() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0, 1)(device);
}

std::optional<absl::Duration> RetryAfter(absl::string_view header,
                                         absl::Time now) {
  uint32_t seconds = 0;
  if (absl::SimpleAtoi(header, &seconds)) {
    return absl::Seconds(std::min(seconds, kMostSeconds));
  }
  absl::Time date;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", header, &date, nullptr)) {
    return std::nullopt;
  }
  return std::clamp(date - now, absl::ZeroDuration(),
                    absl::Seconds(kMostSeconds));
}

absl::StatusOr<HttpReply> GetPatiently(const HttpQuestion& question,
                                       absl::Time deadline, HttpGetter& http,
                                       Pace& pace) {
  for (int attempt = 1;; ++attempt) {
    const absl::Time now = pace.Now();
    if (now >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("expected time left to ask ", Asked(question),
                       ", found none: see --timeout"));
    }
    ASSIGN_OR_RETURN(HttpReply reply, http.Get({.url = question.url,
                                                .max_size = question.max_size,
                                                .timeout = deadline - now}));
    if (reply.status == kOk && reply.body_cut) return TooLarge(question);
    if (reply.status == kOk) return reply;
    if (!IsBusy(reply.status)) return Refused(question, reply);

    const absl::Time answered = pace.Now();
    const auto asked = RetryAfter(reply.Header("retry-after"), answered);
    const absl::Duration wait = std::max(
        kLeastWait, asked.has_value() ? *asked : OwnWait(attempt, pace));
    if (attempt == kMaxAttempts || answered + wait >= deadline) {
      Busy busy{.status = reply.status,
                .body_cut = reply.body_cut,
                .attempts = attempt,
                .again = {}};
      if (asked.has_value()) busy.again = answered + *asked;
      return StillBusy(question, busy);
    }
    pace.Wait(wait);
  }
}

}  // namespace evidenced
