#ifndef AGENT_CLIENT_TDX_EVIDENCE_H_
#define AGENT_CLIENT_TDX_EVIDENCE_H_

#include <string>

#include "nlohmann/json.hpp"

#include "evidence/v1/evidence.pb.h"

#include "agent/client/text.h"
#include "evidence/verify/verified_evidence.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// The TDX quote of bound evidence, in the words that raw ones have. `evidence`
// has one.

// {quote, policy_facts, root_is_intels, crl_checked, crls, tcb, rtmrs}
nlohmann::ordered_json VerifiedTdxToJson(const VerifiedEvidence& evidence);
// Sections of a verdict: the quote, who vouches for it, and each RTMR with the
// log that explains it.
std::string RenderVerifiedTdx(const VerifiedEvidence& evidence,
                              const Palette& palette);

// The statement as it came, as far as it parses; nothing of it is verified.
void AddTdxStatement(const v1::Evidence& evidence, Table& table,
                     nlohmann::ordered_json& json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TDX_EVIDENCE_H_
