#include "agent/serve/health.h"

#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "agent/serve/request_log.h"
#include "agent/serve/unary_call.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kWatch[] = "/grpc.health.v1.Health/Watch";

// One Watch: writes the last state whenever the client takes one. Deletes
// itself when the call is done.
class WatchCall final : public grpc::ServerWriteReactor<HealthCheckResponse>,
                        public HealthState::Watcher {
 public:
  WatchCall(HealthState& state, std::string service, RequestLog log)
      : state_(state), service_(std::move(service)), log_(std::move(log)) {}

  void Start(absl::StatusOr<OpenRequests::Ticket> ticket) {
    if (!ticket.ok()) return End(ticket.status());
    ticket_ = *std::move(ticket);
    watching_ = true;
    state_.Add(service_, this);
  }

  void Notify(HealthState::Status status) override {
    const MutexLock lock(mutex_);
    next_ = status;
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    const MutexLock lock(mutex_);
    writing_ = false;
    if (ok) WriteNext();
  }
  void OnCancel() override { End(absl::CancelledError("the client has gone")); }
  void OnDone() override {
    if (watching_) state_.Remove(service_, this);
    delete this;
  }

 private:
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || ended_ || !next_.has_value()) return;
    response_.set_status(*std::exchange(next_, std::nullopt));
    writing_ = true;
    StartWrite(&response_);
  }

  void End(const absl::Status& status) {
    const MutexLock lock(mutex_);
    if (std::exchange(ended_, true)) return;
    log_.Write(status);
    ticket_ = nullptr;
    Finish(ToGrpc(status));
  }

  HealthState& state_;
  const std::string service_;
  const RequestLog log_;
  OpenRequests::Ticket ticket_;
  bool watching_ = false;

  Mutex mutex_;
  HealthCheckResponse response_ ABSL_GUARDED_BY(mutex_);
  std::optional<HealthState::Status> next_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

void HealthState::Set(const std::string& service, bool serving) {
  const MutexLock lock(mutex_);
  services_[service] = serving;
  Notify(service);
}

void HealthState::Forget(const std::string& service) {
  const MutexLock lock(mutex_);
  services_.erase(service);
  Notify(service);
}

void HealthState::Notify(const std::string& service) const {
  const auto watchers = watchers_.find(service);
  if (watchers == watchers_.end()) return;
  for (Watcher* watcher : watchers->second) watcher->Notify(Find(service));
}

void HealthState::Shutdown() {
  const MutexLock lock(mutex_);
  shut_down_ = true;
  for (const auto& [service, watchers] : watchers_) {
    for (Watcher* watcher : watchers) watcher->Notify(Find(service));
  }
}

HealthState::Status HealthState::Find(const std::string& service) const {
  const auto found = services_.find(service);
  if (found == services_.end()) return HealthCheckResponse::SERVICE_UNKNOWN;
  return found->second && !shut_down_ ? HealthCheckResponse::SERVING
                                      : HealthCheckResponse::NOT_SERVING;
}

HealthState::Status HealthState::Get(const std::string& service) const {
  const MutexLock lock(mutex_);
  return Find(service);
}

void HealthState::Add(const std::string& service, Watcher* watcher) {
  const MutexLock lock(mutex_);
  watchers_[service].insert(watcher);
  watcher->Notify(Find(service));
}

void HealthState::Remove(const std::string& service, Watcher* watcher) {
  const MutexLock lock(mutex_);
  const auto watchers = watchers_.find(service);
  if (watchers == watchers_.end()) return;
  watchers->second.erase(watcher);
  if (watchers->second.empty()) watchers_.erase(watchers);
}

grpc::ServerUnaryReactor* HealthService::Check(
    grpc::CallbackServerContext* context, const HealthCheckRequest* request,
    HealthCheckResponse* response) {
  std::shared_ptr<const Caller> caller;
  absl::Status status = admission_.Admit(*context, kCheck, &caller);
  auto* call = new UnaryCall(RequestLog(kCheck, caller.get()));
  if (status.ok()) response->set_status(state_.Get(request->service()));
  if (response->status() == HealthCheckResponse::SERVICE_UNKNOWN) {
    status = absl::NotFoundError(
        absl::StrFormat("expected a service or source of this agent, found %s",
                        Printable(request->service())));
  }
  call->End(status);
  return call;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext* context, const HealthCheckRequest* request) {
  std::shared_ptr<const Caller> caller;
  const absl::Status status = admission_.Admit(*context, kWatch, &caller);
  auto* call = new WatchCall(state_, request->service(),
                             RequestLog(kWatch, caller.get()));
  if (status.ok()) {
    call->Start(watches_.Enter(caller->name));
  } else {
    call->Start(status);
  }
  return call;
}

}  // namespace evidenced
