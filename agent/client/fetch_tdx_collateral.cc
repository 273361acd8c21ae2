#include "agent/client/fetch_tdx_collateral.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/fetch_steps.h"
#include "agent/client/tdx_collateral_checks.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/tdx/signed_json.h"

namespace evidenced {
namespace {

constexpr char kService[] = "Intel's PCS";

absl::Time Earlier(const Certificate& a, const Certificate& b) {
  return std::min(a.not_after(), b.not_after());
}

Edition EditionOfSigned(const ReadSigned& read) {
  return {.name = "tcbEvaluationDataNumber",
          .number = read.evaluation_data_number,
          .text = absl::StrCat(read.evaluation_data_number)};
}

// Both answers of one signer, of which a bundle has one chain.
absl::Status CheckOneSigner(const ReadSigned& a, const ReadSigned& b) {
  if (a.chain.signing.sha256() == b.chain.signing.sha256()) {
    return absl::OkStatus();
  }
  return Classified(
      ErrorClass::kCollateralInvalid,
      absl::DataLossError(absl::StrCat("expected one signer of TCB info and "
                                       "enclave identity from ",
                                       kService, ", found two")));
}

void AddLists(const Asked<ReadPckCrl>& pck, const Asked<RevocationList>& root,
              FetchedCollateral& out) {
  const PckChain& chain = pck.read.chain;
  out.files.push_back(FileOf("pck_crl", pck.answer.body, pck.answer,
                             {kNextUpdate, *pck.read.crl.next_update()}));
  out.files.push_back(FileOf("root_crl", root.answer.body, root.answer,
                             {kNextUpdate, *root.read.next_update()}));
  out.files.push_back(
      FileOf("crl_issuer_chain", pck.read.chain_pem, pck.answer,
             {kValidUntil, Earlier(chain.intermediate, chain.root)}));
}

void AddSigned(const Asked<ReadSigned>& tcb, const Asked<ReadSigned>& qe,
               FetchedCollateral& out) {
  const TcbSigningChain& chain = tcb.read.chain;
  out.files.push_back(FileOf("tcb_info", tcb.answer.body, tcb.answer,
                             {kNextUpdate, tcb.read.next_update}));
  out.files.push_back(FileOf("qe_identity", qe.answer.body, qe.answer,
                             {kNextUpdate, qe.read.next_update}));
  out.files.push_back(
      FileOf("tcb_signing_chain", tcb.read.chain_pem, tcb.answer,
             {kValidUntil, Earlier(chain.signing, chain.root)}));
}

FetchedCollateral Empty(const TdxSubject& subject) {
  FetchedCollateral out{
      .tee = "tdx",
      .roles = kTdxBundleRoles,
      .subject = absl::StrCat("TD quotes of the FMSPC ", Hex(subject.fmspc),
                              ", PCK ", PckCaName(subject.ca), " CA"),
      .files = {},
      .missing = {}};
  if (subject.has_quote && !subject.pck.has_value()) {
    out.missing.push_back(
        {.role = "pck_chain",
         .why = "the quote has no PCK certificate, and Intel gives those to "
                "the platform's owner alone"});
  }
  return out;
}

CollateralQuestion PckCrlQuestion(const TdxSubject& subject,
                                  const CollateralServices& services) {
  return {.http = {.service = kService,
                   .what = absl::StrCat("the revocation list of the PCK ",
                                        PckCaName(subject.ca), " CA"),
                   .url = PckCrlUrl(services.pcs, subject.ca),
                   .max_size = RevocationList::kMaxSize},
          .chain_header = kPckCrlChainHeader};
}

CollateralQuestion RootCrlQuestion(const CollateralServices& services) {
  return {.http = {.service = kService,
                   .what = "the root's revocation list",
                   .url = RootCrlUrl(services.pcs_certificates),
                   .max_size = RevocationList::kMaxSize},
          .chain_header = ""};
}

CollateralQuestion TcbInfoQuestion(const TdxSubject& subject,
                                   const CollateralServices& services) {
  return {.http = {.service = kService,
                   .what = absl::StrCat("the TCB info of the FMSPC ",
                                        Hex(subject.fmspc)),
                   .url = TcbInfoUrl(services.pcs, subject.fmspc),
                   .max_size = kMaxCollateralSize},
          .chain_header = kTcbInfoChainHeader};
}

CollateralQuestion QeIdentityQuestion(const CollateralServices& services) {
  return {.http = {.service = kService,
                   .what = "the identity of the quoting enclave",
                   .url = QeIdentityUrl(services.pcs),
                   .max_size = kMaxCollateralSize},
          .chain_header = kQeIdentityChainHeader};
}

}  // namespace

absl::StatusOr<FetchedCollateral> FetchTdxCollateral(
    const TdxSubject& subject, const CollateralServices& services,
    const TdxRoots& roots, CollateralAnswers& answers) {
  using Answer = const CollateralAnswer&;
  const auto rules = [&](ValidityTime time) {
    return TdxRules{.subject = subject, .roots = roots, .time = time};
  };
  ASSIGN_OR_RETURN(
      const Asked<ReadPckCrl> pck,
      Ask(
          answers, PckCrlQuestion(subject, services),
          [&](Answer answer, ValidityTime time) {
            return ReadPckCrlAnswer(answer, rules(time));
          },
          [](const ReadPckCrl& read) { return EditionOfList(read.crl); }));
  ASSIGN_OR_RETURN(const Asked<RevocationList> root,
                   Ask(
                       answers, RootCrlQuestion(services),
                       [&](Answer answer, ValidityTime time) {
                         return ReadRootCrlAnswer(answer, pck.read,
                                                  rules(time));
                       },
                       EditionOfList));
  RETURN_IF_ERROR(
      ByList(root.answer, CheckPckCaNotRevoked(pck.read, root.read)));
  const PckCrls crls{.root = root.read, .pck = pck.read.crl};
  ASSIGN_OR_RETURN(const Asked<ReadSigned> tcb,
                   Ask(
                       answers, TcbInfoQuestion(subject, services),
                       [&](Answer answer, ValidityTime time) {
                         return ReadTcbInfoAnswer(answer, crls, rules(time));
                       },
                       EditionOfSigned));
  ASSIGN_OR_RETURN(const Asked<ReadSigned> qe,
                   Ask(
                       answers, QeIdentityQuestion(services),
                       [&](Answer answer, ValidityTime time) {
                         return ReadQeIdentityAnswer(answer, crls, rules(time));
                       },
                       EditionOfSigned));
  RETURN_IF_ERROR(CheckOneSigner(tcb.read, qe.read));
  FetchedCollateral out = Empty(subject);
  AddSigned(tcb, qe, out);
  AddLists(pck, root, out);
  return out;
}

}  // namespace evidenced
