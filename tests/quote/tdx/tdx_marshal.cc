#include "tests/quote/tdx/tdx_marshal.h"

namespace evidenced {
namespace {

using tdx_quoter::Join;
using tdx_quoter::Le;

Bytes Sized(ByteView bytes, size_t length_size) {
  return Join({Le(bytes.size(), length_size), ToBytes(bytes)});
}

Bytes HeaderOf(const TdxQuote& quote) {
  const TdxQuoteHeader& header = quote.header;
  Bytes out = Join({Le(header.version, 2), Le(header.att_key_type, 2),
                    Le(header.tee_type, 4), header.reserved,
                    header.qe_vendor_id, header.user_data});
  if (!quote.body_descriptor.has_value()) return out;
  return Join({out, Le(quote.body_descriptor->type, 2),
               Le(quote.body_descriptor->size, 4)});
}

}  // namespace

tdx_quoter::Td TdOf(const TdxQuote& quote) {
  const TdBody& body = *quote.td;
  const TdMeasurements& td = body.td;
  tdx_quoter::Td out;
  out.tee_tcb_svn.assign(body.tee_tcb_svn.begin(), body.tee_tcb_svn.end());
  out.mr_seam = body.mr_seam;
  out.mrsigner_seam = body.mrsigner_seam;
  out.seam_attributes = body.seam_attributes;
  out.attributes = td.td_attributes;
  out.xfam = td.xfam;
  out.mr_td = td.mr_td;
  out.mr_config_id = td.mr_config_id;
  out.mr_owner = td.mr_owner;
  out.mr_owner_config = td.mr_owner_config;
  out.rtmr = td.rtmr;
  out.report_data = body.report_data;
  if (body.tee_tcb_svn_2.has_value()) {
    out.tee_tcb_svn_2.assign(body.tee_tcb_svn_2->begin(),
                             body.tee_tcb_svn_2->end());
    out.mr_service_td = body.mr_service_td;
  }
  return out;
}

Bytes MarshalTdxQuote(const TdxQuote& quote) {
  const tdx_quoter::Td td = TdOf(quote);
  const Bytes body = quote.td->tee_tcb_svn_2.has_value()
                         ? tdx_quoter::Td15Body(td)
                         : tdx_quoter::Td10Body(td);
  const Bytes qe = Join({quote.qe_report_bytes, quote.qe_report_signature,
                         Sized(quote.qe_auth_data, 2), Le(quote.pck_type, 2),
                         Sized(quote.pck_data, 4)});
  const Bytes data =
      Join({quote.signature, quote.attestation_key,
            Le(*quote.certification_type, 2), Sized(qe, 4), quote.slack});
  return Join({HeaderOf(quote), body, Sized(data, 4), quote.trailing});
}

}  // namespace evidenced
