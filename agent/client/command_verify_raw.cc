#include "agent/client/command_verify_raw.h"

namespace evidenced {

std::vector<Command> MakeRawVerifyCommands(CLI::App& verify, Output& output) {
  return {MakeVerifyCompositeCommand(verify, output),
          MakeVerifySnpCommand(verify, output),
          MakeVerifySnpCertCommand(verify, output),
          MakeVerifySnpTableCommand(verify, output),
          MakeVerifyTdReportCommand(verify, output),
          MakeVerifyTdxCommand(verify, output),
          MakeVerifyTdxCollateralCommand(verify, output),
          MakeVerifyTpmCommand(verify, output),
          MakeVerifyTpmCertCommand(verify, output)};
}

}  // namespace evidenced
