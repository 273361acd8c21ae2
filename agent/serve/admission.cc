#include "agent/serve/admission.h"

#include "absl/time/clock.h"
#include "grpc/grpc_security_constants.h"

#include "quote/base/status_macros.h"

namespace evidenced {

Admission::Admission(Roles roles)
    : local_(std::make_shared<const Caller>(
          Caller{.name = "unix", .roles = roles, .certificate = nullptr})) {}

absl::Status Admission::Admit(const grpc::CallbackServerContext& context,
                              absl::string_view method,
                              std::shared_ptr<const Caller>* caller) const {
  ASSIGN_OR_RETURN(*caller, CallerOf(context));
  return CheckMethod(method, (*caller)->roles);
}

absl::StatusOr<std::shared_ptr<const Caller>> Admission::CallerOf(
    const grpc::CallbackServerContext& context) const {
  if (callers_ == nullptr) return local_;
  const auto pem = context.auth_context()->FindPropertyValues(
      GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pem.empty()) {
    return absl::UnauthenticatedError(
        "expected a client certificate, found none");
  }
  return callers_->Find({pem.front().data(), pem.front().size()}, absl::Now());
}

}  // namespace evidenced
