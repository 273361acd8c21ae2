#ifndef TESTS_QUOTE_TDX_COLLATERAL_BUILDER_H_
#define TESTS_QUOTE_TDX_COLLATERAL_BUILDER_H_

#include <string>
#include <vector>

#include "quote/base/bytes.h"
#include "quote/tdx/collateral.h"
#include "tests/quote/tdx/tdx_builder.h"
#include "tests/support/tdx_quoter/collateral.h"

namespace evidenced {

// Collateral signed by the TCB signing of `pki`.
inline std::string TcbInfoText(const tdx_quoter::TcbInfoSpec& spec,
                               const TdxTestPki& pki) {
  return tdx_quoter::SignedText("tcbInfo", tdx_quoter::TcbInfoBody(spec),
                                pki.tcb_signing().key.evp());
}
inline std::string QeIdentityText(const tdx_quoter::QeIdentitySpec& spec,
                                  const TdxTestPki& pki) {
  return tdx_quoter::SignedText("enclaveIdentity",
                                tdx_quoter::QeIdentityBody(spec),
                                pki.tcb_signing().key.evp());
}

// TCB signing and its root.
inline std::vector<Certificate> TcbSigningCertificates(const TdxTestPki& pki) {
  return {pki.tcb_signing().certificate, pki.root().certificate};
}
inline VerifiedTcbSigning VerifiedSigning(const TdxTestPki& pki) {
  return VerifyTcbSigning(TcbSigningCertificates(pki), pki.Trust()).value();
}

}  // namespace evidenced

#endif  // TESTS_QUOTE_TDX_COLLATERAL_BUILDER_H_
