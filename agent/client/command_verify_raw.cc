#include "agent/client/command_verify_raw.h"

namespace evidenced {

std::vector<Command> MakeRawVerifyCommands(CLI::App& verify, Output& output) {
  return {MakeVerifyTpmCommand(verify, output),
          MakeVerifyTpmCertCommand(verify, output)};
}

}  // namespace evidenced
