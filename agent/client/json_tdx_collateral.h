#ifndef AGENT_CLIENT_JSON_TDX_COLLATERAL_H_
#define AGENT_CLIENT_JSON_TDX_COLLATERAL_H_

#include <optional>

#include "nlohmann/json.hpp"

#include "evidence/raw/tdx_collateral.h"
#include "evidence/raw/tdx_evaluation.h"
#include "evidence/raw/tdx_quote.h"
#include "evidence/raw/tdx_tcb.h"

namespace evidenced {

// Adds `tcb_info`, `qe_identity`, `pck_crl` and `root_crl`, of which each is
// there if it was given. Members bear the names that Intel gives them.
void AddTdxCollateral(const RawTdxCollateral& collateral,
                      nlohmann::ordered_json& json);

// What it says of itself.
nlohmann::ordered_json CrlToJson(const RevocationList& list);

// Each comparison by itself.
nlohmann::ordered_json TdxEvaluationToJson(const RawTdxEvaluation& evaluation,
                                           const TdxQuote& quote);
nlohmann::ordered_json TdxEvaluatedToJson(const RawTdxEvaluated& evaluated);

// How the TCB of a verdict stands: `evaluated`, and with true its `status`.
nlohmann::ordered_json TdxTcbToJson(const std::optional<TdxTcb>& tcb);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_TDX_COLLATERAL_H_
