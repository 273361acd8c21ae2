// The daemon: serves this machine's evidence over mTLS gRPC.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

#include "agent/collect/make_collector.h"
#include "agent/serve/config.h"
#include "agent/serve/log.h"
#include "agent/serve/server.h"
#include "agent/serve/tls_material.h"
#include "agent/tls/tls13.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr int kExitUsage = 2;

struct Arguments {
  std::string config = "/etc/evidenced/evidenced.toml";
  std::string log_level;
  bool check_config = false;
};

CollectorOptions OptionsOf(const v1::AgentConfig& config) {
  CollectorOptions options;
  options.tpm.tcti = config.tpm().tcti();
  options.tpm.ak_type =
      config.tpm().ak_type() == "rsa" ? AkType::kRsa : AkType::kEcc;
  options.tpm.ak_handle = config.tpm().ak_handle();
  options.paths.tcg2_log = config.paths().tcg2_log();
  options.paths.ima_log = config.paths().ima_log();
  options.paths.boot_id = config.paths().boot_id();
  options.paths.configfs_tsm = config.paths().configfs_tsm();
  options.paths.sev_guest = config.paths().sev_guest();
  options.paths.tdx_guest = config.paths().tdx_guest();
  options.paths.tdx_measurements = config.paths().tdx_measurements();
  options.paths.ccel_table = config.paths().ccel_table();
  options.paths.ccel_log = config.paths().ccel_log();
  if (config.snp().has_vmpl()) options.snp.vmpl = config.snp().vmpl();
  options.snp.certificates = config.snp().extended_report()
                                 ? SnpCertificates::kAsk
                                 : SnpCertificates::kNone;
  options.agent_version = EVIDENCED_VERSION;
  options.queue_length = config.limits().queue_length();
  options.device_timeout =
      absl::Seconds(config.limits().device_timeout_seconds());
  options.cpu_hung_after =
      absl::Seconds(config.limits().cpu_hung_after_seconds());
  options.warn = LogWarning;
  return options;
}

// Signals are taken one by one in Serve(); threads must not see them.
sigset_t BlockSignals() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Each connection takes one; the usual soft limit is that of programs which
// call select(), which this one does not.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// The last words of a process on its way out: nobody is left to be told that
// they could not be written.
void Complain(absl::string_view message) {
  const std::string line = absl::StrCat("evidenced: ", message, "\n");
  static_cast<void>(std::fputs(line.c_str(), stderr));
}

absl::Status Announce(absl::string_view line) {
  if (std::puts(std::string(line).c_str()) < 0 || std::fflush(stdout) != 0) {
    return absl::UnavailableError(
        "standard output: expected to write a line, found it closed or full");
  }
  return absl::OkStatus();
}

absl::Status Serve(const Arguments& arguments) {
  ASSIGN_OR_RETURN(v1::AgentConfig config, LoadConfig(arguments.config));
  InitLog(arguments.log_level.empty() ? config.log().level()
                                      : arguments.log_level);
  const sigset_t signals = BlockSignals();
  RETURN_IF_ERROR(RequireTls13());
  std::shared_ptr<const TlsMaterial> material;
  if (!config.listen().tcp().empty()) {
    ASSIGN_OR_RETURN(material, LoadTlsMaterial(config.tls(), absl::Now()));
  }
  if (arguments.check_config) {
    return Announce(absl::StrCat(arguments.config, ": valid"));
  }
  RaiseDescriptorLimit();
  const std::unique_ptr<Collector> collector = MakeCollector(OptionsOf(config));
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentServer> server,
                   AgentServer::Start(config, std::move(material), *collector));
  const std::string line = server->ServingLine();
  LogInfo(line);
  const absl::Status announced = Announce(line);
  if (!announced.ok()) LogWarning(announced.message());
  malloc_trim(0);

  // What a burst of connections took goes back to the system.
  const timespec minute = {.tv_sec = 60, .tv_nsec = 0};
  while (sigtimedwait(&signals, nullptr, &minute) < 0) malloc_trim(0);
  const absl::Duration drain = absl::Seconds(config.limits().drain_seconds());
  LogInfo("stopping");
  // A device call that hangs would hold the process for ever.
  std::thread([drain] {
    absl::SleepFor(drain + absl::Seconds(5));
    LogError("a device call did not end, leaving without it");
    _exit(0);
  }).detach();
  server->Stop(drain);
  LogInfo("stopped");
  // No destructor runs that could wait for the device.
  _exit(0);
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // tpm2-tss has no other switch for its own lines at each failed retry; what
  // failed is in our log.
  setenv("TSS2_LOG", "all+NONE", 0);
  Arguments arguments;
  CLI::App app("Serves this machine's attestation evidence over mTLS gRPC.",
               "evidenced");
  app.set_version_flag("--version", "evidenced " EVIDENCED_VERSION);
  app.add_option("--config", arguments.config, "Configuration file (TOML)")
      ->capture_default_str();
  app.add_flag("--check-config", arguments.check_config,
               "Check the configuration and its certificates, and leave");
  app.add_option("--log-level", arguments.log_level,
                 "Instead of the configured one")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  // CLI11 reports usage, and --help, by an exception.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  const absl::Status status = Serve(arguments);
  if (status.ok()) return 0;
  Complain(status.message());
  // A device call that hangs may have left a thread behind: no exit().
  _exit(1);
}

}  // namespace
}  // namespace evidenced

int main(int argc, char** argv) {
  try {
    return evidenced::Main(argc, argv);
  } catch (const std::exception& error) {
    evidenced::Complain(error.what());
    return 1;
  }
}
