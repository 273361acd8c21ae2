#include "tests/support/tee_emulator_process.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/program.h"

namespace evidenced {
namespace {

constexpr std::chrono::milliseconds kPoll(10);
// Its first keys take a while on a busy machine.
constexpr std::chrono::minutes kPatience(5);

// Its keys are made once for each test program.
const TempDir& Keys() {
  static const TempDir keys;
  return keys;
}

std::vector<std::string> Command(const TeeEmulatorOptions& options,
                                 const std::string& mount) {
  std::vector<std::string> out = {TEE_EMULATOR,
                                  mount,
                                  "--with-parent",
                                  "--keys",
                                  Keys().path(),
                                  "--rsa-bits",
                                  "2048",
                                  "--tee",
                                  options.tee,
                                  "--product",
                                  options.product,
                                  "--signing-key",
                                  options.signing_key,
                                  "--report-version",
                                  options.report_version,
                                  "--quote-version",
                                  options.quote_version,
                                  "--td",
                                  options.td,
                                  "--tcb-status",
                                  options.tcb_status};
  if (options.revoke_pck) out.emplace_back("--revoke-pck");
  if (options.without_measurements) out.emplace_back("--without-measurements");
  return out;
}

// The folder of its keys.
std::string KeysName(const TeeEmulatorOptions& options) {
  std::string name = options.tee == "tdx" ? "tdx" : options.product;
  name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  return name;
}

bool Ended(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) == pid; }

}  // namespace

TeeEmulatorProcess::TeeEmulatorProcess(const TeeEmulatorOptions& options)
    : keys_name_(KeysName(options)), mount_(dir_.File("mount")) {
  std::filesystem::create_directory(mount_);
  pid_ = StartProgram(Command(options, mount_));
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (access((mount_ + "/control").c_str(), F_OK) != 0) {
    if (Ended(pid_)) {
      pid_ = -1;
      FailSetUp("expected tee_emulator to mount, found that it ended: FUSE?");
    }
    if (std::chrono::steady_clock::now() > end) {
      FailSetUp("expected tee_emulator to mount, found no mount in 5 minutes");
    }
    std::this_thread::sleep_for(kPoll);
  }
}

TeeEmulatorProcess::~TeeEmulatorProcess() { Stop(); }

std::string TeeEmulatorProcess::certificates() const {
  return Keys().path() + "/" + keys_name_;
}

void TeeEmulatorProcess::Set(const std::string& fault) const {
  std::ofstream out(mount_ + "/control");
  out << fault << std::flush;
  if (!out) FailSetUp("tee_emulator does not know the fault " + fault);
}

uint64_t TeeEmulatorProcess::Get(const std::string& counter) const {
  std::ifstream in(mount_ + "/control");
  const std::string prefix = counter + "=";
  for (std::string line; std::getline(in, line);) {
    if (absl::StartsWith(line, prefix)) {
      return std::stoull(line.substr(prefix.size()));
    }
  }
  FailSetUp("tee_emulator has no counter " + counter);
}

void TeeEmulatorProcess::Stop() {
  if (pid_ == -1) return;
  // It unmounts on its way out; what is left of a hung one is detached.
  kill(pid_, SIGTERM);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  bool ended = Ended(pid_);
  while (!ended && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPoll);
    ended = Ended(pid_);
  }
  if (!ended) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  umount2(mount_.c_str(), MNT_DETACH);
  pid_ = -1;
}

void TeeEmulatorTest::SetUp() {
  const char* without = std::getenv("EVIDENCED_TESTS_WITHOUT_FUSE");
  if (without != nullptr && std::string(without) == "1") {
    GTEST_SKIP() << "EVIDENCED_TESTS_WITHOUT_FUSE=1";
  }
  ASSERT_EQ(access("/dev/fuse", R_OK | W_OK), 0)
      << "expected /dev/fuse; EVIDENCED_TESTS_WITHOUT_FUSE=1 skips this";
}

}  // namespace evidenced
