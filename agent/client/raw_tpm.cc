#include "agent/client/raw_tpm.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "agent/client/json_tpm.h"
#include "agent/client/render_tpm.h"
#include "agent/client/render_verdict.h"
#include "quote/crypto/key_text.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// Registers that were given and that the quote does not vouch for.
PcrValues NotQuoted(const RawTpmQuote& judged) {
  if (!judged.quoted.has_value()) return judged.given;
  PcrValues out;
  for (const auto& [bank, registers] : judged.given) {
    const auto quoted = judged.quoted->find(bank);
    for (const auto& [pcr, value] : registers) {
      if (quoted != judged.quoted->end() && quoted->second.contains(pcr)) {
        continue;
      }
      out[bank][pcr] = value;
    }
  }
  return out;
}

Json IndicesToJson(const PcrValues& values) {
  Json json = Json::object();
  for (const auto& [bank, registers] : values) {
    Json& indices = json[std::string(HashName(bank))] = Json::array();
    for (const auto& [pcr, value] : registers) indices.push_back(pcr);
  }
  return json;
}

void AddAk(const GivenAk& ak, Json& json) {
  if (ak.key.ok()) {
    json["ak_spki_sha256"] = Hex(ak.key->spki_sha256());
    json["ak_key"] = KeyName(ak.key->spki());
  }
  if (ak.area.has_value()) json["ak_public_area"] = PublicAreaToJson(*ak.area);
}

void AddRegisters(const RawTpmQuote& judged, Json& json) {
  if (judged.dump.has_value()) json["pcr_blob"] = PcrDumpToJson(*judged.dump);
  if (judged.given.empty()) return;
  json["pcr_values"] = PcrValuesToJson(judged.given);
  json["pcr_values_not_quoted"] = IndicesToJson(NotQuoted(judged));
}

std::string KeySection(const RawTpmInput& input, const Palette& palette) {
  if (!input.ak.has_value() || !input.ak->key.ok()) return "";
  Table table;
  const GivenAk& ak = *input.ak;
  if (ak.area.has_value()) {
    AddPublicArea(*ak.area, table);
  } else {
    table.Row({"key", KeyName(ak.key->spki())});
    table.Row(
        {"public key", absl::StrCat("SHA-256 ", Hex(ak.key->spki_sha256()))});
    table.Row({"attributes",
               ak.vouched_by.empty()
                   ? "not known: a bare public key has none, and need not be "
                     "a TPM's"
                   : absl::StrCat("not known; the key is vouched for by ",
                                  ak.vouched_by)});
  }
  return absl::StrCat(Heading("Attestation key", palette), table.Render());
}

std::string RegisterSections(const RawTpmQuote& judged,
                             const Palette& palette) {
  std::string out;
  if (judged.quoted.has_value()) {
    Table table;
    AddPcrValues(*judged.quoted, table);
    absl::StrAppend(&out, Heading("Registers with the quoted digest", palette),
                    table.Render());
  }
  const PcrValues rest = NotQuoted(judged);
  if (!rest.empty()) {
    Table table;
    AddPcrValues(rest, table);
    absl::StrAppend(
        &out, Heading("Registers that the quote says nothing of", palette),
        table.Render());
  }
  return out;
}

std::string LogSection(const RawTpmQuote& judged, const Palette& palette) {
  if (!judged.log.has_value()) return "";
  const RawTpmLog& log = *judged.log;
  LogView view{"log", &log.log, log.log.events, std::nullopt, nullptr};
  if (log.verdict.has_value()) {
    view.quoted_events = log.verdict->quoted_events.value_or(0);
    view.vouched = [&log](size_t index) {
      return index < log.verdict->quoted_events.value_or(0) &&
             log.log.events[index].extends &&
             log.verdict->Matched(log.log.events[index].reg);
    };
  }
  return absl::StrCat(Heading("Log", palette),
                      RenderEvents(view, EventLimit()));
}

}  // namespace

Json TpmQuoteVerdictToJson(const RawTpmInput& input,
                           const RawTpmQuote& judged) {
  Json json = Json::object();
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  if (judged.attest.has_value()) json["attest"] = AttestToJson(*judged.attest);
  if (judged.signature.has_value()) {
    json["signature"] = SignatureToJson(*judged.signature);
  }
  if (input.ak.has_value()) AddAk(*input.ak, json);
  AddRegisters(judged, json);
  if (judged.log.has_value()) {
    json["log"] = {{"event_count", judged.log->log.events.size()},
                   {"quoted_events", nullptr}};
    const auto& verdict = judged.log->verdict;
    if (verdict.has_value() && verdict->quoted_events.has_value()) {
      json["log"]["quoted_events"] = *verdict->quoted_events;
    }
  }
  return json;
}

Json RawTpmToJson(const RawTpmAnswer& answer) {
  Json json = {{"kind", "tpm-quote"}};
  json.update(TpmQuoteVerdictToJson(answer.input, answer.judged));
  AddScope(answer.raw, answer.judged.verdict, json);
  if (!answer.unknown_pcrs.empty()) {
    json["pcr_values_of_unknown_banks"] = answer.unknown_pcrs;
  }
  return json;
}

std::string TpmQuoteSections(const RawTpmInput& input,
                             const RawTpmQuote& judged,
                             const Palette& palette) {
  std::string out;
  Table table;
  if (judged.attest.has_value()) AddAttest(*judged.attest, table);
  if (judged.signature.has_value()) AddSignature(*judged.signature, table);
  if (!table.empty()) {
    absl::StrAppend(&out, Heading("Statement", palette), table.Render());
  }
  return absl::StrCat(out, KeySection(input, palette),
                      RegisterSections(judged, palette),
                      LogSection(judged, palette));
}

std::string RenderRawTpm(const RawTpmAnswer& answer, const Palette& palette) {
  return RawPage(answer.judged.verdict, answer.raw,
                 TpmQuoteSections(answer.input, answer.judged, palette),
                 palette);
}

}  // namespace evidenced
