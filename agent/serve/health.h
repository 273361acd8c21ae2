#ifndef AGENT_SERVE_HEALTH_H_
#define AGENT_SERVE_HEALTH_H_

#include <map>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "agent/base/mutex.h"
#include "agent/serve/admission.h"
#include "agent/serve/open_requests.h"
#include "health/health.grpc.pb.h"

namespace evidenced {

// What grpc.health.v1 tells: a state for each service and source, for all
// servers of the agent. Any thread may use it.
class HealthState {
 public:
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;

  class Watcher {
   public:
    virtual ~Watcher() = default;
    // Must neither block nor call the state.
    virtual void Notify(Status status) = 0;
  };

  void Set(const std::string& service, bool serving);
  // There is no such service any more.
  void Forget(const std::string& service);
  // Everything is NOT_SERVING from now on.
  void Shutdown();

  // SERVICE_UNKNOWN: no such service.
  Status Get(const std::string& service) const;
  // Notifies at once, and at each change until it is removed.
  void Add(const std::string& service, Watcher* watcher);
  void Remove(const std::string& service, Watcher* watcher);

 private:
  Status Find(const std::string& service) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Notify(const std::string& service) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, bool> services_ ABSL_GUARDED_BY(mutex_) = {{"", true}};
  std::map<std::string, std::set<Watcher*>> watchers_ ABSL_GUARDED_BY(mutex_);
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
};

// The service over it. gRPC's own has no place for roles: see Admission.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // All of them must outlive the server.
  HealthService(HealthState& state, const Admission& admission,
                OpenRequests& watches)
      : state_(state), admission_(admission), watches_(watches) {}

  grpc::ServerUnaryReactor* Check(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request,
      grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  HealthState& state_;
  const Admission& admission_;
  OpenRequests& watches_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_HEALTH_H_
