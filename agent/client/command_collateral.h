#ifndef AGENT_CLIENT_COMMAND_COLLATERAL_H_
#define AGENT_CLIENT_COMMAND_COLLATERAL_H_

#include "CLI/CLI.hpp"

#include "agent/client/command.h"

namespace evidenced {

// collateral fetch: kExitNo if what a service answered does not verify.
Command MakeCollateralCommand(CLI::App& parent, Output& output);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMMAND_COLLATERAL_H_
