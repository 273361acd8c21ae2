#ifndef TESTS_EVIDENCE_RAW_TDX_FIXTURE_H_
#define TESTS_EVIDENCE_RAW_TDX_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "evidence/raw/tdx_quote.h"
#include "tests/evidence/raw/check_lookup.h"
#include "tests/quote/tdx/collateral_builder.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {

inline const TdxTestPki& RawTdxTestPki() { return SharedTdxMachine().pki; }

// Trusts the root of SharedTdxMachine() alone; dates are not judged.
inline RawTdxTrust RawTdxTestTrust() {
  return {.roots = RawTdxTestPki().Trust().roots,
          .enclaves = TestQuotingEnclaves(),
          .time = ValidityTime::NotChecked(),
          .collateral_time = ValidityTime::NotChecked()};
}

inline RawTdxInput InputOf(const Bytes& quote) {
  return {.quote = quote,
          .pck_chain = {},
          .collateral = {},
          .report_data = std::nullopt,
          .trust = RawTdxTestTrust()};
}

// Collateral for that machine, as files; it says that its TCB is up to date.
struct RawTdxCollateralSet {
  std::string tcb_info = TcbInfoText({}, RawTdxTestPki());
  std::string qe_identity = QeIdentityText({}, RawTdxTestPki());
  std::string tcb_signing_chain =
      Pem(RawTdxTestPki().tcb_signing().certificate) +
      Pem(RawTdxTestPki().root().certificate);
  Bytes pck_crl = IssueCrl({}, RawTdxTestPki().platform_ca());
  Bytes root_crl = IssueCrl({}, RawTdxTestPki().root());
  std::string crl_issuer_chain =
      Pem(RawTdxTestPki().platform_ca().certificate) +
      Pem(RawTdxTestPki().root().certificate);

  RawTdxCollateralFiles Files() const {
    return {.tcb_info = AsBytes(tcb_info),
            .qe_identity = AsBytes(qe_identity),
            .tcb_signing_chain = AsBytes(tcb_signing_chain),
            .pck_crl = pck_crl,
            .root_crl = root_crl,
            .crl_issuer_chain = AsBytes(crl_issuer_chain)};
  }
};

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_RAW_TDX_FIXTURE_H_
