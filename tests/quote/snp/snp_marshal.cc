#include "tests/quote/snp/snp_marshal.h"

#include <algorithm>

#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

void Put(Bytes& out, size_t offset, ByteView value) {
  std::copy(value.begin(), value.end(),
            out.begin() + static_cast<std::ptrdiff_t>(offset));
}

void PutFirmware(Bytes& out, size_t offset, const SnpFirmware& firmware) {
  Put(out, offset, Bytes{firmware.build, firmware.minor, firmware.major});
}

void PutReversed(Bytes& out, size_t offset, Bytes number) {
  std::reverse(number.begin(), number.end());
  Put(out, offset, number);
}

}  // namespace

Bytes MarshalSnpReport(const SnpReport& report) {
  Bytes out(0x4A0, 0);
  PutLe(out, 0x000, report.version, 4);
  PutLe(out, 0x004, report.guest_svn, 4);
  PutLe(out, 0x008, report.policy, 8);
  Put(out, 0x010, report.family_id);
  Put(out, 0x020, report.image_id);
  PutLe(out, 0x030, report.vmpl, 4);
  PutLe(out, 0x034, report.signature_algo, 4);
  PutLe(out, 0x038, report.current_tcb, 8);
  PutLe(out, 0x040, report.platform_info, 8);
  PutLe(out, 0x048, report.key_info & 0x1f, 4);
  Put(out, 0x050, report.report_data);
  Put(out, 0x090, report.measurement);
  Put(out, 0x0C0, report.host_data);
  Put(out, 0x0E0, report.id_key_digest);
  Put(out, 0x110, report.author_key_digest);
  Put(out, 0x140, report.report_id);
  Put(out, 0x160, report.report_id_ma);
  PutLe(out, 0x180, report.reported_tcb, 8);
  if (report.cpuid.has_value()) {
    Put(out, 0x188,
        Bytes{report.cpuid->family, report.cpuid->model,
              report.cpuid->stepping});
  }
  Put(out, 0x1A0, report.chip_id);
  PutLe(out, 0x1E0, report.committed_tcb, 8);
  PutFirmware(out, 0x1E8, report.current_version);
  PutFirmware(out, 0x1EC, report.committed_version);
  PutLe(out, 0x1F0, report.launch_tcb, 8);
  PutLe(out, 0x1F8, report.launch_mit_vector.value_or(0), 8);
  PutLe(out, 0x200, report.current_mit_vector.value_or(0), 8);
  PutReversed(out, 0x2A0, report.signature_r);
  PutReversed(out, 0x2E8, report.signature_s);
  return out;
}

}  // namespace evidenced
