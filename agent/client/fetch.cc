#include "agent/client/fetch.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "openssl/rand.h"

#include "evidence/binding/manifest.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kNonceSize = 32;
constexpr uint32_t kRoleTls = 1;
constexpr uint32_t kRoleNoTls = 3;
constexpr char kAkLabel[] = "tpm.ak";

absl::StatusOr<std::string> NewNonce() {
  unsigned char nonce[kNonceSize];
  if (RAND_bytes(nonce, sizeof(nonce)) != 1) {
    return absl::InternalError("expected 32 random bytes, found none");
  }
  return ToString(nonce);
}

absl::StatusOr<v1::GetEvidenceRequest> MakeRequest(
    const EvidenceQuestion& question) {
  v1::GetEvidenceRequest request;
  ASSIGN_OR_RETURN(*request.mutable_nonce(), NewNonce());
  request.set_audience(question.audience.value);
  request.set_user_data(question.user_data);
  const std::vector<std::string> labels = LabelsToAsk(question.labels);
  request.mutable_labels()->Add(labels.begin(), labels.end());
  request.mutable_pcrs()->Add(question.pcrs.begin(), question.pcrs.end());
  return request;
}

v1::VerifierState MakeState(const AgentChannel& channel,
                            const v1::GetEvidenceRequest& request,
                            const std::optional<Certificate>& server) {
  v1::VerifierState state;
  state.set_role(server.has_value() ? kRoleTls : kRoleNoTls);
  state.set_audience(request.audience());
  state.set_nonce(request.nonce());
  if (server.has_value()) {
    state.set_spki_sha256(ToString(server->spki_sha256()));
    state.set_certificate_sha256(ToString(server->sha256()));
    state.set_peer_spki_sha256(
        ToString(channel.identity()->leaf.spki_sha256()));
  }
  state.set_user_data(request.user_data());
  *state.mutable_requested() = request.labels();
  *state.mutable_requested_pcrs() = request.pcrs();
  state.set_requested_unix_ms(absl::ToUnixMillis(absl::Now()));
  state.set_target(channel.address());
  return state;
}

// Fills in the parts that the agent did not send inline.
absl::Status FetchDetached(AgentChannel& channel, v1::Evidence& evidence) {
  for (v1::Part& part : *evidence.mutable_parts()) {
    if (!part.detached()) continue;
    ASSIGN_OR_RETURN(const Manifest manifest,
                     ParseManifest(AsBytes(evidence.manifest())));
    const ManifestEntry* entry = manifest.Find(part.label());
    if (entry == nullptr || entry->kind != EntryKind::kPresent) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected detached parts to be in the manifest, found ",
                       Printable(part.label())));
    }
    ASSIGN_OR_RETURN(*part.mutable_data(),
                     channel.ReadLogPrefix(part.label(), entry->length));
    part.set_detached(false);
  }
  return absl::OkStatus();
}

absl::StatusOr<FetchedEvidence> FetchOnce(AgentChannel& channel,
                                          const EvidenceQuestion& question) {
  ASSIGN_OR_RETURN(v1::GetEvidenceRequest request, MakeRequest(question));
  FetchedEvidence fetched;
  if (channel.identity() != nullptr) {
    // Any call shows the server's certificate; this one is the cheapest.
    RETURN_IF_ERROR(channel.GetPlatform().status());
    fetched.server = channel.server();
    request.set_server_certificate_sha256(ToString(fetched.server->sha256()));
  }
  *fetched.saved.mutable_state() = MakeState(channel, request, fetched.server);
  ASSIGN_OR_RETURN(*fetched.saved.mutable_evidence(),
                   channel.GetEvidence(request));
  if (fetched.server.has_value() &&
      !Equal(fetched.server->sha256(), channel.server()->sha256())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "expected the evidence over a connection with server certificate ",
        Hex(fetched.server->sha256()), ", found ",
        Hex(channel.server()->sha256())));
  }
  RETURN_IF_ERROR(FetchDetached(channel, *fetched.saved.mutable_evidence()));
  return fetched;
}

}  // namespace

std::vector<std::string> LabelsToAsk(const std::vector<std::string>& labels) {
  if (labels.empty()) return {kAkLabel, "log.tcg2", "log.ima"};
  std::vector<std::string> asked = labels;
  if (std::find(asked.begin(), asked.end(), kAkLabel) == asked.end()) {
    asked.insert(asked.begin(), kAkLabel);
  }
  return asked;
}

absl::StatusOr<FetchedEvidence> FetchEvidence(
    AgentChannel& channel, const EvidenceQuestion& question) {
  absl::StatusOr<FetchedEvidence> fetched = FetchOnce(channel, question);
  if (!absl::IsFailedPrecondition(fetched.status())) return fetched;
  channel.Reconnect();
  return FetchOnce(channel, question);
}

absl::StatusOr<v1::SavedEvidence> ParseSavedEvidence(absl::string_view bytes) {
  v1::SavedEvidence saved;
  if (!saved.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected saved evidence, found ", bytes.size(),
                     " bytes of another form"));
  }
  if (!saved.has_evidence()) {
    return absl::InvalidArgumentError(
        "expected saved evidence, found a file without evidence");
  }
  return saved;
}

absl::StatusOr<v1::VerifierState> ParseVerifierState(absl::string_view bytes) {
  v1::VerifierState state;
  if (!state.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      state.nonce().empty()) {
    return absl::InvalidArgumentError(
        "expected a verifier's state with a nonce, found another form");
  }
  return state;
}

}  // namespace evidenced
