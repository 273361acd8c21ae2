#ifndef AGENT_CLIENT_COMMAND_INSPECT_H_
#define AGENT_CLIENT_COMMAND_INSPECT_H_

#include "agent/client/command.h"

namespace evidenced {

// `inspect FILE`: what a file is, in words.
Command MakeInspectCommand(CLI::App& parent, Output& output);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMMAND_INSPECT_H_
