// An emulated confidential VM for tests: see README.md. Never part of a
// release.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "openssl/rand.h"

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/fuse_tree.h"
#include "tests/support/tee_emulator/snp_device.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_machine.h"
#include "tests/support/tee_emulator/tsm_tree.h"

namespace tee_emulator {

void Fail(const std::string& what) {
  std::cerr << "tee_emulator: " << what << std::endl;
  std::exit(1);
}

namespace {

struct Arguments {
  std::string mount_point;
  std::string product = "milan";
  std::string signing_key = "vcek";
  uint32_t report_version = 3;
  KeyOptions keys;
  bool with_parent = false;
  bool keys_only = false;
};

SnpGuest MakeGuest(const Arguments& arguments, const SnpKeys& keys) {
  SnpGuest guest;
  guest.product = ProductNamed(arguments.product);
  guest.chip_id = keys.chip_id;
  guest.signing_key =
      arguments.signing_key == "vlek" ? SigningKey::kVlek : SigningKey::kVcek;
  guest.version = arguments.report_version;
  guest.report_id.resize(32);
  if (RAND_bytes(guest.report_id.data(),
                 static_cast<int>(guest.report_id.size())) != 1) {
    Fail("no randomness");
  }
  return guest;
}

int Run(const Arguments& arguments) {
  if (arguments.with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == 1) Fail("its parent has ended");
  }
  const SnpKeys keys =
      LoadOrMakeKeys(ProductNamed(arguments.product), arguments.keys);
  if (arguments.keys_only) return 0;
  Control control;
  SnpDevice snp(MakeGuest(arguments, keys), keys, control);
  TsmTree tsm(snp, control);
  World world{.control = control, .tsm = tsm, .snp = &snp};
  return Serve(world, arguments.mount_point);
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("An emulated SEV-SNP guest's report devices, through FUSE");
  app.add_option("mount_point", arguments.mount_point)->required();
  app.add_option("--keys", arguments.keys.folder,
                 "Where its keys are kept, made if there are none")
      ->required();
  app.add_option("--rsa-bits", arguments.keys.rsa_bits)
      ->check(CLI::IsMember({2048, 3072, 4096}));
  app.add_option("--product", arguments.product)
      ->check(CLI::IsMember({"milan", "genoa", "turin"}));
  app.add_option("--signing-key", arguments.signing_key)
      ->check(CLI::IsMember({"vcek", "vlek"}));
  app.add_option("--report-version", arguments.report_version)
      ->check(CLI::IsMember({2, 3, 4, 5}));
  app.add_flag("--with-parent", arguments.with_parent,
               "End when the process that started it ends");
  app.add_flag("--keys-only", arguments.keys_only, "Make the keys, and end");
  CLI11_PARSE(app, argc, argv);
  return Run(arguments);
}

}  // namespace
}  // namespace tee_emulator

int main(int argc, char** argv) {
  try {
    return tee_emulator::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "tee_emulator: " << error.what() << std::endl;
    return 1;
  }
}
