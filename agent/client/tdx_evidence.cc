#include "agent/client/tdx_evidence.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/json_tdx.h"
#include "agent/client/json_tdx_collateral.h"
#include "agent/client/render_tdx.h"
#include "agent/client/render_verdict.h"
#include "agent/client/verdict.h"
#include "evidence/raw/tdx_chain.h"
#include "evidence/raw/tdx_quote.h"
#include "quote/base/bytes.h"
#include "quote/tdx/roots.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// As a raw one is shown; its certificates are those that vouch for it.
RawTdxQuote AsRaw(const VerifiedTdxQuote& verified) {
  RawTdxQuote out;
  out.quote = verified.quote();
  out.chain = ReadTdxChain(verified.quote(), {}, out.verdict);
  const VerifiedPck& pck = verified.pck();
  if (!out.chain.in_quote) out.chain.is_pem = true;
  out.chain.certificates = {pck.pck().certificate, pck.chain().intermediate,
                            pck.chain().root};
  out.chain.pck = pck.pck();
  return out;
}

Json RtmrsToJson(const VerifiedEvidence& evidence) {
  Json json = Json::array();
  for (uint32_t index = 0; index < kTdRtmrs; ++index) {
    const RegisterExplanation words = ExplainRtmr(evidence, index);
    Json entry = {
        {"index", index},
        {"value", Hex(evidence.tdx()->quote.body().td.rtmr.at(index))},
        {"state", words.state}};
    if (!words.log.empty()) entry["log"] = words.log;
    if (!words.replayed.empty()) entry["replayed"] = Hex(words.replayed);
    json.push_back(std::move(entry));
  }
  return json;
}

std::string TcbText(const VerifiedTdx& verified) {
  if (!verified.tcb.has_value()) {
    return "NOT EVALUATED: TCB info or the QE's identity was not given; the "
           "platform may have known vulnerabilities";
  }
  return TdxTcbText(*verified.tcb);
}

std::string RevocationText(const VerifiedPck& pck) {
  if (!pck.crls().has_value()) return "not checked: no CRLs were given";
  return absl::StrCat("not revoked, by CRLs of the root ",
                      pck.crls()->root.DatesText(), " and of the PCK's issuer ",
                      pck.crls()->pck.DatesText());
}

std::string RtmrsSection(const VerifiedEvidence& evidence,
                         const Palette& palette) {
  Table table(4);
  for (uint32_t index = 0; index < kTdRtmrs; ++index) {
    const RegisterExplanation words = ExplainRtmr(evidence, index);
    table.Row({absl::StrCat("RTMR", index), words.state, words.log,
               Hex(evidence.tdx()->quote.body().td.rtmr.at(index))});
    if (!words.replayed.empty()) {
      table.Row({"", "", "log gives", Hex(words.replayed)});
    }
  }
  return absl::StrCat(
      Heading("Registers of the TD, by the quote; and the log that explains "
              "each",
              palette),
      table.Render());
}

std::string SecureBootText(const VerifiedEvidence& evidence) {
  if (!evidence.secure_boot().has_value()) {
    return "not shown by a log of the quoted RTMRs";
  }
  return *evidence.secure_boot() ? "on, by log.ccel and RTMR 0"
                                 : "OFF, by log.ccel and RTMR 0";
}

}  // namespace

Json VerifiedTdxToJson(const VerifiedEvidence& evidence) {
  const VerifiedTdx& verified = *evidence.tdx();
  const VerifiedPck& pck = verified.quote.pck();
  Json json = {{"quote", TdxQuoteToJson(AsRaw(verified.quote))},
               {"policy_facts", TdxFactsToJson(verified.quote.body())},
               {"root_is_intels", IsIntelTdxRoot(pck.chain().root)},
               {"crl_checked", pck.crls().has_value()}};
  if (pck.crls().has_value()) {
    json["root_crl"] = CrlToJson(pck.crls()->root);
    json["pck_crl"] = CrlToJson(pck.crls()->pck);
  }
  json["tcb"] = TdxTcbToJson(verified.tcb);
  json["rtmrs"] = RtmrsToJson(evidence);
  return json;
}

std::string RenderVerifiedTdx(const VerifiedEvidence& evidence,
                              const Palette& palette) {
  const VerifiedTdx& verified = *evidence.tdx();
  const PckChain& chain = verified.quote.pck().chain();
  Table quote;
  AddTdxQuote(verified.quote.quote(), quote);
  quote.Row({"Secure Boot", SecureBootText(evidence)});
  Table platform;
  AddPckExtensions(verified.quote.pck().pck().extensions, platform);
  platform.Row(
      {"endorsed by", absl::StrCat(Printable(chain.intermediate.common_name()),
                                   ", ", Printable(chain.root.common_name()))});
  platform.Row({"root key", Hex(chain.root.spki_sha256())});
  platform.Row({"", IsIntelTdxRoot(chain.root)
                        ? "Intel's"
                        : "NOT Intel's: --trusted-intel-root named it"});
  platform.Row({"revocation", RevocationText(verified.quote.pck())});
  platform.Row({"TCB", Plain(TcbText(verified))});
  return absl::StrCat(Heading("TDX quote", palette), quote.Render(),
                      Heading("Platform, by the PCK certificate", palette),
                      platform.Render(), RtmrsSection(evidence, palette));
}

void AddTdxStatement(const v1::Evidence& evidence, Table& table, Json& json) {
  auto quote = ParseTdxQuote(AsBytes(evidence.statement()));
  if (!quote.ok()) return;
  RawTdxQuote raw;
  raw.quote = *std::move(quote);
  raw.chain = ReadTdxChain(*raw.quote, {}, raw.verdict);
  AddTdxQuote(*raw.quote, table);
  json["quote"] = TdxQuoteToJson(raw);
}

}  // namespace evidenced
