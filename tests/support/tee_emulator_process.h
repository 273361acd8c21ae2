#ifndef TESTS_SUPPORT_TEE_EMULATOR_PROCESS_H_
#define TESTS_SUPPORT_TEE_EMULATOR_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "tests/support/temp_dir.h"

namespace evidenced {

struct TeeEmulatorOptions {
  std::string product = "milan";     // "genoa", "turin"
  std::string signing_key = "vcek";  // "vlek"
  std::string report_version = "3";  // "2" to "5"
};

// An emulated SEV-SNP guest of its own, mounted through FUSE in a temporary
// directory: tests/support/tee_emulator/README.md. Ends the test program if it
// does not come up.
class TeeEmulatorProcess {
 public:
  explicit TeeEmulatorProcess(const TeeEmulatorOptions& options = {});
  ~TeeEmulatorProcess();
  TeeEmulatorProcess(const TeeEmulatorProcess&) = delete;
  TeeEmulatorProcess& operator=(const TeeEmulatorProcess&) = delete;

  std::string configfs_tsm() const { return mount_ + "/tsm/report"; }
  std::string sev_guest() const { return mount_ + "/sev-guest"; }
  // Where its certificates are: ark.pem, ask.pem, vcek.pem, ...
  std::string certificates() const;

  // "key=value": a fault, from now on.
  void Set(const std::string& fault) const;
  // A counter: "requests", "entries".
  uint64_t Get(const std::string& counter) const;

  void Stop();  // no device any more

 private:
  std::string product_;
  TempDir dir_;
  std::string mount_;
  pid_t pid_ = -1;  // -1: not running
};

// Tests of the devices. They fail where FUSE does not work, unless
// EVIDENCED_TESTS_WITHOUT_FUSE=1 says that they are to be skipped.
class TeeEmulatorTest : public testing::Test {
 protected:
  void SetUp() override;
};

}  // namespace evidenced

#endif  // TESTS_SUPPORT_TEE_EMULATOR_PROCESS_H_
