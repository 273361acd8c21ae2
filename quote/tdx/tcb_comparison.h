#ifndef QUOTE_TDX_TCB_COMPARISON_H_
#define QUOTE_TDX_TCB_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

#include "quote/tdx/enclave_report.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/qe_identity.h"
#include "quote/tdx/tcb_info.h"
#include "quote/tdx/tcb_levels.h"
#include "quote/tdx/tcb_svns.h"
#include "quote/tdx/td_body.h"

namespace evidenced {

// The steps of EvaluateTdxTcb(), for those that want each one's answer.

// The TCB info is for the platform's FMSPC, and its PCE. UNAUTHENTICATED
// (kCollateralInvalid): for another.
absl::Status CheckFmspc(const TcbInfo& info, const PckExtensions& pck);
absl::Status CheckPceId(const TcbInfo& info, const PckExtensions& pck);

// The index of the best level that the platform reaches. TCBs are ordered in
// part: a level is reached if and only if every SGX component of `pck`, the PCE
// and every component of TEE_TCB_SVN are at least what it demands. Of modules
// with a version (TEE_TCB_SVN[1]) their identity tells the first two of those.
// nullopt: it reaches none, which Intel calls NotSupported.
std::optional<size_t> ReachedLevel(const TcbInfo& info,
                                   const PckExtensions& pck,
                                   const TcbSvns& tee_tcb_svn);

// The TDX module against what the TCB info says of its line, or, where it has
// no version or the TCB info no lines, of all modules.
struct TdxModuleComparison {
  std::string id;            // "TDX_03"; "tdxModule": of all
  bool has_version = false;  // TEE_TCB_SVN[1]: it must be of a line
  // The TCB info has what is to be compared. Else nothing below is true.
  bool found = false;
  bool mr_signer_match = false;
  bool attributes_match = false;
  uint8_t isv_svn = 0;
  // Of the best level of its line that it reaches.
  std::optional<TcbStanding> standing;

  // All of it, and at least a level of its line if it must be of one.
  bool ok() const;
};
TdxModuleComparison CompareTdxModule(const TcbInfo& info, const TdBody& td,
                                     const TcbSvns& tee_tcb_svn);

// The quoting enclave against its identity.
struct QeComparison {
  bool mr_signer_match = false;
  bool isv_prod_id_match = false;
  bool misc_select_match = false;
  bool attributes_match = false;
  std::optional<TcbStanding> standing;  // of the best level that it reaches

  bool ok() const;
};
QeComparison CompareQe(const QeIdentity& identity, const EnclaveReport& qe);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_COMPARISON_H_
