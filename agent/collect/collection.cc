#include "agent/collect/collection.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

// A verifier refuses evidence with a larger one (docs/wire.md), so that it
// would hold the report back.
constexpr size_t kMaxCertificateTable = size_t{64} << 10;

// What the binding knows and this version does not collect.
constexpr absl::string_view kOtherLog = "log.runtime";
// What comes from a CPU, each in another kind of guest.
constexpr absl::string_view kCpuParts[] = {"hcl", "snp", "tdx"};

std::vector<ManifestEntry> EntriesBeside(absl::string_view signer,
                                         const Challenge& challenge) {
  std::vector<ManifestEntry> entries = {SigningEntry(signer)};
  entries.push_back(MissingEntry(
      kOtherLog, Wants(challenge, kOtherLog) ? "no-device" : "not-requested"));
  for (const absl::string_view label : kCpuParts) {
    if (label == signer) continue;
    entries.push_back(MissingEntry(
        label, challenge.without_cpu_report ? "not-requested" : "no-device"));
  }
  return entries;
}

// Completes `transcript`.
absl::StatusOr<ReportData> ReportDataOver(Transcript& transcript,
                                          ByteView manifest) {
  transcript.manifest_sha384 = Sha384(manifest);
  return MakeReportData(transcript);
}

// What is present and was asked for; a signing quote is no part.
void AddTpm(const TpmParts& parts, const Challenge& challenge,
            v1::Evidence& evidence) {
  if (parts.quote_entry.kind == EntryKind::kPresent) {
    AddPart(parts.quote_entry, parts.quote.statement, evidence);
  }
  if (parts.ak_entry.kind == EntryKind::kPresent &&
      Wants(challenge, kAkLabel)) {
    AddPart(parts.ak_entry, parts.ak_public, evidence);
  }
  AddBanks(parts.quote.registers, evidence.mutable_registers());
  AddCertificates(parts.certificates, evidence);
  evidence.mutable_hints()->set_attempts(parts.quote.attempts);
}

// The host's certificates, and which are missing.
void AddSnpCertificates(const DeviceReport& report, const Warn& warn,
                        v1::Evidence& evidence) {
  ByteView table = report.auxiliary;
  if (table.size() > kMaxCertificateTable) {
    warn(
        absl::StrFormat("certificate table of the host: expected at most %d "
                        "bytes, found %d, left out",
                        kMaxCertificateTable, table.size()));
    table = {};
  }
  evidence.set_snp_certificate_table(table.data(), table.size());
  for (const std::string& name : MissingSnpCertificates(report.report, table)) {
    evidence.mutable_hints()->add_missing_certificates(name);
  }
}

}  // namespace

absl::StatusOr<UnderReport> Collection::BeforeReport(TpmSlot& slot,
                                                     const Challenge& challenge,
                                                     absl::string_view signer) {
  Transcript transcript = TranscriptOf(challenge, identity_.instance);
  ASSIGN_OR_RETURN(const Bytes anchor, MakeAnchor(transcript));
  ASSIGN_OR_RETURN(const TpmParts tpm,
                   tpm_.UnderReport(slot, anchor, challenge));
  std::vector<ManifestEntry> entries = EntriesBeside(signer, challenge);
  entries.push_back(tpm.quote_entry);
  entries.push_back(tpm.ak_entry);
  logs_.ReadAfter(challenge, tpm.quote.registers, entries);
  ASSIGN_OR_RETURN(const Bytes manifest, EncodeManifest(std::move(entries)));
  UnderReport out;
  ASSIGN_OR_RETURN(out.report_data, ReportDataOver(transcript, manifest));
  out.evidence = MakeEvidence(
      identity_, {.signer = signer, .manifest = manifest, .statement = {}});
  AddTpm(tpm, challenge, out.evidence);
  out.ccel = logs_.ccel();
  logs_.AddParts(out.evidence);
  return out;
}

absl::StatusOr<v1::Evidence> Complete(UnderReport made,
                                      const DeviceReport& report,
                                      RtmrLog& rtmr_log, const Warn& warn) {
  v1::Evidence evidence = std::move(made.evidence);
  evidence.set_statement(report.report.data(), report.report.size());
  if (report.provider == ReportProvider::kTdxGuest) {
    RETURN_IF_ERROR(rtmr_log.Follow(report.report, made.ccel, evidence));
  } else {
    AddSnpCertificates(report, warn, evidence);
  }
  return evidence;
}

absl::StatusOr<v1::Evidence> Collection::SignedByTpm(
    TpmSlot& slot, const Challenge& challenge) {
  ASSIGN_OR_RETURN(TpmDevice* const device, slot.Open());
  TpmParts tpm;
  tpm.ak_public = device->info().ak_public;
  tpm.certificates = device->info().certificates;
  tpm.ak_entry = tpm_.AkEntry(device->info());
  tpm.quote_entry = SigningEntry(kTpmLabel);
  std::vector<ManifestEntry> entries = EntriesBeside(kTpmLabel, challenge);
  entries.push_back(tpm.ak_entry);
  logs_.Read(challenge, entries);
  ASSIGN_OR_RETURN(const Bytes manifest, EncodeManifest(std::move(entries)));
  Transcript transcript = TranscriptOf(challenge, identity_.instance);
  ASSIGN_OR_RETURN(const ReportData report_data,
                   ReportDataOver(transcript, manifest));
  ASSIGN_OR_RETURN(tpm.quote,
                   tpm_.Signing(slot, *device, report_data, challenge));
  v1::Evidence evidence =
      MakeEvidence(identity_, {.signer = kTpmLabel,
                               .manifest = manifest,
                               .statement = tpm.quote.statement});
  AddTpm(tpm, challenge, evidence);
  logs_.Follow(tpm.quote.registers);
  logs_.AddParts(evidence);
  return evidence;
}

}  // namespace evidenced
