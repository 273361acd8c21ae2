#include "quote/tdx/tcb_comparison.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

#include "quote/base/bytes.h"
#include "quote/base/refusal.h"

namespace evidenced {
namespace {

// TEE_TCB_SVN of a module that has a version: its SVN, the version, then
// components as of any.
constexpr size_t kModuleSvn = 0;
constexpr size_t kModuleVersion = 1;
constexpr size_t kFirstOfPlatform = 2;

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

}  // namespace

absl::Status CheckFmspc(const TcbInfo& info, const PckExtensions& pck) {
  if (info.fmspc == pck.fmspc) return absl::OkStatus();
  return CollateralInvalid(
      absl::StrFormat("expected a TCB info for the FMSPC %s, found one for %s",
                      Hex(pck.fmspc), Hex(info.fmspc)));
}

absl::Status CheckPceId(const TcbInfo& info, const PckExtensions& pck) {
  if (info.pce_id == pck.pce_id) return absl::OkStatus();
  return CollateralInvalid(
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

}  // namespace evidenced
