#ifndef TESTS_EVIDENCE_VERIFY_TDX_ATTESTER_H_
#define TESTS_EVIDENCE_VERIFY_TDX_ATTESTER_H_

#include "evidence/verify/tdx_collateral.h"
#include "quote/base/bytes.h"
#include "quote/tdx/verify.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {

// A TD on a TDX machine: has quotes signed by a quoting enclave under a PKI
// that all attesters share.
struct TdxAttester {
  const TdxMachine* machine = &SharedTdxMachine();
  tdx_quoter::QuoteSpec spec{};

  // With this report data.
  Bytes Quote(ByteView report_data) const;
  // One of 64 zeros, verified.
  VerifiedTdxQuote Verified() const;
  // Trusts the PKI's root and quoting enclave alone, at TestNow(), and has
  // nothing else.
  TdxCollateral Collateral() const;
};

// That with CRLs that revoke none, TCB info and the QE's identity, by which the
// default platform is up to date.
TdxCollateral WithTcb(TdxCollateral collateral);

// Of a body of TD 1.0, in version 4, and of TD 1.5, in version 5.
TdxAttester Td10Attester();
TdxAttester Td15Attester();

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_TDX_ATTESTER_H_
