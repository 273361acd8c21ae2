#ifndef AGENT_CLIENT_FETCH_H_
#define AGENT_CLIENT_FETCH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/saved.pb.h"
#include "evidence/v1/service.pb.h"

#include "agent/client/channel.h"
#include "agent/client/identity.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// What to ask an agent for.
struct EvidenceQuestion {
  Audience audience;
  std::string user_data;
  // See LabelsToAsk().
  std::vector<std::string> labels;
  // Empty: the agent's default.
  std::vector<v1::PcrSelection> pcrs;
};

struct FetchedEvidence {
  v1::SavedEvidence saved;
  // Of the connection that carried the evidence; nullopt over a unix socket.
  std::optional<Certificate> server;
};

// What is asked for: all if `labels` is empty, and always "tpm.ak", without
// which nothing verifies.
std::vector<std::string> LabelsToAsk(const std::vector<std::string>& labels);

// Asks for evidence over a nonce of its own, and takes what is detached by
// StreamEventLog. The answer must come over a connection with the certificate
// that the request stated; if it changed in between, once more with the new
// one. Nothing is verified here.
absl::StatusOr<FetchedEvidence> FetchEvidence(AgentChannel& channel,
                                              const EvidenceQuestion& question);

// A saved file. INVALID_ARGUMENT: it is not one, or holds no evidence.
absl::StatusOr<v1::SavedEvidence> ParseSavedEvidence(absl::string_view bytes);
// A file of --state-out. INVALID_ARGUMENT: it is not one.
absl::StatusOr<v1::VerifierState> ParseVerifierState(absl::string_view bytes);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_H_
