#ifndef AGENT_CLIENT_JSON_REPLAY_H_
#define AGENT_CLIENT_JSON_REPLAY_H_

#include "nlohmann/json.hpp"

#include "agent/client/render_log.h"
#include "evidence/raw/log_replay.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What `replay` tells of the log that is `bytes`, with `limit` of its last
// events.
nlohmann::ordered_json ReplayToJson(const LogReplay& replay, ByteView bytes,
                                    EventLimit limit);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_REPLAY_H_
