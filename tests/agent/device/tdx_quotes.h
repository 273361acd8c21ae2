#ifndef TESTS_AGENT_DEVICE_TDX_QUOTES_H_
#define TESTS_AGENT_DEVICE_TDX_QUOTES_H_

#include <algorithm>
#include <array>
#include <memory>

#include "openssl/ec.h"
#include "openssl/evp.h"

#include "agent/device/report_device.h"
#include "quote/base/bytes.h"
#include "tests/support/tdx_quoter/quote.h"

namespace evidenced {

// What a quoting service makes, with keys that nobody vouches for.
class TdxQuotes {
 public:
  TdxQuotes() {
    // Certificates are somebody else's business here.
    spec_.pck_chain = Bytes(2000, 'c');
  }

  // Version 4 or, with a body of TD 1.5, 5.
  void SetVersion(uint16_t version) {
    spec_.version = version;
    spec_.td15 = version == 5;
  }
  // RTMR0 to RTMR3, 48 bytes each.
  void SetRtmrs(const std::array<Bytes, 4>& rtmrs) { spec_.td.rtmr = rtmrs; }
  // Zeros behind the quote.
  void SetPadding(size_t size) { SetTrailing(Bytes(size, 0)); }
  // These bytes behind the certification data: within the signature data, and
  // behind them.
  void SetSlack(const Bytes& bytes) { spec_.slack = bytes; }
  void SetTrailing(const Bytes& bytes) { spec_.trailing = bytes; }

  Bytes Over(const ReportData& data) {
    spec_.td.report_data = ToBytes(data);
    return MakeQuote(spec_, {.attestation = key_.get(), .pck = key_.get()});
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  std::unique_ptr<EVP_PKEY, Free> key_{EVP_EC_gen("P-256")};
  tdx_quoter::QuoteSpec spec_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_DEVICE_TDX_QUOTES_H_
