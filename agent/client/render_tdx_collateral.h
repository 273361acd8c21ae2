#ifndef AGENT_CLIENT_RENDER_TDX_COLLATERAL_H_
#define AGENT_CLIENT_RENDER_TDX_COLLATERAL_H_

#include <string>

#include "agent/client/text.h"
#include "evidence/raw/tdx_collateral.h"
#include "evidence/raw/tdx_evaluation.h"

namespace evidenced {

// As rows of a table, in words.
void AddTcbInfo(const TcbInfo& info, Table& table);
void AddQeIdentity(const QeIdentity& identity, Table& table);
void AddCrl(const RevocationList& list, Table& table);
void AddTdxEvaluated(const RawTdxEvaluated& evaluated, Table& table);

// All of it, a section for each.
std::string TdxCollateralSections(const RawTdxCollateral& collateral,
                                  const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_TDX_COLLATERAL_H_
