#ifndef AGENT_CLIENT_COMMAND_VERIFY_RAW_H_
#define AGENT_CLIENT_COMMAND_VERIFY_RAW_H_

#include <vector>

#include "agent/client/command.h"

namespace evidenced {

// The verdicts on artefacts that are handed over by themselves: each is a
// subcommand of `verify`, in a file of its own.
Command MakeVerifyCompositeCommand(CLI::App& verify, Output& output);
Command MakeVerifySnpCommand(CLI::App& verify, Output& output);
Command MakeVerifySnpCertCommand(CLI::App& verify, Output& output);
Command MakeVerifySnpTableCommand(CLI::App& verify, Output& output);
Command MakeVerifyTdReportCommand(CLI::App& verify, Output& output);
Command MakeVerifyTdxCommand(CLI::App& verify, Output& output);
Command MakeVerifyTdxCollateralCommand(CLI::App& verify, Output& output);
Command MakeVerifyTpmCommand(CLI::App& verify, Output& output);
Command MakeVerifyTpmCertCommand(CLI::App& verify, Output& output);

// All of them.
std::vector<Command> MakeRawVerifyCommands(CLI::App& verify, Output& output);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMMAND_VERIFY_RAW_H_
