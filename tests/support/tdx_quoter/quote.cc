#include "tests/support/tdx_quoter/quote.h"

namespace tdx_quoter {
namespace {

// Data behind their length.
Blob Sized(const Blob& bytes, size_t length_size) {
  return Join({Le(bytes.size(), length_size), bytes});
}

// Of a type.
Blob Typed(uint16_t type, const Blob& bytes) {
  return Join({Le(type, 2), Sized(bytes, 4)});
}

Blob Header(const QuoteSpec& spec) {
  return Join({Le(spec.version, 2), Le(spec.att_key_type, 2),
               Le(spec.tee_type, 4), Blob(4, 0), spec.qe_vendor_id,
               spec.user_data});
}

}  // namespace

Blob MeasurementsOf(const Td& td) {
  return Join({Le(td.attributes, 8), Le(td.xfam, 8), td.mr_td, td.mr_config_id,
               td.mr_owner, td.mr_owner_config, td.rtmr[0], td.rtmr[1],
               td.rtmr[2], td.rtmr[3]});
}

Blob Td10Body(const Td& td) {
  return Join({td.tee_tcb_svn, td.mr_seam, td.mrsigner_seam,
               Le(td.seam_attributes, 8), MeasurementsOf(td), td.report_data});
}

Blob Td15Body(const Td& td) {
  return Join({Td10Body(td), td.tee_tcb_svn_2, td.mr_service_td});
}

Blob EnclaveReportBody(const Enclave& enclave, const Blob& report_data) {
  Blob padded = report_data;
  padded.resize(64);
  return Join({enclave.cpu_svn, enclave.misc_select, Blob(28, 0),
               enclave.attributes, enclave.mr_enclave, Blob(32, 0),
               enclave.mr_signer, Blob(96, 0), Le(enclave.isv_prod_id, 2),
               Le(enclave.isv_svn, 2), Blob(60, 0), padded});
}

Blob SignedPart(const QuoteSpec& spec) {
  const Blob body = spec.td15 ? Td15Body(spec.td) : Td10Body(spec.td);
  if (spec.version < 5) return Join({Header(spec), body});
  const uint16_t type = spec.td15 ? 3 : 2;
  return Join({Header(spec), Le(spec.body_type.value_or(type), 2),
               Le(spec.body_size.value_or(body.size()), 4), body});
}

Blob SignatureData(const QuoteSpec& spec, const QuoteKeys& keys,
                   const Blob& signed_part) {
  const Blob key = PointP256(keys.attestation);
  const Blob bound = Sha256(Join({key, spec.qe_auth_data}));
  const Blob report =
      EnclaveReportBody(spec.qe, spec.qe_report_data.value_or(bound));
  const Blob qe =
      Join({report, SignP256(keys.pck, report), Sized(spec.qe_auth_data, 2),
            Typed(spec.pck_type, spec.pck_chain)});
  // An SGX quote has no data around the QE's.
  const Blob certification =
      spec.version < 4 ? qe : Typed(spec.certification_type, qe);
  return Sized(Join({SignP256(keys.attestation, signed_part), key,
                     certification, spec.slack}),
               4);
}

Blob MakeQuote(const QuoteSpec& spec, const QuoteKeys& keys) {
  const Blob signed_part = SignedPart(spec);
  return Join(
      {signed_part, SignatureData(spec, keys, signed_part), spec.trailing});
}

}  // namespace tdx_quoter
