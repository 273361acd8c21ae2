#ifndef TESTS_SUPPORT_TEE_EMULATOR_PROCESS_H_
#define TESTS_SUPPORT_TEE_EMULATOR_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "tests/support/temp_dir.h"

namespace evidenced {

struct TeeEmulatorOptions {
  std::string tee = "snp";  // "tdx"
  // Of an SNP guest.
  std::string product = "milan";     // "genoa", "turin"
  std::string signing_key = "vcek";  // "vlek"
  std::string report_version = "3";  // "2" to "5"
  // Of a TD.
  std::string quote_version = "4";    // "5"
  std::string td = "1.0";             // "1.5"
  bool without_measurements = false;  // as Linux before 6.16
  std::string tcb_status = "UpToDate";
  bool revoke_pck = false;
};

// An emulated SEV-SNP guest or TD of its own, mounted through FUSE in a
// temporary directory: tests/support/tee_emulator/README.md. Ends the test
// program if it does not come up.
class TeeEmulatorProcess {
 public:
  explicit TeeEmulatorProcess(const TeeEmulatorOptions& options = {});
  ~TeeEmulatorProcess();
  TeeEmulatorProcess(const TeeEmulatorProcess&) = delete;
  TeeEmulatorProcess& operator=(const TeeEmulatorProcess&) = delete;

  std::string configfs_tsm() const { return mount_ + "/tsm/report"; }
  std::string sev_guest() const { return mount_ + "/sev-guest"; }
  std::string tdx_guest() const { return mount_ + "/tdx_guest"; }
  std::string tdx_measurements() const { return mount_ + "/measurements"; }
  std::string ccel_table() const { return mount_ + "/CCEL"; }
  std::string ccel_log() const { return mount_ + "/CCEL.data"; }
  // Where its certificates are: ark.pem, ask.pem, vcek.pem, ...
  // Of a TD: root.pem, pck.pem, ..., root.sha256, collateral/.
  std::string certificates() const;

  // "key=value": a fault, from now on, or a command.
  void Set(const std::string& fault) const;
  // A counter: "requests", "entries".
  uint64_t Get(const std::string& counter) const;

  void Stop();  // no device any more

 private:
  std::string keys_name_;
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
