#include "quote/tdx/tcb_evaluation.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_format.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/tcb_comparison.h"

namespace evidenced {
namespace {

// What is wrong with the platform and the module of `tee_tcb_svn`.
struct ModuleAndPlatform {
  TcbStanding platform;
  std::optional<TcbStanding> module;

  TcbStatus status() const {
    return module.has_value() ? Converge(platform.status, module->status)
                              : platform.status;
  }
};

absl::StatusOr<ModuleAndPlatform> EvaluateModule(const TdxTcbParts& parts,
                                                 const TcbSvns& tee_tcb_svn) {
  const TcbInfo& info = parts.tcb_info;
  const TdBody& td = *parts.quote.td;
  const std::optional<size_t> level =
      ReachedLevel(info, parts.pck, tee_tcb_svn);
  if (!level.has_value()) {
    return CollateralInvalid(absl::StrFormat(
        "expected SVNs that reach one of %d TCB levels, found %s of the "
        "platform, PCE %d and %s of TDX, which reach none",
        info.levels.size(), Hex(parts.pck.tcb_comp_svn), parts.pck.pce_svn,
        Hex(tee_tcb_svn)));
  }
  const TdxModuleComparison module = CompareTdxModule(info, td, tee_tcb_svn);
  if (!module.ok()) {
    return CollateralInvalid(absl::StrFormat(
        "expected a TDX module that the TCB info vouches for, found %s with "
        "SVN %d, MRSIGNERSEAM %s, attributes 0x%016x",
        module.id, module.isv_svn, Hex(td.mrsigner_seam), td.seam_attributes));
  }
  return ModuleAndPlatform{.platform = info.levels.at(*level).standing,
                           .module = module.standing};
}

void AddStanding(const TcbStanding& standing, TdxTcb& tcb) {
  tcb.tcb_date = std::min(tcb.tcb_date, standing.tcb_date);
  std::vector<std::string>& ids = tcb.advisory_ids;
  ids.insert(ids.end(), standing.advisory_ids.begin(),
             standing.advisory_ids.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

absl::StatusOr<TdxTcb> EvaluateTdxTcb(const VerifiedTdxQuote& quote,
                                      const VerifiedTcbInfo& tcb_info,
                                      const VerifiedQeIdentity& qe_identity) {
  return EvaluateTdxTcb({.quote = quote.quote(),
                         .pck = quote.pck().pck().extensions,
                         .tcb_info = tcb_info.info(),
                         .qe_identity = qe_identity.identity()});
}

absl::StatusOr<TdxTcb> EvaluateTdxTcb(const TdxTcbParts& parts) {
  const TcbInfo& info = parts.tcb_info;
  const TdBody& td = *parts.quote.td;
  RETURN_IF_ERROR(CheckFmspc(info, parts.pck));
  RETURN_IF_ERROR(CheckPceId(info, parts.pck));
  const EnclaveReport& report = parts.quote.qe_report;
  const QeComparison qe = CompareQe(parts.qe_identity, report);
  if (!qe.ok()) {
    return CollateralInvalid(absl::StrFormat(
        "expected the quoting enclave of the identity, found MRSIGNER %s, "
        "ISVPRODID %d, ISVSVN %d, MISCSELECT %s, attributes %s",
        Hex(report.mr_signer), report.isv_prod_id, report.isv_svn,
        Hex(report.misc_select), Hex(report.attributes)));
  }
  ASSIGN_OR_RETURN(ModuleAndPlatform launched,
                   EvaluateModule(parts, td.tee_tcb_svn));
  TdxTcb tcb{.status = Converge(launched.status(), qe.standing->status),
             .platform = launched.platform,
             .module = launched.module,
             .qe = *qe.standing,
             .status_now = std::nullopt,
             .advisory_ids = {},
             .tcb_date = absl::InfiniteFuture(),
             .tcb_evaluation_data_number =
                 std::min(info.tcb_evaluation_data_number,
                          parts.qe_identity.tcb_evaluation_data_number)};
  AddStanding(tcb.platform, tcb);
  AddStanding(tcb.qe, tcb);
  if (tcb.module.has_value()) AddStanding(*tcb.module, tcb);
  if (td.tee_tcb_svn_2.has_value()) {
    ASSIGN_OR_RETURN(const ModuleAndPlatform now,
                     EvaluateModule(parts, *td.tee_tcb_svn_2));
    tcb.status_now = Converge(now.status(), qe.standing->status);
    AddStanding(now.platform, tcb);
    if (now.module.has_value()) AddStanding(*now.module, tcb);
  }
  return tcb;
}

}  // namespace evidenced
