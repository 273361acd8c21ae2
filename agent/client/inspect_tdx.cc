// What Intel TDX makes, and what Intel says of it.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "agent/client/inspection.h"
#include "agent/client/json_tdx.h"
#include "agent/client/json_tdx_collateral.h"
#include "agent/client/render_tdx.h"
#include "agent/client/render_tdx_collateral.h"
#include "agent/client/render_verdict.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/pck.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// A signed text is shown although this version may not know how to use it, as
// of a TCB info for SGX.
template <typename Value>
absl::StatusOr<RawSignedText<Value>> ReadText(
    absl::string_view key, ByteView bytes,
    absl::StatusOr<Value> (*parse)(absl::string_view body)) {
  ASSIGN_OR_RETURN(SignedJson text, SplitSignedJson(key, bytes));
  absl::StatusOr<Value> value = parse(text.body);
  return RawSignedText<Value>{.text = std::move(text),
                              .value = std::move(value),
                              .signature_valid = std::nullopt,
                              .current = std::nullopt};
}

Inspection ShowCollateral(const RawTdxCollateral& collateral,
                          const absl::Status& use, Table table) {
  Inspection out;
  AddTdxCollateral(collateral, out.json);
  if (!use.ok()) {
    out.json["not_usable"] = Plain(use.message());
    table.Row({"not usable", std::string(use.message())});
  }
  out.text = table.Render();
  return out;
}

}  // namespace

absl::StatusOr<Inspection> InspectTdxQuote(ByteView bytes, const Palette&) {
  RawTdxQuote read;
  ASSIGN_OR_RETURN(read.quote, ParseTdxQuote(bytes));
  read.chain = ReadTdxChain(*read.quote, {}, read.verdict);
  Table table;
  AddTdxQuote(*read.quote, table);
  if (read.chain.pck.ok()) {
    AddPckExtensions(read.chain.pck->extensions, table);
  }
  return Inspection{.json = {{"quote", TdxQuoteToJson(read)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectTdReport(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const TdReport report, ParseTdReport(bytes));
  Table table;
  AddTdReport(report, table);
  return Inspection{.json = {{"tdreport", TdReportToJson(report)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectTcbInfo(ByteView bytes, const Palette&) {
  RawTdxCollateral collateral;
  ASSIGN_OR_RETURN(collateral.tcb_info,
                   ReadText(kTcbInfoKey, bytes, ParseTcbInfo));
  const absl::StatusOr<TcbInfo>& info = collateral.tcb_info->value;
  Table table;
  if (info.ok()) AddTcbInfo(*info, table);
  return ShowCollateral(collateral, info.status(), std::move(table));
}

absl::StatusOr<Inspection> InspectQeIdentity(ByteView bytes, const Palette&) {
  RawTdxCollateral collateral;
  ASSIGN_OR_RETURN(collateral.qe_identity,
                   ReadText(kQeIdentityKey, bytes, ParseQeIdentity));
  const absl::StatusOr<QeIdentity>& identity = collateral.qe_identity->value;
  Table table;
  if (identity.ok()) AddQeIdentity(*identity, table);
  return ShowCollateral(collateral, identity.status(), std::move(table));
}

absl::StatusOr<Inspection> InspectCrl(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const RevocationList list, RevocationList::FromFile(bytes));
  Table table;
  AddCrl(list, table);
  return Inspection{.json = {{"crl", CrlToJson(list)}}, .text = table.Render()};
}

}  // namespace evidenced
