#include "agent/client/grpc_status.h"

#include "absl/strings/str_cat.h"

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
      return "the guest lacks the device, or the server certificate changed";
    case grpc::StatusCode::UNAVAILABLE:
      return "no connection, or the device is busy; try again";
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

}  // namespace

absl::Status DescribeFailure(const std::string& address, absl::string_view what,
                             const grpc::Status& status) {
  std::string message = absl::StrCat(Printable(address), ": ", what, ": ",
                                     CodeInWords(status.error_code()));
  if (!status.error_message().empty()) {
    absl::StrAppend(&message, ": ",
                    Printable(status.error_message(), kMaxMessage));
  }
  return {static_cast<absl::StatusCode>(status.error_code()), message};
}

}  // namespace evidenced
