#include "agent/client/tdx_arguments.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "agent/client/files.h"
#include "agent/client/raw_options.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

void AddFile(CLI::App& app, const std::string& name, std::string& file,
             const std::string& help) {
  app.add_option(name, file, help)->type_name("FILE");
}

}  // namespace

void AddTdxCollateralOptions(CLI::App& app, TdxCollateralArguments& arguments) {
  AddFile(app, "--tcb-info", arguments.tcb_info,
          "of a TD quote: Intel's TCB info for the platform, as the service "
          "gives it; without it and the next two the TCB is not evaluated, and "
          "the answer says so");
  AddFile(app, "--qe-identity", arguments.qe_identity,
          "of a TD quote: Intel's identity of the quoting enclave, likewise");
  AddFile(app, "--tcb-signing-chain", arguments.tcb_signing_chain,
          "who signed both: TCB signing, then its root, DER or PEM");
  AddFile(app, "--pck-crl", arguments.pck_crl,
          "the PCK CA's revocation list, DER or PEM; without both lists "
          "revocation is not checked, and the answer says so");
  AddFile(app, "--root-crl", arguments.root_crl,
          "the root's revocation list, DER or PEM");
  AddFile(app, "--crl-issuer-chain", arguments.crl_issuer_chain,
          "who signed both: a PCK CA and its root, DER or PEM");
  app.add_option("--pck-chain", arguments.pck_chain,
                 "of a TD quote: a PCK certificate and its CAs, DER or PEM, "
                 "which go before those in the quote; of all PCKs the one "
                 "counts that signed for the quoting enclave; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--trusted-intel-root", arguments.trusted_root,
                 "trust this root for TD quotes too, beside Intel's: the "
                 "SHA-256 of its public key")
      ->type_name("HEX");
}

void AddCollateralOption(CLI::App& app, std::string& directory) {
  app.add_option("--collateral", directory,
                 "a directory that collateral fetch wrote, for what the "
                 "options of single files do not give")
      ->type_name("DIR");
}

TdxCollateralArguments WithBundle(TdxCollateralArguments arguments,
                                  const CollateralBundle& bundle) {
  const auto add = [&bundle](absl::string_view role, std::string& file) {
    if (file.empty()) file = bundle.Path(role);
  };
  add("tcb_info", arguments.tcb_info);
  add("qe_identity", arguments.qe_identity);
  add("tcb_signing_chain", arguments.tcb_signing_chain);
  add("pck_crl", arguments.pck_crl);
  add("root_crl", arguments.root_crl);
  add("crl_issuer_chain", arguments.crl_issuer_chain);
  if (arguments.pck_chain.empty() && !bundle.Path("pck_chain").empty()) {
    arguments.pck_chain.push_back(bundle.Path("pck_chain"));
  }
  return arguments;
}

absl::StatusOr<TdxCollateralFiles> LoadTdxCollateralFiles(
    const TdxCollateralArguments& arguments) {
  TdxCollateralFiles out;
  RETURN_IF_ERROR(ReadIfNamed(arguments.tcb_info, out.tcb_info));
  RETURN_IF_ERROR(ReadIfNamed(arguments.qe_identity, out.qe_identity));
  RETURN_IF_ERROR(
      ReadIfNamed(arguments.tcb_signing_chain, out.tcb_signing_chain));
  RETURN_IF_ERROR(ReadIfNamed(arguments.pck_crl, out.pck_crl));
  RETURN_IF_ERROR(ReadIfNamed(arguments.root_crl, out.root_crl));
  RETURN_IF_ERROR(
      ReadIfNamed(arguments.crl_issuer_chain, out.crl_issuer_chain));
  for (const std::string& path : arguments.pck_chain) {
    ASSIGN_OR_RETURN(std::string file, ReadFile(path));
    out.pck_chain.push_back(std::move(file));
  }
  return out;
}

absl::StatusOr<TdxRoots> ReadTdxRoots(const std::string& trusted_root) {
  TdxRoots roots = IntelTdxRoots();
  if (trusted_root.empty()) return roots;
  absl::StatusOr<Bytes> digest = FromHex(trusted_root);
  RETURN_IF_ERROR(Within("--trusted-intel-root", digest.status()));
  if (digest->size() != DigestSize(HashAlgorithm::kSha256)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--trusted-intel-root: expected the SHA-256 of a public key, found ",
        digest->size(), " bytes"));
  }
  roots.push_back(*std::move(digest));
  return roots;
}

}  // namespace evidenced
