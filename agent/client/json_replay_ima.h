#ifndef AGENT_CLIENT_JSON_REPLAY_IMA_H_
#define AGENT_CLIENT_JSON_REPLAY_IMA_H_

#include "nlohmann/json.hpp"

#include "agent/client/render_log.h"
#include "evidence/raw/log_replay.h"

namespace evidenced {

// Adds what `replay` tells of an IMA list, with its first entries and `limit`
// of its last. `replay` must have facts of one.
void AddIma(const LogReplay& replay, EventLimit limit,
            nlohmann::ordered_json& json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_REPLAY_IMA_H_
