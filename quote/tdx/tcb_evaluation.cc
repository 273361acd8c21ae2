#include "quote/tdx/tcb_evaluation.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// TEE_TCB_SVN of a module that has a version: its SVN, the version, then
// components as of any.
constexpr size_t kModuleSvn = 0;
constexpr size_t kModuleVersion = 1;
constexpr size_t kFirstOfPlatform = 2;

absl::Status Refused(const std::string& message) {
  return Classified(ErrorClass::kCollateralInvalid,
                    absl::UnauthenticatedError(message));
}

bool Reaches(const TcbSvns& svns, const TcbDemands& demands, size_t first) {
  for (size_t i = first; i < svns.size(); ++i) {
    if (svns.at(i) < demands.at(i)) return false;
  }
  return true;
}

// Of levels with the best first.
std::optional<TcbStanding> StandingOf(const std::vector<IsvTcbLevel>& levels,
                                      uint16_t isv_svn) {
  for (const IsvTcbLevel& level : levels) {
    if (isv_svn >= level.isv_svn) return level.standing;
  }
  return std::nullopt;
}

bool MatchesUnder(ByteView mask, ByteView found, ByteView expected) {
  if (mask.size() != found.size() || mask.size() != expected.size()) {
    return false;
  }
  for (size_t i = 0; i < mask.size(); ++i) {
    if ((found[i] & mask[i]) != expected[i]) return false;
  }
  return true;
}

const TdxModuleIdentity* FindIdentity(const TcbInfo& info,
                                      const std::string& id) {
  for (const TdxModuleIdentity& identity : info.tdx_module_identities) {
    if (absl::EqualsIgnoreCase(identity.id, id)) return &identity;
  }
  return nullptr;
}

void CompareModule(const TdxModule& expected, const TdBody& td,
                   TdxModuleComparison& out) {
  out.found = true;
  out.mr_signer_match = td.mrsigner_seam == expected.mr_signer;
  out.attributes_match =
      (td.seam_attributes & expected.attributes_mask) == expected.attributes;
}

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
    return Refused(absl::StrFormat(
        "expected SVNs that reach one of %d TCB levels, found %s of the "
        "platform, PCE %d and %s of TDX, which reach none",
        info.levels.size(), Hex(parts.pck.tcb_comp_svn), parts.pck.pce_svn,
        Hex(tee_tcb_svn)));
  }
  const TdxModuleComparison module = CompareTdxModule(info, td, tee_tcb_svn);
  if (!module.ok()) {
    return Refused(absl::StrFormat(
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

absl::Status CheckFmspc(const TcbInfo& info, const PckExtensions& pck) {
  if (info.fmspc == pck.fmspc) return absl::OkStatus();
  return Refused(
      absl::StrFormat("expected a TCB info for the FMSPC %s, found one for %s",
                      Hex(pck.fmspc), Hex(info.fmspc)));
}

absl::Status CheckPceId(const TcbInfo& info, const PckExtensions& pck) {
  if (info.pce_id == pck.pce_id) return absl::OkStatus();
  return Refused(
      absl::StrFormat("expected a TCB info for the PCE-ID %s, found one for %s",
                      Hex(pck.pce_id), Hex(info.pce_id)));
}

std::optional<size_t> ReachedLevel(const TcbInfo& info,
                                   const PckExtensions& pck,
                                   const TcbSvns& tee_tcb_svn) {
  const size_t first =
      tee_tcb_svn.at(kModuleVersion) == 0 ? 0 : kFirstOfPlatform;
  for (size_t i = 0; i < info.levels.size(); ++i) {
    const PlatformTcbLevel& level = info.levels[i];
    if (Reaches(pck.tcb_comp_svn, level.sgx_components, 0) &&
        pck.pce_svn >= level.pce_svn &&
        Reaches(tee_tcb_svn, level.tdx_components, first)) {
      return i;
    }
  }
  return std::nullopt;
}

bool TdxModuleComparison::ok() const {
  return found && mr_signer_match && attributes_match &&
         (standing.has_value() || !has_version);
}

TdxModuleComparison CompareTdxModule(const TcbInfo& info, const TdBody& td,
                                     const TcbSvns& tee_tcb_svn) {
  TdxModuleComparison out;
  out.isv_svn = tee_tcb_svn.at(kModuleSvn);
  const uint8_t version = tee_tcb_svn.at(kModuleVersion);
  out.has_version = version != 0;
  if (!out.has_version || info.tdx_module_identities.empty()) {
    out.id = "tdxModule";
    CompareModule(info.tdx_module, td, out);
    return out;
  }
  out.id = absl::StrFormat("TDX_%02X", version);
  const TdxModuleIdentity* identity = FindIdentity(info, out.id);
  if (identity == nullptr) return out;
  CompareModule(identity->module, td, out);
  out.standing = StandingOf(identity->levels, out.isv_svn);
  return out;
}

bool QeComparison::ok() const {
  return mr_signer_match && isv_prod_id_match && misc_select_match &&
         attributes_match && standing.has_value();
}

QeComparison CompareQe(const QeIdentity& identity, const EnclaveReport& qe) {
  return {.mr_signer_match = identity.mr_signer == qe.mr_signer,
          .isv_prod_id_match = identity.isv_prod_id == qe.isv_prod_id,
          .misc_select_match = MatchesUnder(
              identity.misc_select_mask, qe.misc_select, identity.misc_select),
          .attributes_match = MatchesUnder(identity.attributes_mask,
                                           qe.attributes, identity.attributes),
          .standing = StandingOf(identity.levels, qe.isv_svn)};
}

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
    return Refused(absl::StrFormat(
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
