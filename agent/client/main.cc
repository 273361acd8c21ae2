#include <unistd.h>

#include <csignal>
#include <iostream>

#include "absl/status/status.h"

#include "agent/client/cli.h"
#include "agent/client/command.h"
#include "agent/client/text.h"
#include "agent/tls/tls13.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const absl::Status tls = evidenced::RequireTls13();
  if (!tls.ok()) {
    std::cerr << "evidencectl: " << tls.message() << "\n";
    return evidenced::kExitNoAnswer;
  }
  const evidenced::Palette palette = isatty(STDOUT_FILENO) == 1
                                         ? evidenced::Palette::Terminal()
                                         : evidenced::Palette::None();
  return evidenced::RunCli(argc, argv, std::cout, std::cerr, palette);
}
