#include "agent/client/fetch_tdx_collateral.h"

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/tdx_collateral_checks.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/tdx/signed_json.h"

namespace evidenced {
namespace {

constexpr char kService[] = "Intel's PCS";
constexpr absl::string_view kNextUpdate = "next update";
constexpr absl::string_view kValidUntil = "valid until";

CollateralQuestion Question(std::string what, std::string url, size_t max_size,
                            absl::string_view chain_header) {
  return {.http = {.service = kService,
                   .what = std::move(what),
                   .url = std::move(url),
                   .max_size = max_size},
          .chain_header = std::string(chain_header)};
}

FetchedFile File(absl::string_view role, std::string bytes,
                 const CollateralAnswer& answer, absl::string_view until_what,
                 absl::Time until) {
  return {.role = role,
          .bytes = std::move(bytes),
          .url = answer.url,
          .fetched = answer.fetched,
          .from_cache = answer.from_cache,
          .until_what = until_what,
          .until = until};
}

absl::Time Earlier(const Certificate& a, const Certificate& b) {
  return std::min(a.not_after(), b.not_after());
}

// An answer, and what was read of it.
template <typename Read>
using Kept = std::pair<CollateralAnswer, Read>;

// Asks one question; `reader` makes a StatusOr<Read> of an answer.
template <typename Reader, typename Read = typename std::invoke_result_t<
                               Reader, const CollateralAnswer&>::value_type>
absl::StatusOr<Kept<Read>> Ask(CollateralAnswers& answers,
                               const CollateralQuestion& question,
                               const Reader& reader) {
  std::optional<Read> read;
  ASSIGN_OR_RETURN(
      CollateralAnswer answer,
      answers.Get(question, [&](const CollateralAnswer& found) -> absl::Status {
        ASSIGN_OR_RETURN(read, reader(found));
        return absl::OkStatus();
      }));
  return Kept<Read>(std::move(answer), *std::move(read));
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

void AddLists(const Kept<ReadPckCrl>& pck, const Kept<RevocationList>& root,
              FetchedCollateral& out) {
  const PckChain& chain = pck.second.chain;
  out.files.push_back(File("pck_crl", pck.first.body, pck.first, kNextUpdate,
                           *pck.second.crl.next_update()));
  out.files.push_back(File("root_crl", root.first.body, root.first, kNextUpdate,
                           *root.second.next_update()));
  out.files.push_back(File("crl_issuer_chain", pck.second.chain_pem, pck.first,
                           kValidUntil,
                           Earlier(chain.intermediate, chain.root)));
}

void AddSigned(const Kept<ReadSigned>& tcb, const Kept<ReadSigned>& qe,
               FetchedCollateral& out) {
  const TcbSigningChain& chain = tcb.second.chain;
  out.files.push_back(File("tcb_info", tcb.first.body, tcb.first, kNextUpdate,
                           tcb.second.next_update));
  out.files.push_back(File("qe_identity", qe.first.body, qe.first, kNextUpdate,
                           qe.second.next_update));
  out.files.push_back(File("tcb_signing_chain", tcb.second.chain_pem, tcb.first,
                           kValidUntil, Earlier(chain.signing, chain.root)));
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

}  // namespace

absl::StatusOr<FetchedCollateral> FetchTdxCollateral(
    const TdxSubject& subject, const CollateralServices& services,
    const TdxRoots& roots, CollateralAnswers& answers) {
  const TdxRules rules{.subject = subject,
                       .roots = roots,
                       .time = ValidityTime::At(answers.now())};
  using Answer = const CollateralAnswer&;
  ASSIGN_OR_RETURN(
      const Kept<ReadPckCrl> pck,
      Ask(answers,
          Question(absl::StrCat("the revocation list of the PCK ",
                                PckCaName(subject.ca), " CA"),
                   PckCrlUrl(services.pcs, subject.ca),
                   RevocationList::kMaxSize, kPckCrlChainHeader),
          [&](Answer answer) { return ReadPckCrlAnswer(answer, rules); }));
  ASSIGN_OR_RETURN(const Kept<RevocationList> root,
                   Ask(answers,
                       Question("the root's revocation list",
                                RootCrlUrl(services.pcs_certificates),
                                RevocationList::kMaxSize, ""),
                       [&](Answer answer) {
                         return ReadRootCrlAnswer(answer, pck.second, rules);
                       }));
  const PckCrls crls{.root = root.second, .pck = pck.second.crl};
  ASSIGN_OR_RETURN(const Kept<ReadSigned> tcb,
                   Ask(answers,
                       Question(absl::StrCat("the TCB info of the FMSPC ",
                                             Hex(subject.fmspc)),
                                TcbInfoUrl(services.pcs, subject.fmspc),
                                kMaxCollateralSize, kTcbInfoChainHeader),
                       [&](Answer answer) {
                         return ReadTcbInfoAnswer(answer, crls, rules);
                       }));
  ASSIGN_OR_RETURN(const Kept<ReadSigned> qe,
                   Ask(answers,
                       Question("the identity of the quoting enclave",
                                QeIdentityUrl(services.pcs), kMaxCollateralSize,
                                kQeIdentityChainHeader),
                       [&](Answer answer) {
                         return ReadQeIdentityAnswer(answer, crls, rules);
                       }));
  RETURN_IF_ERROR(CheckOneSigner(tcb.second, qe.second));
  FetchedCollateral out = Empty(subject);
  AddSigned(tcb, qe, out);
  AddLists(pck, root, out);
  return out;
}

}  // namespace evidenced
