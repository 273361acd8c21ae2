#include "tests/evidence/verify/tdx_attester.h"

#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {

Bytes TdxAttester::Quote(ByteView report_data) const {
  tdx_quoter::QuoteSpec filled = spec;
  filled.td.report_data = ToBytes(report_data);
  return machine->Quote(filled);
}

VerifiedTdxQuote TdxAttester::Verified() const {
  static const auto* const kPck =
      new VerifiedPck(SharedTdxMachine().pki.Verified());
  return VerifyTdxQuote(Quote(Bytes(kTdReportDataSize, 0)), *kPck,
                        TestQuotingEnclaves())
      .value();
}

TdxCollateral TdxAttester::Collateral() const {
  const TdxTrust trust = machine->pki.Trust();
  return {.roots = trust.roots,
          .enclaves = TestQuotingEnclaves(),
          .time = trust.time};
}

TdxCollateral WithTcb(TdxCollateral collateral) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  collateral.crls = pki.Crls({}, {});
  collateral.tcb_signing = TcbSigningCertificates(pki);
  collateral.tcb_info = ToBytes(AsBytes(TcbInfoText({}, pki)));
  collateral.qe_identity = ToBytes(AsBytes(QeIdentityText({}, pki)));
  return collateral;
}

TdxAttester Td10Attester() { return {}; }

TdxAttester Td15Attester() {
  TdxAttester out;
  out.spec.version = 5;
  out.spec.td15 = true;
  out.spec.td.mr_service_td = Bytes(48, 0);
  return out;
}

}  // namespace evidenced
