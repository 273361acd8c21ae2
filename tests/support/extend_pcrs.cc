// extend_pcrs TCTI BOOTLOG [IMALOG]: brings a TPM's PCRs to where the logs of
// a captured boot say that they were.
#include <iostream>

#include "tests/support/raw_tpm.h"
#include "tests/support/temp_dir.h"

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: extend_pcrs TCTI BOOTLOG [IMALOG]\n";
    return 2;
  }
  const evidenced::Bytes boot = evidenced::ReadFile(argv[2]);
  const evidenced::Bytes ima =
      argc == 4 ? evidenced::ReadFile(argv[3]) : evidenced::Bytes();
  const absl::Status status = evidenced::ExtendFromLogs(argv[1], boot, ima);
  if (status.ok()) return 0;
  std::cerr << "extend_pcrs: " << status << "\n";
  return 1;
}
