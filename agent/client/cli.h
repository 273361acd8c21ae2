#ifndef AGENT_CLIENT_CLI_H_
#define AGENT_CLIENT_CLI_H_

#include <ostream>

#include "agent/client/text.h"

namespace evidenced {

// The whole program but for main(): parses the command line, runs the command
// and gives its exit code. Answers go to `out`, errors to `err`. What `out`
// does not take is no answer.
int RunCli(int argc, const char* const* argv, std::ostream& out,
           std::ostream& err, const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_CLI_H_
