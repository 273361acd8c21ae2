#include "evidence/verify/snp_policy_from_report.h"

#include <algorithm>
#include <string>

#include "evidence/verify/appraise_snp.h"
#include "quote/base/bytes.h"
#include "quote/snp/report_bits.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

void SetMinimum(const SnpTcb& tcb, v1::SnpTcbMinimum& least) {
  least.set_fmc(tcb.fmc().value_or(0));
  least.set_boot_loader(tcb.boot_loader());
  least.set_tee(tcb.tee());
  least.set_snp(tcb.snp());
  least.set_microcode(tcb.microcode());
}

bool IsZero(const Bytes& bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

bool AllowsBit(const SnpReport& report, absl::string_view name) {
  return std::any_of(kSnpPolicyBits.begin(), kSnpPolicyBits.end(),
                     [&](const SnpBit& bit) {
                       return bit.name == name && HasBit(report.policy, bit);
                     });
}

}  // namespace

v1::SnpPolicy SnpPolicyFromReport(const VerifiedSnpReport& verified) {
  const SnpReport& report = verified.report();
  v1::SnpPolicy policy;
  v1::SnpProductRule& product = *policy.add_products();
  product.set_product(std::string(SnpProductName(verified.product())));
  SetMinimum(verified.reported_tcb(), *product.mutable_min_reported_tcb());
  SetMinimum(verified.current_tcb(), *product.mutable_min_current_tcb());
  SetMinimum(verified.committed_tcb(), *product.mutable_min_committed_tcb());
  SetMinimum(verified.launch_tcb(), *product.mutable_min_launch_tcb());
  policy.add_measurements(Hex(report.measurement));
  policy.add_host_data(Hex(report.host_data));
  if (!IsZero(report.id_key_digest)) {
    policy.add_id_key_digests(Hex(report.id_key_digest));
  }
  if (!IsZero(report.author_key_digest)) {
    policy.add_author_key_digests(Hex(report.author_key_digest));
  }
  policy.set_min_guest_svn(report.guest_svn);
  if (AllowsBit(report, "debug")) {
    policy.mutable_guest_policy()->set_debug(v1::ANY);
  }
  if (AllowsBit(report, "migrate_ma")) {
    policy.mutable_guest_policy()->set_migrate_ma(v1::ANY);
  }
  policy.add_vmpls(report.vmpl);
  policy.add_signing_keys(SnpSigningKeyName(report.signing_key()));
  if (const auto csp_id = CspIdOf(verified.endorsement())) {
    policy.add_csp_ids(*csp_id);
  }
  policy.set_allow_provisional_firmware(
      report.current_version != report.committed_version ||
      report.current_tcb != report.committed_tcb);
  policy.set_require_crl(verified.key().crl().has_value());
  return policy;
}

}  // namespace evidenced
