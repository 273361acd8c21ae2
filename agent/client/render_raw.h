#ifndef AGENT_CLIENT_RENDER_RAW_H_
#define AGENT_CLIENT_RENDER_RAW_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/text.h"
#include "evidence/raw/raw_verdict.h"

namespace evidenced {

// kExitYes, kExitNo or kExitNoAnswer.
int ExitCode(const RawVerdict& verdict);

// Adds what every answer for a raw artefact has: `overall`, `error_class`,
// `undecided`, `checks` (name -> true, false or null) and `check_details`.
void AddRawVerdict(const RawVerdict& verdict, nlohmann::ordered_json& json);

// "ACCEPT", "REJECT (truncated): ..." or "INCOMPLETE: ...", one line.
std::string RawVerdictLine(const RawVerdict& verdict, const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_RAW_H_
