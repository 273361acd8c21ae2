#include "agent/serve/request_log.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

#include "agent/serve/log.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr size_t kShownDigits = 8;

std::string ShownDigest(absl::string_view bytes) {
  return Hex(Sha256(AsBytes(bytes))).substr(0, kShownDigits);
}

}  // namespace

RequestLog::RequestLog(absl::string_view method, const Caller* caller)
    : started_(absl::Now()), method_(method) {
  if (caller == nullptr) return;
  caller_ = caller->name;
  roles_ = caller->roles;
}

void RequestLog::SetNonce(absl::string_view nonce) {
  digest_ = absl::StrCat("nonce-sha256=", ShownDigest(nonce));
}

void RequestLog::SetReportData(absl::string_view data) {
  digest_ = absl::StrCat("report-data-sha256=", ShownDigest(data));
}

void RequestLog::Write(const absl::Status& status) const {
  std::string line =
      absl::StrFormat(R"(request method="%s" caller="%s" code=%s ms=%.3f)",
                      method_, caller_, absl::StatusCodeToString(status.code()),
                      absl::ToDoubleMilliseconds(absl::Now() - started_));
  if (roles_ != 0) absl::StrAppend(&line, " role=", RoleNames(roles_));
  if (!digest_.empty()) absl::StrAppend(&line, " ", digest_);
  if (!status.ok()) {
    absl::StrAppend(&line, " message=\"", Printable(status.message(), 512),
                    "\"");
  }
  LogInfo(line);
}

grpc::Status ToGrpc(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()),
          std::string(status.message())};
}

}  // namespace evidenced
