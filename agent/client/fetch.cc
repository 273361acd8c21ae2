#include "agent/client/fetch.h"

#include <algorithm>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "openssl/rand.h"

#include "agent/client/saved_evidence.h"
#include "evidence/binding/manifest.h"
#include "evidence/verify/verified_log.h"
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
  request.set_without_cpu_report(question.without_cpu_report);
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
  state.set_without_cpu_report(request.without_cpu_report());
  state.set_requested_unix_ms(absl::ToUnixMillis(absl::Now()));
  state.set_target(channel.address());
  return state;
}

// The lengths of the detached parts, by label; refused before anything of them
// is fetched.
absl::StatusOr<std::map<std::string, uint64_t>> DetachedLengths(
    const v1::GetEvidenceRequest& request, const v1::Evidence& evidence) {
  ASSIGN_OR_RETURN(const Manifest manifest,
                   ParseManifest(AsBytes(evidence.manifest())));
  const auto& asked = request.labels();
  std::map<std::string, uint64_t> lengths;
  uint64_t total = 0;
  for (const v1::Part& part : evidence.parts()) {
    if (!part.detached()) continue;
    const std::string& label = part.label();
    const ManifestEntry* entry = manifest.Find(label);
    if (!IsKnownLog(label) ||
        std::find(asked.begin(), asked.end(), label) == asked.end() ||
        entry == nullptr || entry->kind != EntryKind::kPresent ||
        !lengths.emplace(label, entry->length).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected only logs that were asked for and are in the manifest to "
          "be detached, each once, found ",
          Printable(label)));
    }
    if (entry->length > kMaxDetachedBytes - total) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "expected at most %d bytes in detached parts, found %d in %s",
          kMaxDetachedBytes, entry->length, Printable(label)));
    }
    total += entry->length;
  }
  return lengths;
}

// Fills in the parts that the agent did not send inline.
absl::Status FetchDetached(AgentChannel& channel,
                           const v1::GetEvidenceRequest& request,
                           v1::Evidence& evidence) {
  const bool any =
      std::any_of(evidence.parts().begin(), evidence.parts().end(),
                  [](const v1::Part& part) { return part.detached(); });
  if (!any) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto lengths, DetachedLengths(request, evidence));
  for (v1::Part& part : *evidence.mutable_parts()) {
    if (!part.detached()) continue;
    ASSIGN_OR_RETURN(
        *part.mutable_data(),
        channel.ReadLogPrefix(part.label(), lengths.at(part.label())));
    part.set_detached(false);
  }
  return absl::OkStatus();
}

absl::StatusOr<FetchedEvidence> FetchOnce(AgentChannel& channel,
                                          const EvidenceQuestion& question) {
  ASSIGN_OR_RETURN(v1::GetEvidenceRequest request, MakeRequest(question));
  FetchedEvidence fetched;
  if (channel.identity() != nullptr) {
    RETURN_IF_ERROR(channel.Greet());
    fetched.server = channel.server();
    request.set_server_certificate_sha256(ToString(fetched.server->sha256()));
  }
  *fetched.saved.mutable_state() = MakeState(channel, request, fetched.server);
  ASSIGN_OR_RETURN(*fetched.saved.mutable_evidence(),
                   channel.GetEvidence(request));
  RETURN_IF_ERROR(CheckFieldCount(fetched.saved.evidence().SerializeAsString(),
                                  *v1::Evidence::descriptor()));
  if (fetched.server.has_value() &&
      !Equal(fetched.server->sha256(), channel.server()->sha256())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "expected the evidence over a connection with server certificate ",
        Hex(fetched.server->sha256()), ", found ",
        Hex(channel.server()->sha256())));
  }
  RETURN_IF_ERROR(
      FetchDetached(channel, request, *fetched.saved.mutable_evidence()));
  return fetched;
}

}  // namespace

std::vector<std::string> LabelsToAsk(const std::vector<std::string>& labels) {
  if (labels.empty()) {
    return {"tpm", kAkLabel, "log.tcg2", "log.ima", "log.ccel"};
  }
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

}  // namespace evidenced
