#ifndef TESTS_SUPPORT_TDX_QUOTER_QUOTE_H_
#define TESTS_SUPPORT_TDX_QUOTER_QUOTE_H_

// Quotes as Intel's quoting enclave makes them, after the TDX DCAP Quoting
// Library API, appendix 3.

#include <array>
#include <cstdint>
#include <optional>

#include "openssl/evp.h"

#include "tests/support/tdx_quoter/blob.h"

namespace tdx_quoter {

// A TD, and what it runs on.
struct Td {
  Blob tee_tcb_svn = {5, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Blob mr_seam = Blob(48, 0x5e);
  Blob mrsigner_seam = Blob(48, 0);
  uint64_t seam_attributes = 0;
  uint64_t attributes = 0x10000000;  // SEPT_VE_DISABLE
  uint64_t xfam = 0x602e7;
  Blob mr_td = Blob(48, 0x3d);
  Blob mr_config_id = Blob(48, 0xc1);
  Blob mr_owner = Blob(48, 0x01);
  Blob mr_owner_config = Blob(48, 0x02);
  std::array<Blob, 4> rtmr = {Blob(48, 0xa0), Blob(48, 0xa1), Blob(48, 0xa2),
                              Blob(48, 0xa3)};
  Blob report_data = Blob(64, 0xda);
  // Of TD 1.5 alone.
  Blob tee_tcb_svn_2 = {6, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Blob mr_service_td = Blob(48, 0x5d);
};

// ATTRIBUTES to RTMR3, as quote bodies and TDREPORTs have them.
Blob MeasurementsOf(const Td& td);
Blob Td10Body(const Td& td);
Blob Td15Body(const Td& td);

// An SGX enclave; the defaults are those of Intel's quoting enclave for TDs.
struct Enclave {
  Blob cpu_svn = Blob(16, 4);
  Blob misc_select = Blob(4, 0);
  // INIT, MODE64BIT, PROVISION_KEY; XFRM.
  Blob attributes = {0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7, 0, 0, 0, 0, 0, 0, 0};
  Blob mr_enclave = Blob(32, 0xee);
  Blob mr_signer = Blob(32, 0x51);
  uint16_t isv_prod_id = 2;
  uint16_t isv_svn = 4;
};
Blob EnclaveReportBody(const Enclave& enclave, const Blob& report_data);

// What to write into a quote. What has no value is as it must be.
struct QuoteSpec {
  uint16_t version = 4;
  bool td15 = false;  // of version 5
  uint16_t att_key_type = 2;
  uint32_t tee_type = 0x81;
  Blob qe_vendor_id = {0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
                       0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};
  Blob user_data = Blob(20, 0x0d);
  std::optional<uint16_t> body_type{};
  std::optional<uint32_t> body_size{};
  Td td{};
  Enclave qe{};
  std::optional<Blob> qe_report_data{};
  Blob qe_auth_data = Blob(32, 0xad);
  uint16_t certification_type = 6;
  uint16_t pck_type = 5;
  Blob pck_chain{};
  Blob slack{};     // behind the certification data, counted
  Blob trailing{};  // behind that, not counted
};

// Who signs. `attestation` makes the quote's signature, `pck` the QE report's.
struct QuoteKeys {
  EVP_PKEY* attestation;
  EVP_PKEY* pck;
};

// Header and body: what the quote's signature is over.
Blob SignedPart(const QuoteSpec& spec);
// The rest, with a length before it.
Blob SignatureData(const QuoteSpec& spec, const QuoteKeys& keys,
                   const Blob& signed_part);
Blob MakeQuote(const QuoteSpec& spec, const QuoteKeys& keys);

}  // namespace tdx_quoter

#endif  // TESTS_SUPPORT_TDX_QUOTER_QUOTE_H_
