#ifndef TESTS_SUPPORT_SWTPM_PROCESS_H_
#define TESTS_SUPPORT_SWTPM_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "tests/support/temp_dir.h"

namespace evidenced {

struct SwtpmOptions {
  std::string banks = "sha1,sha256,sha384";
  enum class EkCertificate : uint8_t { kNone, kMade };
  EkCertificate ek_certificate = EkCertificate::kNone;
};

// A software TPM of its own: made with swtpm_setup in a temporary directory,
// served by a swtpm on the loopback interface. Ends the test program if the
// tools fail.
class SwtpmProcess {
 public:
  explicit SwtpmProcess(const SwtpmOptions& options = {});
  ~SwtpmProcess();
  SwtpmProcess(const SwtpmProcess&) = delete;
  SwtpmProcess& operator=(const SwtpmProcess&) = delete;

  std::string tcti() const;

  void Kill();   // no TPM any more
  void Start();  // on the same port, from the same state, PCRs reset
  void Restart() {
    Kill();
    Start();
  }
  void Pause() const;     // it hangs
  void Continue() const;  // it goes on

 private:
  TempDir dir_;
  int port_ = 0;
  pid_t pid_ = -1;  // -1: not running
};

}  // namespace evidenced

#endif  // TESTS_SUPPORT_SWTPM_PROCESS_H_
