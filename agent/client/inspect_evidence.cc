// What this project itself writes.
#include <string>

#include "absl/strings/str_cat.h"

#include "agent/client/inspection.h"
#include "agent/client/json_evidence.h"
#include "agent/client/json_tpm.h"
#include "agent/client/render_log.h"
#include "agent/client/render_tpm.h"
#include "agent/client/render_verdict.h"
#include "agent/client/saved_evidence.h"
#include "agent/client/snp_evidence.h"
#include "agent/client/tdx_evidence.h"
#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "evidence/verify/pcr_checks.h"
#include "evidence/verify/tpm_steps.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

void AddManifest(const Manifest& manifest, Table& table) {
  for (const ManifestEntry& entry : manifest.entries) {
    switch (entry.kind) {
      case EntryKind::kPresent:
        table.Row({entry.label, absl::StrCat(entry.media_type, ", ",
                                             entry.length, " bytes")});
        table.Row({"", absl::StrCat("SHA-384 ", Hex(entry.sha384))});
        break;
      case EntryKind::kMissing:
        table.Row({entry.label, absl::StrCat("missing: ", entry.reason)});
        break;
      case EntryKind::kSigns:
        table.Row({entry.label, "signs"});
        break;
    }
  }
}

Json ManifestLines(const Manifest& manifest) {
  Json json = Json::object();
  for (const ManifestEntry& entry : manifest.entries) {
    Json& line = json[Plain(entry.label)] = Json::object();
    if (entry.kind == EntryKind::kSigns) line["signs"] = true;
    if (entry.kind == EntryKind::kMissing) {
      line["missing"] = Plain(entry.reason);
    }
    if (entry.kind != EntryKind::kPresent) continue;
    line["media_type"] = Plain(entry.media_type);
    line["length"] = entry.length;
    line["sha384"] = Hex(entry.sha384);
  }
  return json;
}

// A section for what parses, and nothing for what does not: the raw bytes are
// in the JSON.
std::string Section(absl::string_view title, const Table& table,
                    const Palette& palette) {
  if (table.empty()) return "";
  return absl::StrCat(Heading(title, palette), table.Render());
}

void AddState(const v1::VerifierState& state, Table& table) {
  table.Row({"agent", state.target()});
  table.Row({"audience", state.audience()});
  table.Row({"role", RoleText(state.role())});
  table.Row({"nonce", Hex(AsBytes(state.nonce()))});
  table.Row(
      {"asked at", TimeText(absl::FromUnixMillis(state.requested_unix_ms()))});
}

void AddQuote(const v1::Evidence& evidence, Table& table, Json& json) {
  const std::string* quote = FindTpmStatement(evidence);
  if (quote == nullptr) return;
  const auto statement = SplitTpmStatement(AsBytes(*quote));
  if (!statement.ok()) return;
  const auto attest = ParseTpmAttest(statement->attest);
  if (attest.ok()) {
    AddAttest(*attest, table);
    json["attest"] = AttestToJson(*attest);
  }
  const auto signature = ParseTpmSignature(statement->signature);
  if (signature.ok()) {
    AddSignature(*signature, table);
    json["signature"] = SignatureToJson(*signature);
  }
}

std::string PartSection(const v1::Part& part, const Palette& palette) {
  const std::string title =
      absl::StrCat("Part ", Plain(part.label()), ", ",
                   part.data().size() + part.tail().size(), " bytes");
  Table table;
  if (part.media_type() == kMediaTpmPublic) {
    const auto area = ParseTpmPublic(AsBytes(part.data()));
    if (area.ok()) AddPublicArea(*area, table);
  } else if (part.media_type() == kMediaTcg2 ||
             part.media_type() == kMediaIma) {
    const auto log = ParseLogByLabel(part.label(), AsBytes(part.data()));
    if (log.ok()) {
      const LogView view{part.label(), &*log, log->events, std::nullopt,
                         nullptr};
      return absl::StrCat(Heading(title, palette),
                          RenderEvents(view, EventLimit()));
    }
  }
  return absl::StrCat(Heading(title, palette), table.Render());
}

}  // namespace

absl::StatusOr<Inspection> InspectManifest(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const Manifest manifest, ParseManifestEntries(bytes));
  Table table;
  AddManifest(manifest, table);
  return Inspection{.json = {{"manifest", ManifestLines(manifest)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectTranscript(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const Transcript transcript, ParseTranscript(bytes));
  Table table;
  Json json = {{"mode", static_cast<int>(transcript.mode)}};
  table.Row({"mode", absl::StrCat(static_cast<int>(transcript.mode))});
  if (transcript.role.has_value()) {
    table.Row({"role", RoleText(*transcript.role)});
    json["role"] = *transcript.role;
  }
  if (transcript.audience.has_value()) {
    table.Row({"audience", *transcript.audience});
    json["audience"] = Plain(*transcript.audience);
  }
  const auto add = [&](const char* name, const std::optional<Bytes>& value) {
    if (!value.has_value()) return;
    table.Row({name, Hex(*value)});
    json[name] = Hex(*value);
  };
  add("nonce", transcript.nonce);
  add("spki_sha256", transcript.spki);
  add("certificate_sha256", transcript.certificate);
  add("peer_spki_sha256", transcript.peer);
  add("manifest_sha384", transcript.manifest_sha384);
  add("instance", transcript.instance);
  add("user_data_sha384", transcript.user_sha384);
  add("csr_sha384", transcript.csr_sha384);
  if (transcript.batch.has_value()) {
    table.Row({"batch", absl::StrCat(Hex(transcript.batch->root), " of ",
                                     transcript.batch->tree_size, " leaves")});
    json["batch"] = {{"tree_size", transcript.batch->tree_size},
                     {"root", Hex(transcript.batch->root)}};
  }
  return Inspection{.json = {{"transcript", json}}, .text = table.Render()};
}

absl::StatusOr<Inspection> InspectEvidence(ByteView bytes,
                                           const Palette& palette) {
  ASSIGN_OR_RETURN(const v1::SavedEvidence saved,
                   ParseSavedEvidence(ToString(bytes)));
  const v1::Evidence& evidence = saved.evidence();
  Inspection out{.json = {{"state", StateToJson(saved.state())},
                          {"evidence", EvidenceToJson(evidence)}},
                 .text = ""};
  Table state;
  AddState(saved.state(), state);
  Table statement;
  if (evidence.signer() == "snp") {
    AddSnpStatement(evidence, statement, out.json);
  }
  if (evidence.signer() == "tdx") {
    AddTdxStatement(evidence, statement, out.json);
  }
  Table quote;
  AddQuote(evidence, quote, out.json);
  Table manifest;
  const auto parsed = ParseManifestEntries(AsBytes(evidence.manifest()));
  if (parsed.ok()) AddManifest(*parsed, manifest);
  Table registers;
  const auto values = RegistersFromProto(evidence);
  if (values.ok()) AddPcrValues(*values, registers);
  out.text = absl::StrCat(
      Section("Who asked, in the word of the file", state, palette),
      Section("Statement", statement, palette),
      Section(evidence.signer() == "tpm" ? "Statement" : "TPM quote", quote,
              palette),
      Section("Manifest", manifest, palette),
      Section("Registers", registers, palette));
  for (const v1::Part& part : evidence.parts()) {
    absl::StrAppend(&out.text, PartSection(part, palette));
  }
  return out;
}

}  // namespace evidenced
