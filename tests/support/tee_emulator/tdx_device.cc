#include "tests/support/tee_emulator/tdx_device.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "tests/support/tdx_quoter/td_report.h"

namespace tee_emulator {
namespace {

constexpr size_t kReportDataSize = 64;

}  // namespace

TdxDevice::TdxDevice(QuoteForm form, TdxKeys keys, TdxGuest& guest,
                     Control& control)
    : form_(form),
      keys_(std::move(keys)),
      attestation_key_(MakeP256Key()),
      foreign_key_(MakeP256Key()),
      guest_(guest),
      control_(control) {}

tdx_quoter::Td TdxDevice::TdOver(const Blob& report_data,
                                 const Faults& faults) const {
  tdx_quoter::Td td = guest_.Now();
  td.attributes = faults.attributes;
  td.report_data = report_data;
  return td;
}

int TdxDevice::MakeTdReport(const Blob& report_data, Blob* out) const {
  const Faults faults = control_.faults();
  if (faults.tdreport_error != 0) {
    return static_cast<int>(faults.tdreport_error);
  }
  *out = tdx_quoter::MakeTdReport(TdOver(report_data, faults));
  return 0;
}

Blob TdxDevice::Quote(const tdx_quoter::Td& td, const Faults& faults) const {
  const std::string chain = PckChainPem(keys_);
  tdx_quoter::QuoteSpec spec;
  spec.version = form_.version;
  spec.td15 = form_.td15;
  spec.td = td;
  spec.qe.mr_signer = TdQeMrSigner();
  spec.pck_chain.assign(chain.begin(), chain.end());
  if (faults.report == "other_data") spec.td.report_data[0] ^= 1;
  if (faults.report == "version_6") spec.version = 6;
  if (faults.report == "unbound_key") {
    spec.qe_report_data = Blob(kReportDataSize, 0);
  }
  if (faults.report == "foreign_qe") {
    std::reverse(spec.qe.mr_signer.begin(), spec.qe.mr_signer.end());
  }
  const bool foreign = faults.report == "other_key";
  Blob quote = tdx_quoter::MakeQuote(
      spec, {.attestation = attestation_key_.get(),
             .pck = foreign ? foreign_key_.get() : keys_.pck.key.get()});
  if (faults.report == "zero") std::fill(quote.begin(), quote.end(), 0);
  if (faults.report == "short") quote.resize(quote.size() / 2);
  if (faults.report == "empty") quote.clear();
  return quote;
}

TsmAnswer TdxDevice::MakeReport(const TsmRequest& request) {
  TsmAnswer out;
  if (request.inblob.size() != kReportDataSize) {
    out.error = EINVAL;
    return out;
  }
  // First the TDREPORT, which has the registers of this moment; the host takes
  // its time to make a quote of it.
  const Faults faults = control_.faults();
  const tdx_quoter::Td td = TdOver(request.inblob, faults);
  out.error = control_.Disturb(faults);
  if (out.error == 0) out.outblob = Quote(td, faults);
  return out;
}

}  // namespace tee_emulator
