#include "agent/client/snp_trust.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"

namespace evidenced {
namespace {

absl::StatusOr<std::vector<Certificate>> ReadCertificates(
    const std::string& path) {
  ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
  absl::StatusOr<std::vector<Certificate>> read =
      CertificatesFromFile(AsBytes(file));
  RETURN_IF_ERROR(Within(path, read.status()));
  return read;
}

absl::StatusOr<SnpProduct> ProductNamed(absl::string_view name) {
  for (const SnpProduct product :
       {SnpProduct::kMilan, SnpProduct::kGenoa, SnpProduct::kTurin}) {
    if (name == SnpProductName(product)) return product;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--trusted-ark: expected milan, genoa or turin before =, "
                   "found ",
                   Printable(name)));
}

}  // namespace

void AddSnpTrustOptions(CLI::App& app, SnpTrustArguments& arguments) {
  app.add_option("--ek", arguments.ek,
                 "of an SNP report: the VCEK or VLEK certificate, DER or PEM; "
                 "CAs may follow it (default: what came with the report)")
      ->type_name("FILE");
  app.add_option("--ek-ca", arguments.ca,
                 "of an SNP report: ASK or ASVK, and ARK, DER or PEM; may be "
                 "repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--crl", arguments.crl,
                 "of an SNP report: the ARK's revocation list, DER or PEM; "
                 "without one revocation is not checked, and the answer says "
                 "so")
      ->type_name("FILE");
  app.add_option("--trusted-ark", arguments.trusted_ark, kTrustedArkHelp)
      ->type_name("[PRODUCT=]HEX");
}

SnpTrustArguments WithBundle(SnpTrustArguments arguments,
                             const CollateralBundle& bundle) {
  if (arguments.ek.empty()) arguments.ek = bundle.Path("ek");
  if (arguments.crl.empty()) arguments.crl = bundle.Path("crl");
  if (arguments.ca.empty() && !bundle.Path("ca").empty()) {
    arguments.ca.push_back(bundle.Path("ca"));
  }
  return arguments;
}

absl::StatusOr<SnpRoots> ReadSnpRoots(const std::string& trusted_ark) {
  if (trusted_ark.empty()) return AmdSnpRoots();
  absl::string_view digits = trusted_ark;
  std::optional<SnpProduct> product;
  if (const size_t mark = digits.find('='); mark != absl::string_view::npos) {
    ASSIGN_OR_RETURN(product, ProductNamed(digits.substr(0, mark)));
    digits.remove_prefix(mark + 1);
  }
  const absl::StatusOr<Bytes> digest = FromHex(digits);
  RETURN_IF_ERROR(Within("--trusted-ark", digest.status()));
  if (digest->size() != DigestSize(HashAlgorithm::kSha256)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--trusted-ark: expected the SHA-256 of a public key, found ",
        digest->size(), " bytes"));
  }
  return WithSnpRoot(AmdSnpRoots(), *digest, product);
}

absl::StatusOr<SnpCollateral> LoadSnpCollateral(
    const SnpTrustArguments& arguments) {
  ASSIGN_OR_RETURN(SnpRoots roots, ReadSnpRoots(arguments.trusted_ark));
  SnpCollateral out{.roots = std::move(roots),
                    .time = ValidityTime::NotChecked()};
  if (!arguments.ek.empty()) {
    ASSIGN_OR_RETURN(const std::vector<Certificate> read,
                     ReadCertificates(arguments.ek));
    out.key = read.front();
    out.ca.assign(read.begin() + 1, read.end());
  }
  for (const std::string& path : arguments.ca) {
    ASSIGN_OR_RETURN(const std::vector<Certificate> read,
                     ReadCertificates(path));
    out.ca.insert(out.ca.end(), read.begin(), read.end());
  }
  if (!arguments.crl.empty()) {
    ASSIGN_OR_RETURN(const std::string file, ReadFile(arguments.crl));
    absl::StatusOr<RevocationList> crl =
        RevocationList::FromFile(AsBytes(file));
    RETURN_IF_ERROR(Within(arguments.crl, crl.status()));
    out.crl = *std::move(crl);
  }
  return out;
}

}  // namespace evidenced
