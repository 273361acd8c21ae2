#include "tests/evidence/verify/evidence_builder.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "evidence/binding/from_proto.h"
#include "evidence/binding/transcript.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr uint32_t kPcrCount = 24;

void Merge(const PcrValues& from, PcrValues& into) {
  for (const auto& [bank, registers] : from) {
    for (const auto& [pcr, value] : registers) into[bank][pcr] = value;
  }
}

void AddPart(absl::string_view label, absl::string_view media_type,
             ByteView data, ByteView tail, v1::Evidence& evidence) {
  v1::Part* part = evidence.add_parts();
  part->set_label(std::string(label));
  part->set_media_type(std::string(media_type));
  part->set_data(ToString(data));
  part->set_tail(ToString(tail));
}

// What binds evidence to `state`, without the manifest.
Transcript TranscriptFor(const BindingState& state,
                         const v1::Evidence& evidence) {
  Transcript transcript;
  transcript.role = state.role;
  transcript.audience = state.audience;
  transcript.nonce = state.nonce;
  if (state.role == 1) {
    transcript.spki = state.spki;
    transcript.certificate = state.certificate;
    transcript.peer = state.peer;
  }
  transcript.instance = ToBytes(AsBytes(evidence.binding().instance()));
  return transcript;
}

ReportData Bind(const BindingState& state, const v1::Evidence& evidence) {
  Transcript transcript = TranscriptFor(state, evidence);
  transcript.manifest_sha384 = Sha384(AsBytes(evidence.manifest()));
  const auto report_data = MakeReportData(transcript);
  if (!report_data.ok()) std::abort();
  return *report_data;
}

Bytes Anchor(const BindingState& state, const v1::Evidence& evidence) {
  const auto anchor = MakeAnchor(TranscriptFor(state, evidence));
  if (!anchor.ok()) std::abort();
  return *anchor;
}

void AddRegisters(const PcrValues& values, v1::Evidence& evidence) {
  for (const auto& [bank, registers] : values) {
    v1::RegisterBank* out = evidence.add_registers();
    out->set_algorithm(static_cast<v1::HashAlgorithm>(bank));
    for (const auto& [pcr, value] : registers) {
      v1::Register* reg = out->add_registers();
      reg->set_index(pcr);
      reg->set_value(ToString(value));
    }
  }
}

}  // namespace

EvidenceBuilder::EvidenceBuilder() {
  SetBoot(SmallBoot());
  ima_log = ImaLog({"/usr/bin/first", "/usr/bin/second"});
  extended_ima = ima_log;
  for (uint32_t pcr = 0; pcr < 23; ++pcr) {
    if (pcr != 16) pcrs.push_back(pcr);
  }
  state.audience = "spiffe://example/verifier";
  state.nonce = Bytes(32, 0x11);
  state.spki = Bytes(32, 0x66);
  state.certificate = Bytes(32, 0x77);
  state.peer = Bytes(32, 0x88);
  state.requested = {"tpm.ak", "log.tcg2", "log.ima"};
  state.accept_signers = {"tpm"};
}

void EvidenceBuilder::SetBoot(const std::vector<BootEvent>& events) {
  boot_log = BootLog(banks, events);
  extended_boot = boot_log;
}

void EvidenceBuilder::SetCcel(const std::vector<BootEvent>& events) {
  ccel_log = BootLog({HashAlgorithm::kSha384}, events);
  extended_ccel = ccel_log;
}

Bytes EvidenceBuilder::TdQuote(ByteView report_data) const {
  TdxAttester attester = *tdx;
  attester.spec.td.rtmr.fill(Bytes(DigestSize(HashAlgorithm::kSha384), 0));
  PcrValues replayed;
  if (const auto log = ParseCcel(extended_ccel); log.ok()) {
    replayed = Replay(*log, log->banks);
  }
  for (const auto& [reg, value] : replayed[HashAlgorithm::kSha384]) {
    if (reg > 0) attester.spec.td.rtmr.at(reg - 1) = value;
  }
  for (const auto& [index, value] : rtmrs) {
    attester.spec.td.rtmr.at(index) = value;
  }
  return attester.Quote(report_data);
}

PcrValues EvidenceBuilder::Registers() const {
  PcrValues all;
  for (const HashAlgorithm bank : banks) {
    for (uint32_t pcr = 0; pcr < kPcrCount; ++pcr) {
      all[bank][pcr] = Bytes(DigestSize(bank), 0);
    }
  }
  if (const auto boot = ParseTcgLog(extended_boot); boot.ok()) {
    Merge(Replay(*boot, banks), all);
  }
  if (const auto ima = ParseImaLog(extended_ima); ima.ok()) {
    Merge(Replay(*ima, banks), all);
  }
  Merge(overrides, all);
  PcrValues quoted;
  for (const HashAlgorithm bank : banks) {
    for (const uint32_t pcr : pcrs) quoted[bank][pcr] = all[bank][pcr];
  }
  return quoted;
}

Bytes EvidenceBuilder::Quote(ByteView extra_data,
                             const PcrValues& values) const {
  std::vector<PcrBankSelection> selection;
  for (const HashAlgorithm bank : banks) selection.push_back({bank, pcrs});
  const Bytes attest = QuoteBytes(extra_data, selection, values, ak.spec.hash);
  return Statement(attest, Sign(ak, attest));
}

VerifyInput EvidenceBuilder::Build() const {
  VerifyInput input;
  input.state = state;
  v1::Evidence& evidence = input.evidence;
  evidence.mutable_binding()->set_mode(v1::DIRECT);
  evidence.mutable_binding()->set_instance(std::string(32, 'i'));
  const bool cpu_signs = snp.has_value() || tdx.has_value();
  evidence.set_signer(snp.has_value()   ? "snp"
                      : tdx.has_value() ? "tdx"
                                        : "tpm");

  std::vector<ManifestEntry> entries = further_entries;
  entries.push_back(SigningEntry(evidence.signer()));
  const auto add = [&](absl::string_view label, absl::string_view media_type,
                       ByteView data, ByteView tail) {
    AddPart(label, media_type, data, tail, evidence);
    entries.push_back(PresentEntry(label, media_type, data));
  };
  const PcrValues values = Registers();
  if (cpu_signs && has_tpm) {
    add("tpm", tpm_media_type,
        Quote(tpm_extra_data.value_or(
                  TpmExtraDataUnderReport(Anchor(state, evidence))),
              values),
        {});
  }
  if (has_tpm) {
    add("tpm.ak", kMediaTpmPublic, ak.PublicBytes(), {});
    AddRegisters(values, evidence);
  } else {
    entries.push_back(MissingEntry("tpm", "no-device"));
    entries.push_back(MissingEntry("tpm.ak", "no-device"));
  }
  add("log.tcg2", kMediaTcg2, boot_log, boot_tail);
  add("log.ima", ima_media_type, ima_log, ima_tail);
  if (tdx.has_value()) add("log.ccel", ccel_media_type, ccel_log, ccel_tail);
  const auto manifest = EncodeManifest(entries);
  if (!manifest.ok()) std::abort();
  evidence.set_manifest(ToString(*manifest));

  const ReportData report_data = Bind(state, evidence);
  if (snp.has_value()) {
    evidence.set_statement(ToString(snp->Report(report_data)));
    evidence.set_snp_certificate_table(ToString(snp->table));
    input.snp = snp->Collateral();
  } else if (tdx.has_value()) {
    evidence.set_statement(ToString(TdQuote(report_data)));
    input.tdx = WithTcb(tdx->Collateral());
  } else {
    evidence.set_statement(
        ToString(Quote(TpmExtraDataSigning(report_data), values)));
  }
  for (const auto& [kind, der] : certificates) {
    v1::Certificate* certificate = evidence.add_certificates();
    certificate->set_kind(kind);
    certificate->set_der(ToString(der));
  }
  return input;
}

EvidenceBuilder SnpEvidence(SnpAttester attester) {
  EvidenceBuilder builder;
  builder.snp = std::move(attester);
  builder.state.requested.insert(builder.state.requested.begin(), "tpm");
  builder.state.accept_signers = {"snp"};
  return builder;
}

EvidenceBuilder TdxEvidence(TdxAttester attester) {
  EvidenceBuilder builder;
  builder.tdx = std::move(attester);
  builder.SetCcel(SmallCcel());
  builder.state.requested = {"tpm", "tpm.ak", "log.tcg2", "log.ima",
                             "log.ccel"};
  builder.state.accept_signers = {"tdx"};
  return builder;
}

std::shared_ptr<const VerifiedEvidence> MustVerify(const VerifyInput& input) {
  const Verification result = VerifyEvidence(input);
  EXPECT_EQ(Failures(result.checks), "");
  EXPECT_NE(result.evidence, nullptr);
  return result.evidence;
}

const Check* FindCheck(const Checks& checks, absl::string_view name) {
  for (const Check& check : checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

std::string Failures(const Checks& checks) {
  std::string out;
  for (const Check& check : checks) {
    if (check.outcome != Outcome::kFail) continue;
    absl::StrAppend(&out, check.name, ": ", check.found, "\n");
  }
  return out;
}

std::string Refusal(const VerifyInput& input) {
  const Verification result = VerifyEvidence(input);
  if (result.evidence != nullptr) return "accepted";
  const std::string failures = Failures(result.checks);
  return failures.empty() ? "refused without a reason" : failures;
}

v1::Part& PartOf(VerifyInput& input, absl::string_view label) {
  for (v1::Part& part : *input.evidence.mutable_parts()) {
    if (part.label() == label) return part;
  }
  ADD_FAILURE() << "no part " << label;
  return *input.evidence.add_parts();
}

ExpectedBinding Expected(const VerifyInput& input) {
  const auto wire = WireFromProto(input.evidence);
  EXPECT_TRUE(wire.ok()) << wire.status();
  const auto expected = RebuildBinding(input.state, *wire);
  EXPECT_TRUE(expected.ok()) << expected.status();
  return *expected;
}

}  // namespace evidenced
