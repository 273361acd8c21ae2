#include "tests/support/swtpm_process.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/program.h"

namespace evidenced {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A socket bound to `port` of the loopback interface; -1: taken.
int Bind(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
      0) {
    return fd;
  }
  close(fd);
  return -1;
}

// Two adjacent ports that were free a moment ago: swtpm's TCTI wants the
// control port to be the next one. They are below the range that clients' own
// ports come from: a TPM's client leaves thousands of those behind.
int FreePortPair() {
  std::random_device random;
  std::uniform_int_distribution<int> pairs(5000, 15999);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = 2 * pairs(random);
    const int first = Bind(port);
    const int second = Bind(port + 1);
    if (first != -1) close(first);
    if (second != -1) close(second);
    if (first != -1 && second != -1) return port;
  }
  FailSetUp("expected two adjacent free ports, found none");
}

bool Listens(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const int result =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  close(fd);
  return result == 0;
}

}  // namespace

SwtpmProcess::SwtpmProcess(const SwtpmOptions& options)
    : port_(FreePortPair()) {
  std::vector<std::string> args = {
      "swtpm_setup", "--tpm2",      "--tpmstate",
      dir_.path(),   "--pcr-banks", options.banks,
      "--overwrite", "--logfile",   dir_.File("setup.log")};
  if (options.ek_certificate == SwtpmOptions::EkCertificate::kMade) {
    // A certificate authority of its own, not the one in /var.
    const std::string setup = dir_.File("setup.conf");
    const std::string local = dir_.File("localca.conf");
    const std::string tools =
        "create_certs_tool=/usr/bin/swtpm_localca\n"
        "create_certs_tool_config=" +
        local +
        "\n"
        "create_certs_tool_options=/etc/swtpm-localca.options\n";
    const std::string authority = "statedir=" + dir_.path() +
                                  "\nsigningkey=" + dir_.File("ca.key") +
                                  "\nissuercert=" + dir_.File("ca.pem") +
                                  "\ncertserial=" + dir_.File("serial") + "\n";
    WriteFile(setup, AsBytes(tools));
    WriteFile(local, AsBytes(authority));
    args.insert(args.end(), {"--config", setup, "--create-ek-cert"});
  }
  OutputOf(std::move(args));
  Start();
}

SwtpmProcess::~SwtpmProcess() { Kill(); }

std::string SwtpmProcess::tcti() const {
  return "swtpm:host=127.0.0.1,port=" + std::to_string(port_);
}

void SwtpmProcess::Start() {
  const std::string address = "type=tcp,bindaddr=127.0.0.1,port=";
  pid_ = StartProgram({"swtpm", "socket", "--tpm2", "--tpmstate",
                       "dir=" + dir_.path(), "--server",
                       address + std::to_string(port_), "--ctrl",
                       address + std::to_string(port_ + 1), "--flags",
                       "not-need-init,startup-clear"});
  for (int i = 0; i < 1000; ++i) {
    if (Listens(port_ + 1)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FailSetUp("expected swtpm to listen, found that it does not");
}

void SwtpmProcess::Kill() {
  if (pid_ == -1) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void SwtpmProcess::Pause() const { kill(pid_, SIGSTOP); }
void SwtpmProcess::Continue() const { kill(pid_, SIGCONT); }

}  // namespace evidenced
