#ifndef TESTS_SUPPORT_TEE_EMULATOR_TDX_DEVICE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TDX_DEVICE_H_

#include <cstdint>

#include "tests/support/tdx_quoter/quote.h"
#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/provider.h"
#include "tests/support/tee_emulator/tdx_guest.h"
#include "tests/support/tee_emulator/tdx_keys.h"

namespace tee_emulator {

struct QuoteForm {
  uint16_t version = 4;  // or 5
  bool td15 = false;     // of version 5 alone
};

// The TDX module and the quoting enclave of the host, and what the driver makes
// of their answers.
class TdxDevice : public TsmProvider {
 public:
  TdxDevice(QuoteForm form, TdxKeys keys, TdxGuest& guest, Control& control);

  const char* name() const override { return "tdx_guest"; }
  bool has_levels() const override { return false; }
  TsmAnswer MakeReport(const TsmRequest& request) override;

  // A TDREPORT over 64 bytes, which the CPU makes at once. 0 or an errno.
  int MakeTdReport(const Blob& report_data, Blob* out) const;

 private:
  tdx_quoter::Td TdOver(const Blob& report_data, const Faults& faults) const;
  Blob Quote(const tdx_quoter::Td& td, const Faults& faults) const;

  QuoteForm form_;
  TdxKeys keys_;
  Key attestation_key_;
  Key foreign_key_;
  TdxGuest& guest_;
  Control& control_;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TDX_DEVICE_H_
