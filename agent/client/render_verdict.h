#ifndef AGENT_CLIENT_RENDER_VERDICT_H_
#define AGENT_CLIENT_RENDER_VERDICT_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/render_log.h"
#include "agent/client/text.h"
#include "agent/client/verdict.h"

namespace evidenced {

// The whole answer for a person: who answered, which TPM, its registers and
// logs, each check, and the verdict on the last line.
std::string RenderVerdict(const Verdict& verdict, EventLimit limit,
                          const Palette& palette);

// Its sections.
std::string RenderWho(const Verdict& verdict, const Palette& palette);
std::string RenderTpm(const VerifiedEvidence& evidence, const Palette& palette);
std::string RenderRegisters(const VerifiedEvidence& evidence,
                            const Palette& palette);
std::string RenderLogs(const VerifiedEvidence& evidence, EventLimit limit,
                       const Palette& palette);
std::string RenderChecks(const Checks& checks, const Palette& palette);

nlohmann::ordered_json VerdictToJson(const Verdict& verdict, EventLimit limit);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_VERDICT_H_
