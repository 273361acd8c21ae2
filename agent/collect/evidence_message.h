#ifndef AGENT_COLLECT_EVIDENCE_MESSAGE_H_
#define AGENT_COLLECT_EVIDENCE_MESSAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "agent/collect/agent_identity.h"
#include "agent/collect/collector.h"
#include "agent/device/td_registers.h"
#include "agent/device/tpm_device.h"
#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// Bytes of a part that goes within the evidence; a larger one is detached.
inline constexpr uint32_t kMaxInlinePart = 2U << 20;

// What a collection has made before its parts are added.
struct SignedManifest {
  absl::string_view signer;
  ByteView manifest;
  ByteView statement;
};

// Whether `challenge` asks for the part of this label.
bool Wants(const Challenge& challenge, absl::string_view label);

// The transcript of mode direct for `challenge`, without item 9.
Transcript TranscriptOf(const Challenge& challenge, const Bytes& instance);

// Evidence without parts. Its hints say that it was collected now.
v1::Evidence MakeEvidence(const AgentIdentity& identity,
                          const SignedManifest& made);

// Adds a part, without the bytes if they are too many for one message.
v1::Part* AddPart(const ManifestEntry& entry, ByteView bytes,
                  v1::Evidence& evidence);

void AddBanks(const PcrValues& values,
              google::protobuf::RepeatedPtrField<v1::RegisterBank>* banks);

void AddTdRegisters(const TdRegisters& from, v1::TdxRegisters& to);

void AddCertificates(const std::vector<TpmCertificate>& certificates,
                     v1::Evidence& evidence);

}  // namespace evidenced

#endif  // AGENT_COLLECT_EVIDENCE_MESSAGE_H_
