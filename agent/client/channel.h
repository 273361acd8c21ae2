#ifndef AGENT_CLIENT_CHANNEL_H_
#define AGENT_CLIENT_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/service.pb.h"

#include "agent/client/config.h"
#include "agent/client/identity.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// The longest log that is taken from an agent.
inline constexpr uint64_t kMaxLogBytes = 64u << 20;

// A connection to one agent: mutual TLS 1.3 over TCP (see RequireTls13()), or
// a unix socket without TLS. Calls block; all of them together end when the
// timeout has passed since Open(). Their errors name the call and the agent's
// reason; the code is the agent's, or UNAVAILABLE if there is no connection.
class AgentChannel {
 public:
  // `options` must pass CheckConnection(); reads the TLS files.
  static absl::StatusOr<std::unique_ptr<AgentChannel>> Open(
      const ConnectionOptions& options);
  ~AgentChannel();

  const std::string& address() const { return address_; }
  // nullptr over a unix socket.
  const Identity* identity() const {
    return identity_.has_value() ? &*identity_ : nullptr;
  }
  // The certificate that the server showed on the connection of the last call
  // that succeeded; nullopt over a unix socket.
  const std::optional<Certificate>& server() const { return server_; }

  // Leaves the connection; the next call makes another.
  void Reconnect();

  // Makes a connection, so that server() is known, by the cheapest call.
  absl::Status Greet();
  absl::StatusOr<v1::Platform> GetPlatform();
  absl::StatusOr<v1::Evidence> GetEvidence(
      const v1::GetEvidenceRequest& request);
  absl::StatusOr<v1::Measurements> GetMeasurements(
      const v1::GetMeasurementsRequest& request);
  absl::StatusOr<v1::RawReport> GetRawReport(
      const v1::GetRawReportRequest& request);
  // The log's first `length` bytes. OUT_OF_RANGE: it is shorter.
  // RESOURCE_EXHAUSTED: `length` is over kMaxLogBytes.
  absl::StatusOr<std::string> ReadLogPrefix(const std::string& label,
                                            uint64_t length);
  // All of it.
  absl::StatusOr<std::string> ReadLog(const std::string& label);

  enum class Health { kServing, kNotServing, kUnknown };
  absl::StatusOr<Health> CheckHealth(const std::string& service);

 private:
  struct Stubs;
  AgentChannel(std::string address, std::string server_name,
               absl::Time deadline, std::optional<Identity> identity);

  absl::StatusOr<std::string> ReadStream(const std::string& label,
                                         std::optional<uint64_t> length);
  absl::StatusOr<v1::Platform> AskPlatform(absl::string_view what);
  template <typename Call>
  absl::Status Unary(absl::string_view what, Call call);

  std::string address_;
  std::string server_name_;
  absl::Time deadline_;
  std::optional<Identity> identity_;
  std::optional<Certificate> server_;
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_CHANNEL_H_
