#include "agent/client/tdx_trust.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"

namespace evidenced {
namespace {

// Appends the certificates of the file that was given as `what`.
absl::Status AddCertificates(absl::string_view what, const std::string& file,
                             std::vector<Certificate>& out) {
  const absl::StatusOr<std::vector<Certificate>> read =
      CertificatesFromFile(AsBytes(file));
  RETURN_IF_ERROR(Within(std::string(what), read.status()));
  out.insert(out.end(), read->begin(), read->end());
  return absl::OkStatus();
}

absl::StatusOr<RevocationList> ReadList(absl::string_view what,
                                        const std::string& file) {
  absl::StatusOr<RevocationList> list = RevocationList::FromFile(AsBytes(file));
  RETURN_IF_ERROR(Within(std::string(what), list.status()));
  return list;
}

// A chain is revoked by one or the other, so one alone says little.
absl::Status AddLists(const TdxCollateralFiles& files, TdxCollateral& out) {
  if (!files.pck_crl.has_value() && !files.root_crl.has_value()) {
    return absl::OkStatus();
  }
  if (!files.pck_crl.has_value() || !files.root_crl.has_value()) {
    return absl::InvalidArgumentError(
        "expected both revocation lists, pck-crl and root-crl, or neither, "
        "found one");
  }
  ASSIGN_OR_RETURN(RevocationList root, ReadList("root-crl", *files.root_crl));
  ASSIGN_OR_RETURN(RevocationList pck, ReadList("pck-crl", *files.pck_crl));
  out.crls = PckCrls{.root = std::move(root), .pck = std::move(pck)};
  return absl::OkStatus();
}

std::optional<Bytes> BytesOf(const std::optional<std::string>& file) {
  if (!file.has_value()) return std::nullopt;
  return ToBytes(AsBytes(*file));
}

}  // namespace

absl::StatusOr<TdxCollateral> LoadTdxCollateral(
    const TdxCollateralArguments& arguments) {
  ASSIGN_OR_RETURN(TdxRoots roots, ReadTdxRoots(arguments.trusted_root));
  ASSIGN_OR_RETURN(const TdxCollateralFiles files,
                   LoadTdxCollateralFiles(arguments));
  TdxCollateral out{.roots = std::move(roots),
                    .enclaves = IntelTdQuotingEnclaves(),
                    .time = ValidityTime::NotChecked()};
  for (const std::string& file : files.pck_chain) {
    RETURN_IF_ERROR(AddCertificates("pck-chain", file, out.ca));
  }
  if (files.crl_issuer_chain.has_value()) {
    RETURN_IF_ERROR(
        AddCertificates("crl-issuer-chain", *files.crl_issuer_chain, out.ca));
  }
  if (files.tcb_signing_chain.has_value()) {
    RETURN_IF_ERROR(AddCertificates("tcb-signing-chain",
                                    *files.tcb_signing_chain, out.tcb_signing));
  }
  out.tcb_info = BytesOf(files.tcb_info);
  out.qe_identity = BytesOf(files.qe_identity);
  RETURN_IF_ERROR(AddLists(files, out));
  return out;
}

}  // namespace evidenced
