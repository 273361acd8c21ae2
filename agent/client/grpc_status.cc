#include "agent/client/grpc_status.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "agent/client/text.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

constexpr size_t kMaxMessage = 1024;

absl::string_view CodeInWords(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "the request was refused as malformed";
    case grpc::StatusCode::UNAUTHENTICATED:
      return "the client certificate was refused";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "permission denied by the agent's roles or for this audience";
    case grpc::StatusCode::FAILED_PRECONDITION:
      return "the guest lacks the device or its driver has lost its key until "
             "the next boot, or the server certificate changed";
    case grpc::StatusCode::UNAVAILABLE:
      return "the device is busy or gone; try again";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "too many requests wait, or the answer is too large";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "no answer in time";
    case grpc::StatusCode::DATA_LOSS:
      return "the device answered for other report data";
    case grpc::StatusCode::NOT_FOUND:
      return "the agent does not know it";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the agent does not serve this call";
    case grpc::StatusCode::INTERNAL:
      return "a fault of the agent";
    case grpc::StatusCode::CANCELLED:
      return "the call was cancelled";
    default:
      return "the call failed";
  }
}

// Why no connection came about, by what gRPC or OpenSSL says of it; "" for a
// call that reached the agent.
absl::string_view NoConnection(const grpc::Status& status) {
  struct Cause {
    absl::string_view said;
    absl::string_view means;
  };
  static constexpr Cause kCauses[] = {
      {"is not in peer certificate",
       "the agent's certificate is for another name (see --server-name)"},
      {"certificate verify failed",
       "the agent's certificate does not verify with --ca"},
      {"Ssl handshake failed", "the TLS handshake failed"},
      {"Socket closed",
       "the agent closed the connection; it may have refused the client "
       "certificate"},
      {"Connection reset",
       "the agent closed the connection; it may have refused the client "
       "certificate"},
      {"Connection refused", "nobody listens there"},
      {"No such file or directory", "there is no such socket"},
      {"Permission denied", "the socket may not be used"},
      {"DNS resolution failed", "the host is not known"},
      {"failed to connect to all addresses", "try again"},
  };
  const bool failed =
      status.error_code() == grpc::StatusCode::UNAVAILABLE &&
      (absl::StrContains(status.error_message(), "failed to connect") ||
       absl::StrContains(status.error_message(), "DNS resolution failed"));
  if (!failed) return "";
  for (const Cause& cause : kCauses) {
    if (absl::StrContains(status.error_message(), cause.said)) {
      return cause.means;
    }
  }
  return "";
}

}  // namespace

absl::Status DescribeFailure(const std::string& address, absl::string_view what,
                             const grpc::Status& status) {
  const absl::string_view cause = NoConnection(status);
  std::string message = absl::StrCat(Printable(address), ": ");
  if (cause.empty()) {
    absl::StrAppend(&message, what, ": ", CodeInWords(status.error_code()));
  } else {
    absl::StrAppend(&message, "no connection: ", cause);
  }
  if (!status.error_message().empty()) {
    // What the agent quotes in it is escaped already.
    absl::StrAppend(&message, ": ",
                    Plain(status.error_message().substr(0, kMaxMessage)));
  }
  return {static_cast<absl::StatusCode>(status.error_code()), message};
}

}  // namespace evidenced
