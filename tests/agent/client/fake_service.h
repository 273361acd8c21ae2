#ifndef TESTS_AGENT_CLIENT_FAKE_SERVICE_H_
#define TESTS_AGENT_CLIENT_FAKE_SERVICE_H_

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/client/http.h"
#include "agent/client/http_patience.h"

namespace evidenced {

// Answers by their URL, each in turn, the last for ever; 404 for the rest.
class FakeService final : public HttpGetter {
 public:
  absl::StatusOr<HttpReply> Get(const HttpRequest& request) override {
    asked.push_back(request.url);
    const auto found = answers.find(request.url);
    if (found == answers.end()) return HttpReply{.status = 404};
    std::deque<HttpReply>& left = found->second;
    HttpReply reply = left.front();
    if (left.size() > 1) left.pop_front();
    if (reply.body.size() > request.max_size) {
      reply.body.erase(request.max_size);
      reply.body_cut = true;
    }
    return reply;
  }

  void Set(const std::string& url, HttpReply reply) {
    answers[url] = {std::move(reply)};
  }

  std::map<std::string, std::deque<HttpReply>> answers;
  std::vector<std::string> asked;
};

// A clock that only waits move.
class FakePace final : public Pace {
 public:
  absl::Time Now() override { return now; }
  void Wait(absl::Duration duration) override {
    waits.push_back(duration);
    now += duration;
  }
  double Fraction() override { return fraction; }

  absl::Time now = absl::FromUnixSeconds(1767225600);
  double fraction = 0;
  std::vector<absl::Duration> waits;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_FAKE_SERVICE_H_
