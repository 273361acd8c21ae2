#ifndef QUOTE_TDX_TCB_EVALUATION_H_
#define QUOTE_TDX_TCB_EVALUATION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/tdx/collateral.h"
#include "quote/tdx/enclave_report.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/qe_identity.h"
#include "quote/tdx/tcb_info.h"
#include "quote/tdx/td_body.h"
#include "quote/tdx/verify.h"

namespace evidenced {

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

// How the TCB that a quote was made with stands.
struct TdxTcb {
  TcbStatus status = TcbStatus::kRevoked;  // of all its parts together
  TcbStanding platform;
  std::optional<TcbStanding> module;  // of a line with levels of its own
  TcbStanding qe;
  // Of TD 1.5, the status with the module that runs now, which may have been
  // updated since the TD was launched.
  std::optional<TcbStatus> status_now;
  std::vector<std::string> advisory_ids;  // of all parts, sorted, each once
  absl::Time tcb_date;                    // the oldest of all parts
  // The lesser of both collaterals'.
  uint32_t tcb_evaluation_data_number = 0;

  // The module was updated, but the TD was launched before: Intel's
  // TDRelaunchAdvised.
  bool relaunch_advised() const {
    return status_now.has_value() && IsOutOfDate(status) &&
           !IsOutOfDate(*status_now);
  }
};

// Intel, "PCS API v4", "TDX TCB Info": the steps to find the status of a TCB.
// Any status is an answer: which are good enough, policy says. UNAUTHENTICATED
// (kCollateralInvalid):
// - the TCB info is for another FMSPC or PCE
// - the platform, the TDX module or the quoting enclave reaches no level
// - the TDX module or the quoting enclave is none that Intel vouches for
// Of TD 1.5, the module is both the one that launched the TD and the one that
// runs now.
absl::StatusOr<TdxTcb> EvaluateTdxTcb(const VerifiedTdxQuote& quote,
                                      const VerifiedTcbInfo& tcb_info,
                                      const VerifiedQeIdentity& qe_identity);

// The same for those that check by themselves who signed each, and want the
// answer whatever that gave.
struct TdxTcbParts {
  const TdxQuote& quote;  // of a TD
  const PckExtensions& pck;
  const TcbInfo& tcb_info;
  const QeIdentity& qe_identity;
};
absl::StatusOr<TdxTcb> EvaluateTdxTcb(const TdxTcbParts& parts);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_EVALUATION_H_
