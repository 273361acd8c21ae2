#include "agent/client/fetch_snp_collateral.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/collateral_pem.h"
#include "agent/client/collateral_urls.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/snp/chain.h"
#include "quote/snp/report_checks.h"

namespace evidenced {
namespace {

constexpr char kService[] = "AMD's KDS";
// It has 5 KiB, and is made anew every few years.
constexpr size_t kMaxChainSize = size_t{64} << 10;
constexpr absl::Duration kChainAge = absl::Hours(30 * 24);

// What each answer is judged by.
struct SnpRules {
  const SnpSubject& subject;
  const SnpRoots& roots;
  ValidityTime time;
};

std::string ChipText(const SnpSubject& subject) {
  const ByteView chip = subject.report.chip_id;
  return absl::StrCat(Hex(chip.first(std::min<size_t>(chip.size(), 8))), "...");
}

std::string SubjectText(const SnpSubject& subject) {
  const std::string product(SnpProductTitle(subject.product));
  const SnpTcb tcb(subject.report.reported_tcb, subject.product);
  if (subject.kind == SnpKeyKind::kVlek) {
    return absl::StrCat("a VLEK of ", product, " at ", tcb.Text());
  }
  return absl::StrCat("the VCEK of the ", product, " ", ChipText(subject),
                      " at ", tcb.Text());
}

// The intermediate for VCEKs or VLEKs of the product, then its ARK.
absl::StatusOr<SnpChain> ReadChain(absl::string_view pem,
                                   const SnpRules& rules) {
  RETURN_IF_ERROR(CheckPlainPem(pem));
  ASSIGN_OR_RETURN(const std::vector<Certificate> read,
                   CertificatesFromPem(pem));
  if (read.size() != 2) {
    return Classified(ErrorClass::kChainInvalid,
                      absl::UnauthenticatedError(absl::StrCat(
                          "expected two certificates, found ", read.size())));
  }
  SnpChain chain{.intermediate = read.front(), .ark = read.back()};
  const std::string expected = absl::StrCat(
      rules.subject.kind == SnpKeyKind::kVcek ? "SEV-" : "SEV-VLEK-",
      SnpProductTitle(rules.subject.product));
  if (chain.intermediate.common_name() != expected) {
    return Classified(
        ErrorClass::kChainInvalid,
        absl::UnauthenticatedError(absl::StrCat(
            "expected the certificate of ", expected, " first, found ",
            Printable(chain.intermediate.common_name()))));
  }
  RETURN_IF_ERROR(VerifyAmdSignature(chain.intermediate, chain.ark));
  RETURN_IF_ERROR(VerifyAmdSignature(chain.ark, chain.ark));
  RETURN_IF_ERROR(CheckSnpRoot(chain.ark, rules.subject.product, rules.roots));
  RETURN_IF_ERROR(rules.time.Check(chain.intermediate));
  RETURN_IF_ERROR(rules.time.Check(chain.ark));
  return chain;
}

absl::StatusOr<Certificate> ReadVcek(absl::string_view der,
                                     const SnpChain& chain,
                                     const RevocationList& crl,
                                     const SnpRules& rules) {
  ASSIGN_OR_RETURN(Certificate vcek, Certificate::FromDer(AsBytes(der)));
  const std::vector<Certificate> ca = {chain.intermediate, chain.ark};
  ASSIGN_OR_RETURN(const VerifiedSnpEndorsement verified,
                   VerifySnpEndorsement(vcek, ca,
                                        {.roots = rules.roots,
                                         .crl = crl,
                                         .crl_use = SnpCrlUse::kRequired,
                                         .time = rules.time}));
  const SnpReport& report = rules.subject.report;
  const SnpEndorsement& key = verified.endorsement();
  RETURN_IF_ERROR(CheckSnpKeyKind(report, key));
  RETURN_IF_ERROR(CheckSnpSameProduct(report, key));
  RETURN_IF_ERROR(CheckSnpReportedTcb(report, key));
  RETURN_IF_ERROR(CheckSnpChip(report, key));
  return vcek;
}

CollateralQuestion Question(std::string what, std::string url,
                            size_t max_size) {
  return {.http = {.service = kService,
                   .what = std::move(what),
                   .url = std::move(url),
                   .max_size = max_size},
          .chain_header = ""};
}

FetchedFile File(absl::string_view role, CollateralAnswer answer,
                 absl::string_view until_what, absl::Time until) {
  return {.role = role,
          .bytes = std::move(answer.body),
          .url = std::move(answer.url),
          .fetched = answer.fetched,
          .from_cache = answer.from_cache,
          .until_what = until_what,
          .until = until};
}

}  // namespace

absl::StatusOr<FetchedCollateral> FetchSnpCollateral(
    const SnpSubject& subject, const std::string& kds, const SnpRoots& roots,
    CollateralAnswers& answers) {
  const SnpRules rules{.subject = subject,
                       .roots = roots,
                       .time = ValidityTime::At(answers.now())};
  const std::string product(SnpProductTitle(subject.product));
  FetchedCollateral out{.tee = "snp",
                        .roles = kSnpBundleRoles,
                        .subject = SubjectText(subject),
                        .files = {},
                        .missing = {}};

  CollateralQuestion question =
      Question(absl::StrCat("the certificate chain of ", product),
               SnpChainUrl(kds, subject.kind, subject.product), kMaxChainSize);
  question.max_age = kChainAge;
  std::optional<SnpChain> chain;
  ASSIGN_OR_RETURN(
      CollateralAnswer ca,
      answers.Get(question,
                  [&](const CollateralAnswer& answer) -> absl::Status {
                    ASSIGN_OR_RETURN(chain, ReadChain(answer.body, rules));
                    return absl::OkStatus();
                  }));
  std::optional<RevocationList> crl;
  ASSIGN_OR_RETURN(
      CollateralAnswer list,
      answers.Get(Question(absl::StrCat("the revocation list of ", product),
                           SnpCrlUrl(kds, subject.kind, subject.product),
                           RevocationList::kMaxSize),
                  [&](const CollateralAnswer& answer) -> absl::Status {
                    ASSIGN_OR_RETURN(
                        crl, RevocationList::FromFile(AsBytes(answer.body)));
                    return CheckSnpRevocation(*chain, *crl, rules.time);
                  }));
  if (subject.kind == SnpKeyKind::kVcek) {
    std::optional<Certificate> vcek;
    const std::string url =
        VcekUrl(kds, subject.report.chip_id, subject.product,
                SnpTcb(subject.report.reported_tcb, subject.product));
    ASSIGN_OR_RETURN(
        CollateralAnswer key,
        answers.Get(Question(out.subject, url, Certificate::kMaxSize),
                    [&](const CollateralAnswer& answer) -> absl::Status {
                      ASSIGN_OR_RETURN(
                          vcek, ReadVcek(answer.body, *chain, *crl, rules));
                      return absl::OkStatus();
                    }));
    out.files.push_back(
        File("ek", std::move(key), "valid until", vcek->not_after()));
  } else {
    out.missing.push_back(
        {.role = "ek",
         .why = "AMD gives a VLEK's certificate to the cloud provider alone: "
                "take it from the certificate table that came with the "
                "report"});
  }
  out.files.push_back(
      File("ca", std::move(ca), "valid until",
           std::min(chain->intermediate.not_after(), chain->ark.not_after())));
  out.files.push_back(
      File("crl", std::move(list), "next update", *crl->next_update()));
  return out;
}

}  // namespace evidenced
