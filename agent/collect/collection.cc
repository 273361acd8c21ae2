#include "agent/collect/collection.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "agent/collect/pcr_selection.h"
#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr absl::string_view kSigner = "tpm";
constexpr absl::string_view kAk = "tpm.ak";

// What the binding knows and this machine lacks.
constexpr absl::string_view kNoDevice[] = {"hcl", "log.ccel", "log.runtime",
                                           "snp", "tdx"};

bool Wants(const Challenge& challenge, absl::string_view label) {
  return std::find(challenge.labels.begin(), challenge.labels.end(), label) !=
         challenge.labels.end();
}

Transcript MakeTranscript(const Challenge& challenge, const Bytes& instance,
                          const Bytes& manifest) {
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
  transcript.manifest_sha384 = Sha384(manifest);
  transcript.instance = instance;
  if (!challenge.user_data.empty()) {
    transcript.user_sha384 = Sha384(challenge.user_data);
  }
  return transcript;
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

// Without the bytes if they are too many for this message.
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

void AddCertificates(const TpmInfo& info, v1::Evidence& evidence) {
  for (const TpmCertificate& from : info.certificates) {
    v1::Certificate* certificate = evidence.add_certificates();
    certificate->set_kind(from.kind == TpmCertificate::Kind::kAk ? v1::TPM_AK
                                                                 : v1::TPM_EK);
    certificate->set_der(from.der.data(), from.der.size());
    certificate->set_nv_index(from.nv_index);
  }
}

}  // namespace

Collection::Collection(const HostPaths& paths, AgentIdentity identity)
    : identity_(std::move(identity)),
      logs_{Log(LogSource(LogSource::Kind::kTcg2, paths.tcg2_log)),
            Log(LogSource(LogSource::Kind::kIma, paths.ima_log))} {}

const ManifestEntry& Collection::AkEntry(const TpmInfo& info) {
  if (ak_public_ != info.ak_public) {
    ak_public_ = info.ak_public;
    ak_entry_ = PresentEntry(kAk, kMediaTpmPublic, ak_public_);
  }
  return ak_entry_;
}

std::vector<ManifestEntry> Collection::ReadParts(const Challenge& challenge,
                                                 const TpmInfo& info) {
  std::vector<ManifestEntry> entries = {SigningEntry(kSigner), AkEntry(info)};
  for (const absl::string_view label : kNoDevice) {
    entries.push_back(MissingEntry(label, "no-device"));
  }
  for (Log& log : logs_) {
    const absl::string_view label = log.source.label();
    const bool wanted = Wants(challenge, label);
    log.now = wanted ? log.source.Read() : nullptr;
    if (log.now != nullptr) {
      entries.push_back(log.now->entry);
    } else {
      entries.push_back(MissingEntry(
          label, wanted ? log.source.missing().reason : "not-requested"));
    }
  }
  return entries;
}

void Collection::AddLogs(const Challenge& challenge, const PcrValues& registers,
                         v1::Evidence& evidence) {
  for (Log& log : logs_) {
    if (log.now == nullptr || !Wants(challenge, log.source.label())) continue;
    v1::Part* part = AddPart(log.now->entry, log.now->snapshot.bytes, evidence);
    const LogReach reach = log.follower.Follow(log.now, registers);
    part->set_tail(reach.tail.data(), reach.tail.size());
    if (reach.quoted_events) {
      (*evidence.mutable_hints()->mutable_quoted_events())[part->label()] =
          *reach.quoted_events;
    }
    log.now = nullptr;
  }
}

absl::StatusOr<v1::Evidence> Collection::Collect(TpmDevice& tpm,
                                                 const Challenge& challenge) {
  const TpmInfo& info = tpm.info();
  ASSIGN_OR_RETURN(const Bytes manifest,
                   EncodeManifest(ReadParts(challenge, info)));
  ASSIGN_OR_RETURN(
      const ReportData report_data,
      MakeReportData(MakeTranscript(challenge, identity_.instance, manifest)));
  ASSIGN_OR_RETURN(
      const RegisterQuote quote,
      quoter_.Quote(tpm, TpmExtraDataSigning(report_data),
                    challenge.pcrs.empty() ? DefaultSelection(info.banks)
                                           : challenge.pcrs));
  v1::Evidence evidence;
  evidence.mutable_binding()->set_mode(v1::DIRECT);
  evidence.mutable_binding()->set_instance(identity_.instance.data(),
                                           identity_.instance.size());
  evidence.set_manifest(manifest.data(), manifest.size());
  evidence.set_signer(kSigner.data(), kSigner.size());
  evidence.set_statement(quote.statement.data(), quote.statement.size());
  if (Wants(challenge, kAk)) AddPart(ak_entry_, info.ak_public, evidence);
  AddLogs(challenge, quote.registers, evidence);
  AddBanks(quote.registers, evidence.mutable_registers());
  AddCertificates(info, evidence);
  v1::Hints& hints = *evidence.mutable_hints();
  hints.set_boot_id(identity_.boot_id);
  hints.set_agent_version(identity_.version);
  hints.set_collected_unix_ms(absl::ToUnixMillis(absl::Now()));
  hints.set_attempts(quote.attempts);
  return evidence;
}

absl::StatusOr<v1::Measurements> Collection::Measure(
    TpmDevice& tpm, const std::vector<PcrBankSelection>& pcrs) {
  ASSIGN_OR_RETURN(const PcrReading reading,
                   tpm.ReadPcrs(pcrs.empty() ? tpm.info().banks : pcrs));
  v1::Measurements out;
  AddBanks(reading.values, out.mutable_banks());
  out.set_pcr_update_counter(reading.update_counter);
  return out;
}

absl::StatusOr<std::shared_ptr<const LogSnapshot>> Collection::ReadLog(
    absl::string_view label) {
  for (Log& log : logs_) {
    if (log.source.label() != label) continue;
    std::shared_ptr<const CollectedLog> now = log.source.Read();
    if (now == nullptr) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "expected a readable %s, found %s (%s)", label,
          log.source.missing().reason, log.source.missing().detail));
    }
    const LogSnapshot* snapshot = &now->snapshot;
    return std::shared_ptr<const LogSnapshot>(std::move(now), snapshot);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected log.tcg2 or log.ima, found \"%s\"", Printable(label)));
}

void Collection::ReadLogs() {
  for (Log& log : logs_) log.source.Read();
}

std::vector<LogState> Collection::LogStates() const {
  std::vector<LogState> states;
  states.reserve(logs_.size());
  for (const Log& log : logs_) {
    const MissingLog& missing = log.source.missing();
    states.push_back(
        {std::string(log.source.label()),
         missing.reason.empty()
             ? ""
             : absl::StrFormat("%s (%s)", missing.reason, missing.detail)});
  }
  return states;
}

}  // namespace evidenced
