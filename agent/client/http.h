#ifndef AGENT_CLIENT_HTTP_H_
#define AGENT_CLIENT_HTTP_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace evidenced {

struct HttpRequest {
  std::string url;
  size_t max_size = 0;  // of the body, in bytes
  absl::Duration timeout;
};

// What a server answered, whatever its status.
struct HttpReply {
  int status = 0;                                // 200
  std::map<std::string, std::string> headers{};  // names in lower case
  std::string body{};
  // There was more of the body than was to be taken: it is cut.
  bool body_cut = false;

  // Empty: there is none.
  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class HttpGetter {
 public:
  HttpGetter() = default;
  HttpGetter(const HttpGetter&) = delete;
  HttpGetter& operator=(const HttpGetter&) = delete;
  virtual ~HttpGetter() = default;

  // One GET, asked once; of a body larger than `max_size` its beginning.
  // UNAUTHENTICATED: the server's certificate. DEADLINE_EXCEEDED: `timeout`.
  // RESOURCE_EXHAUSTED: headers without end. UNAVAILABLE: no connection, or no
  // whole answer.
  virtual absl::StatusOr<HttpReply> Get(const HttpRequest& request) = 0;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_HTTP_H_
