#include "tests/support/tdx_quoter/td_report.h"

namespace tdx_quoter {

Blob MakeTdReport(const Td& td, uint8_t type) {
  const Blob tcb_info =
      Join({Le(0x301ff, 8), td.tee_tcb_svn, td.mr_seam, td.mrsigner_seam,
            Le(td.seam_attributes, 8), td.tee_tcb_svn_2, Blob(95, 0)});
  const Blob td_info =
      Join({MeasurementsOf(td), td.mr_service_td, Blob(64, 0)});
  const Blob mac_part =
      Join({Blob{type, 0, 1}, Blob(13, 0), Blob(16, 0xc5), Sha384(tcb_info),
            Sha384(td_info), td.report_data, Blob(32, 0), Blob(32, 0x3a)});
  return Join({mac_part, tcb_info, Blob(17, 0), td_info});
}

}  // namespace tdx_quoter
