#ifndef EVIDENCE_RAW_TDX_COLLATERAL_H_
#define EVIDENCE_RAW_TDX_COLLATERAL_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/qe_identity.h"
#include "quote/tdx/roots.h"
#include "quote/tdx/signed_json.h"
#include "quote/tdx/tcb_info.h"

namespace evidenced {

inline constexpr absl::string_view kCollateralFreshnessCheck =
    "collateral-freshness";

inline constexpr absl::string_view kTdxCommonRootCheck =
    "collateral_root_is_the_platforms";

struct RawTdxTrust {
  TdxRoots roots;
  TdQuotingEnclaves enclaves;
  ValidityTime time;             // of certificates
  ValidityTime collateral_time;  // of all else that Intel dates
};

// Intel's collateral as it was handed over. All of it may be missing.
struct RawTdxCollateralFiles {
  std::optional<ByteView> tcb_info = std::nullopt;
  std::optional<ByteView> qe_identity = std::nullopt;
  // These are DER or PEM.
  std::optional<ByteView> tcb_signing_chain = std::nullopt;
  std::optional<ByteView> pck_crl = std::nullopt;
  std::optional<ByteView> root_crl = std::nullopt;
  std::optional<ByteView> crl_issuer_chain = std::nullopt;

  bool empty() const;
};

// A text that TCB signing signs, and what it says, or why it says nothing.
template <typename Value>
struct RawSignedText {
  SignedJson text;
  absl::StatusOr<Value> value;
  std::optional<bool> signature_valid;  // nullopt: not known by which key
  std::optional<bool> current;          // nullopt: dates were not judged
};

struct RawCrl {
  RevocationList list;
  std::optional<bool> signature_valid;
  std::optional<bool> current;
};

// The same, read and judged.
struct RawTdxCollateral {
  absl::Status layout;  // of the first file that is not what it was given as
  std::optional<RawSignedText<TcbInfo>> tcb_info;
  std::optional<RawSignedText<QeIdentity>> qe_identity;
  std::vector<Certificate> tcb_signing_chain;  // as given
  bool signing_chain_valid = false;            // dates and root aside
  bool signing_root_trusted = false;
  std::optional<RawCrl> pck_crl;
  std::optional<RawCrl> root_crl;
  std::vector<Certificate> crl_issuer_chain;  // as given

  // TCB info and identity are there, and their signer is to be trusted.
  bool evaluable() const;
};

// Every check of VerifyTcbSigning(), VerifyTcbInfo(), VerifyQeIdentity() and of
// the lists that can be made with what was given, each by a name of its own,
// but for the certificates' dates. `others` may have signed a list too.
RawTdxCollateral JudgeTdxCollateralFiles(const RawTdxCollateralFiles& files,
                                         std::span<const Certificate> others,
                                         const RawTdxTrust& trust,
                                         RawVerdict& verdict);

// Whether every certificate in the collateral is valid at `time`.
absl::Status CheckTdxCollateralCertificates(const RawTdxCollateral& collateral,
                                            ValidityTime time);

// The root's key, and whether that is Intel's own, whoever else is trusted.
std::string TdxRootText(const Certificate& root);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_COLLATERAL_H_
