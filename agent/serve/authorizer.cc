#include "agent/serve/authorizer.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxCallers = 4096;

std::string NameOf(const Certificate& certificate) {
  if (!certificate.uri_sans().empty()) return certificate.uri_sans().front();
  if (!certificate.dns_sans().empty()) {
    return "dns:" + certificate.dns_sans().front();
  }
  return certificate.subject();
}

absl::Status CheckDates(const Certificate& certificate, absl::Time now) {
  if (now >= certificate.not_before() && now <= certificate.not_after()) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected a client certificate that is valid now, found one for %s to %s",
      absl::FormatTime(certificate.not_before(), absl::UTCTimeZone()),
      absl::FormatTime(certificate.not_after(), absl::UTCTimeZone())));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Caller>> CallerCache::Find(
    absl::string_view pem, absl::Time now) {
  std::shared_ptr<const Caller> caller;
  {
    const MutexLock lock(mutex_);
    const auto found = callers_.find(std::string(pem));
    if (found != callers_.end()) caller = found->second;
  }
  if (caller == nullptr) {
    const auto certificates = CertificatesFromPem(pem);
    if (!certificates.ok()) {
      return absl::UnauthenticatedError(certificates.status().message());
    }
    auto made = std::make_shared<Caller>();
    made->certificate =
        std::make_shared<const Certificate>(certificates->front());
    made->name = Printable(NameOf(*made->certificate));
    made->roles = table_.OfCertificate(made->certificate->uri_sans(),
                                       made->certificate->dns_sans());
    caller = std::move(made);
    const MutexLock lock(mutex_);
    if (callers_.size() >= kMaxCallers) callers_.clear();
    callers_.emplace(std::string(pem), caller);
  }
  RETURN_IF_ERROR(CheckDates(*caller->certificate, now));
  return caller;
}

}  // namespace evidenced
