#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "absl/status/status.h"
#include "grpc/support/log.h"

#include "agent/client/cli.h"
#include "agent/client/command.h"
#include "agent/client/text.h"
#include "agent/tls/tls13.h"

int main(int argc, char** argv) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  // Else the next file or socket would become standard output.
  if (fcntl(STDOUT_FILENO, F_GETFD) < 0 || fcntl(STDERR_FILENO, F_GETFD) < 0) {
    std::cerr << "evidencectl: expected standard output and standard error to "
                 "be open, found one closed\n";
    return evidenced::kExitNoAnswer;
  }
  // The reason of a failed call is in its status; gRPC's log would only say it
  // twice.
  gpr_set_log_function([](gpr_log_func_args*) {});
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
