#ifndef AGENT_CLIENT_FETCH_H_
#define AGENT_CLIENT_FETCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/v1/saved.pb.h"
#include "evidence/v1/service.pb.h"

#include "agent/client/channel.h"
#include "agent/client/identity.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// The most that is taken of detached parts: a boot log, an IMA log, and some.
inline constexpr uint64_t kMaxDetachedBytes = 96u << 20;

// What to ask an agent for.
struct EvidenceQuestion {
  Audience audience;
  std::string user_data;
  // See LabelsToAsk().
  std::vector<std::string> labels;
  // Empty: the agent's default.
  std::vector<v1::PcrSelection> pcrs;
  // Have the TPM sign, though there may be a device for CPU reports.
  bool without_cpu_report = false;
};

struct FetchedEvidence {
  v1::SavedEvidence saved;
  // Of the connection that carried the evidence; nullopt over a unix socket.
  std::optional<Certificate> server;
};

// What is asked for: all if `labels` is empty, and always "tpm.ak", without
// which no quote verifies.
std::vector<std::string> LabelsToAsk(const std::vector<std::string>& labels);

// Asks for evidence over a nonce of its own, and takes what is detached by
// StreamEventLog: logs that were asked for, each once, kMaxLogBytes each and
// kMaxDetachedBytes together. The answer must come over a connection with the
// certificate that the request stated; if it changed in between, once more with
// the new one. Nothing is verified here.
absl::StatusOr<FetchedEvidence> FetchEvidence(AgentChannel& channel,
                                              const EvidenceQuestion& question);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_H_
