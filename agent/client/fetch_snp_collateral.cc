#include "agent/client/fetch_snp_collateral.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/collateral_pem.h"
#include "agent/client/collateral_urls.h"
#include "agent/client/fetch_steps.h"
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
// It has 5 KiB.
constexpr size_t kMaxChainSize = size_t{64} << 10;

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

// Whomever it revokes: it is kept.
absl::StatusOr<RevocationList> ReadList(absl::string_view der,
                                        const SnpChain& chain,
                                        const SnpRules& rules) {
  ASSIGN_OR_RETURN(RevocationList crl, RevocationList::FromFile(AsBytes(der)));
  RETURN_IF_ERROR(CheckSnpCrl(crl, chain.ark, rules.time));
  return crl;
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

FetchedCollateral Empty(const SnpSubject& subject) {
  return {.tee = "snp",
          .roles = kSnpBundleRoles,
          .subject = SubjectText(subject),
          .files = {},
          .missing = {}};
}

CollateralQuestion ChainQuestion(const SnpSubject& subject,
                                 const std::string& kds) {
  return {.http = {.service = kService,
                   .what = absl::StrCat("the certificate chain of ",
                                        SnpProductTitle(subject.product)),
                   .url = SnpChainUrl(kds, subject.kind, subject.product),
                   .max_size = kMaxChainSize},
          .chain_header = ""};
}

CollateralQuestion ListQuestion(const SnpSubject& subject,
                                const std::string& kds) {
  return {.http = {.service = kService,
                   .what = absl::StrCat("the revocation list of ",
                                        SnpProductTitle(subject.product)),
                   .url = SnpCrlUrl(kds, subject.kind, subject.product),
                   .max_size = RevocationList::kMaxSize},
          .chain_header = ""};
}

CollateralQuestion VcekQuestion(const SnpSubject& subject,
                                const std::string& kds) {
  return {.http = {.service = kService,
                   .what = SubjectText(subject),
                   .url = VcekUrl(
                       kds, subject.report.chip_id, subject.product,
                       SnpTcb(subject.report.reported_tcb, subject.product)),
                   .max_size = Certificate::kMaxSize},
          .chain_header = ""};
}

MissingFile MissingVlek() {
  return {.role = "ek",
          .why =
              "AMD gives a VLEK's certificate to the cloud provider alone: "
              "take it from the certificate table that came with the report"};
}

}  // namespace

absl::StatusOr<FetchedCollateral> FetchSnpCollateral(
    const SnpSubject& subject, const std::string& kds, const SnpRoots& roots,
    CollateralAnswers& answers) {
  using Answer = const CollateralAnswer&;
  const auto rules = [&](ValidityTime time) {
    return SnpRules{.subject = subject, .roots = roots, .time = time};
  };
  ASSIGN_OR_RETURN(const Asked<SnpChain> ca,
                   Ask(
                       answers, ChainQuestion(subject, kds),
                       [&](Answer answer, ValidityTime time) {
                         return ReadChain(answer.body, rules(time));
                       },
                       NoEdition<SnpChain>));
  ASSIGN_OR_RETURN(const Asked<RevocationList> crl,
                   Ask(
                       answers, ListQuestion(subject, kds),
                       [&](Answer answer, ValidityTime time) {
                         return ReadList(answer.body, ca.read, rules(time));
                       },
                       EditionOfList));
  RETURN_IF_ERROR(ByList(crl.answer, CheckSnpNotRevoked(ca.read, crl.read)));
  FetchedCollateral out = Empty(subject);
  if (subject.kind == SnpKeyKind::kVcek) {
    ASSIGN_OR_RETURN(const Asked<Certificate> vcek,
                     Ask(
                         answers, VcekQuestion(subject, kds),
                         [&](Answer answer, ValidityTime time) {
                           return ReadVcek(answer.body, ca.read, crl.read,
                                           rules(time));
                         },
                         NoEdition<Certificate>));
    out.files.push_back(FileOf("ek", vcek.answer.body, vcek.answer,
                               {kValidUntil, vcek.read.not_after()}));
  } else {
    out.missing.push_back(MissingVlek());
  }
  const absl::Time until =
      std::min(ca.read.intermediate.not_after(), ca.read.ark.not_after());
  out.files.push_back(
      FileOf("ca", ca.answer.body, ca.answer, {kValidUntil, until}));
  out.files.push_back(FileOf("crl", crl.answer.body, crl.answer,
                             {kNextUpdate, *crl.read.next_update()}));
  return out;
}

}  // namespace evidenced
