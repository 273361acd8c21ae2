#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_DEVICE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_DEVICE_H_

#include <cstdint>
#include <mutex>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/provider.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_report.h"

namespace tee_emulator {

// The firmware behind both interfaces and what the driver makes of its answers.
class SnpDevice : public TsmProvider {
 public:
  SnpDevice(SnpGuest guest, SnpKeys keys, Control& control);

  struct Request {
    Blob data;  // 64 bytes
    uint32_t vmpl = 0;
    // Pages for certificates that the guest offers.
    uint32_t table_pages = 0;
  };
  struct Answer {
    int error = 0;           // errno of the driver
    uint64_t exitinfo2 = 0;  // with an error
    uint32_t needed = 0;     // bytes for the certificates, where too few
    Blob response;           // MSG_REPORT_RSP, 4000 bytes
    Blob table;              // fills the pages
  };
  Answer Ask(const Request& request);

  const char* name() const override { return "sev_guest"; }
  bool has_levels() const override { return true; }
  TsmAnswer MakeReport(const TsmRequest& request) override;

 private:
  Blob MakeResponse(const Request& request, const Faults& faults);

  SnpGuest guest_;
  SnpKeys keys_;
  Key foreign_key_;
  Control& control_;
  std::mutex command_;  // the driver sends one message at a time
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_DEVICE_H_
