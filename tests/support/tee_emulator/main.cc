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
#include <utility>

#include "CLI/CLI.hpp"
#include "openssl/rand.h"

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/control_file.h"
#include "tests/support/tee_emulator/fuse_tree.h"
#include "tests/support/tee_emulator/sev_guest_file.h"
#include "tests/support/tee_emulator/snp_device.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_machine.h"
#include "tests/support/tee_emulator/tdx_device.h"
#include "tests/support/tee_emulator/tdx_files.h"
#include "tests/support/tee_emulator/tdx_guest.h"
#include "tests/support/tee_emulator/tdx_keys.h"
#include "tests/support/tee_emulator/tsm_tree.h"

namespace tee_emulator {

void Fail(const std::string& what) {
  std::cerr << "tee_emulator: " << what << std::endl;
  std::exit(1);
}

namespace {

struct Arguments {
  std::string mount_point;
  std::string tee = "snp";
  std::string product = "milan";
  std::string signing_key = "vcek";
  uint32_t report_version = 3;
  QuoteForm quote;
  std::string td = "1.0";
  bool without_measurements = false;
  CollateralOptions collateral;
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

int RunSnp(const Arguments& arguments) {
  const SnpKeys keys =
      LoadOrMakeKeys(ProductNamed(arguments.product), arguments.keys);
  if (arguments.keys_only) return 0;
  Control control;
  SnpDevice snp(MakeGuest(arguments, keys), keys, control);
  TsmTree tsm(snp, control);
  ControlFile control_file(control, tsm);
  SevGuestFile sev_guest(snp, control);
  World world{.tsm = tsm,
              .files = {{"control", &control_file}, {"sev-guest", &sev_guest}}};
  return Serve(world, arguments.mount_point);
}

int RunTdx(const Arguments& arguments) {
  const TdxKeys keys = LoadOrMakeTdxKeys(arguments.keys.folder);
  WriteCollateral(keys, arguments.keys.folder, arguments.collateral);
  if (arguments.keys_only) return 0;
  Control control;
  TdxGuest guest(keys.root.certificate);
  AddMeasureCommands(guest, control);
  TdxDevice tdx(arguments.quote, keys, guest, control);
  TsmTree tsm(tdx, control);
  ControlFile control_file(control, tsm);
  TdxGuestFile tdx_guest(tdx);
  World world{.tsm = tsm,
              .files = {{"control", &control_file}, {"tdx_guest", &tdx_guest}}};
  const Files ccel = CcelFiles(guest, control);
  for (const auto& [name, file] : ccel) world.files[name] = file.get();
  const Files measurements = MeasurementFiles(guest);
  if (!arguments.without_measurements) {
    for (const auto& [name, file] : measurements) {
      world.files["measurements/" + name] = file.get();
    }
  }
  return Serve(world, arguments.mount_point);
}

int Run(Arguments arguments) {
  if (arguments.with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == 1) Fail("its parent has ended");
  }
  arguments.quote.td15 = arguments.td == "1.5";
  if (arguments.quote.td15 && arguments.quote.version < 5) {
    Fail("expected --quote-version 5 for a TD 1.5, found 4");
  }
  return arguments.tee == "tdx" ? RunTdx(arguments) : RunSnp(arguments);
}

void AddTdxOptions(CLI::App& app, Arguments& arguments) {
  app.add_option("--quote-version", arguments.quote.version)
      ->check(CLI::IsMember({4, 5}));
  app.add_option("--td", arguments.td, "Whose body a quote of version 5 has")
      ->check(CLI::IsMember({"1.0", "1.5"}));
  app.add_option("--tcb-status", arguments.collateral.tcb_status,
                 "What the collateral says of the platform");
  app.add_flag("--revoke-pck", arguments.collateral.revoke_pck);
  app.add_flag("--without-measurements", arguments.without_measurements,
               "As Linux before 6.16: no folder of registers");
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "The report devices of an emulated confidential VM, through FUSE");
  app.add_option("mount_point", arguments.mount_point)->required();
  app.add_option("--tee", arguments.tee)->check(CLI::IsMember({"snp", "tdx"}));
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
  AddTdxOptions(app, arguments);
  app.add_flag("--with-parent", arguments.with_parent,
               "End when the process that started it ends");
  app.add_flag("--keys-only", arguments.keys_only, "Make the keys, and end");
  CLI11_PARSE(app, argc, argv);
  return Run(std::move(arguments));
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
