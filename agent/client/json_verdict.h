#ifndef AGENT_CLIENT_JSON_VERDICT_H_
#define AGENT_CLIENT_JSON_VERDICT_H_

#include "nlohmann/json.hpp"

#include "agent/client/render_log.h"
#include "agent/client/verdict.h"
#include "evidence/verify/check.h"

namespace evidenced {

nlohmann::ordered_json VerdictToJson(const Verdict& verdict, EventLimit limit);

// [{name, outcome: "pass" | "fail" | "not_checked", expected, found}]
nlohmann::ordered_json ChecksToJson(const Checks& checks);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_VERDICT_H_
