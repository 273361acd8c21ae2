#include "agent/collect/evidence_message.h"

#include <algorithm>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "quote/crypto/digest.h"

namespace evidenced {

bool Wants(const Challenge& challenge, absl::string_view label) {
  return std::find(challenge.labels.begin(), challenge.labels.end(), label) !=
         challenge.labels.end();
}

Transcript TranscriptOf(const Challenge& challenge, const Bytes& instance) {
  Transcript transcript;
  transcript.mode = TranscriptMode::kDirect;
  transcript.role = challenge.role;
  transcript.audience = challenge.audience;
  transcript.nonce = challenge.nonce;
  if (challenge.role == static_cast<uint8_t>(AttesterRole::kTlsServer)) {
    transcript.spki = challenge.spki;
    transcript.certificate = challenge.certificate;
    transcript.peer = challenge.peer;
  }
  transcript.instance = instance;
  if (!challenge.user_data.empty()) {
    transcript.user_sha384 = Sha384(challenge.user_data);
  }
  return transcript;
}

v1::Evidence MakeEvidence(const AgentIdentity& identity,
                          const SignedManifest& made) {
  v1::Evidence evidence;
  evidence.mutable_binding()->set_mode(v1::DIRECT);
  evidence.mutable_binding()->set_instance(identity.instance.data(),
                                           identity.instance.size());
  evidence.set_manifest(made.manifest.data(), made.manifest.size());
  evidence.set_signer(made.signer.data(), made.signer.size());
  evidence.set_statement(made.statement.data(), made.statement.size());
  v1::Hints& hints = *evidence.mutable_hints();
  hints.set_boot_id(identity.boot_id);
  hints.set_agent_version(identity.version);
  hints.set_collected_unix_ms(absl::ToUnixMillis(absl::Now()));
  return evidence;
}

v1::Part* AddPart(const ManifestEntry& entry, ByteView bytes,
                  v1::Evidence& evidence) {
  v1::Part* part = evidence.add_parts();
  part->set_label(entry.label);
  part->set_media_type(entry.media_type);
  if (bytes.size() > kMaxInlinePart) {
    part->set_detached(true);
  } else {
    part->set_data(bytes.data(), bytes.size());
  }
  return part;
}

void AddBanks(const PcrValues& values,
              google::protobuf::RepeatedPtrField<v1::RegisterBank>* banks) {
  for (const auto& [algorithm, registers] : values) {
    v1::RegisterBank* bank = banks->Add();
    bank->set_algorithm(static_cast<v1::HashAlgorithm>(algorithm));
    bank->mutable_registers()->Reserve(static_cast<int>(registers.size()));
    for (const auto& [index, value] : registers) {
      v1::Register* reg = bank->add_registers();
      reg->set_index(index);
      reg->set_value(value.data(), value.size());
    }
  }
}

void AddTdRegisters(const TdRegisters& from, v1::TdxRegisters& to) {
  to.set_mr_td(from.mr_td.data(), from.mr_td.size());
  for (const Bytes& rtmr : from.rtmrs) to.add_rtmrs(rtmr.data(), rtmr.size());
  to.set_mr_config_id(from.mr_config_id.data(), from.mr_config_id.size());
  to.set_mr_owner(from.mr_owner.data(), from.mr_owner.size());
  to.set_mr_owner_config(from.mr_owner_config.data(),
                         from.mr_owner_config.size());
  to.set_path(from.path);
}

void AddCertificates(const std::vector<TpmCertificate>& certificates,
                     v1::Evidence& evidence) {
  for (const TpmCertificate& from : certificates) {
    v1::Certificate* certificate = evidence.add_certificates();
    certificate->set_kind(from.kind == TpmCertificate::Kind::kAk ? v1::TPM_AK
                                                                 : v1::TPM_EK);
    certificate->set_der(from.der.data(), from.der.size());
    certificate->set_nv_index(from.nv_index);
  }
}

}  // namespace evidenced
