#ifndef AGENT_CLIENT_RENDER_REPLAY_H_
#define AGENT_CLIENT_RENDER_REPLAY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/client/render_log.h"
#include "agent/client/text.h"
#include "evidence/log/log_file.h"
#include "evidence/raw/log_replay.h"
#include "quote/base/bytes.h"

namespace evidenced {

// "tcg1" and so on; nullopt for "". INVALID_ARGUMENT: another.
absl::StatusOr<std::optional<LogFileForm>> ParseLogForm(absl::string_view name);

// What `replay` tells a person of the log `name` that is `bytes`: its form,
// what it says, the registers it adds up to, its events, the checks, and the
// verdict as the last line.
std::string RenderReplay(absl::string_view name, const LogReplay& replay,
                         ByteView bytes, EventLimit limit,
                         const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_REPLAY_H_
