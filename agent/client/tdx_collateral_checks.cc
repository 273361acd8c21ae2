#include "agent/client/tdx_collateral_checks.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "agent/client/collateral_pem.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/tdx/intel_pki.h"
#include "quote/tdx/tcb_comparison.h"

namespace evidenced {
namespace {

absl::Status Refused(ErrorClass error_class, const std::string& message) {
  return Classified(error_class, absl::UnauthenticatedError(message));
}

// The certificates of an issuer chain, and the text that they stood in.
struct IssuerChain {
  std::string pem;
  std::vector<Certificate> certificates;
};
absl::StatusOr<IssuerChain> ReadIssuerChain(const CollateralAnswer& answer) {
  IssuerChain out;
  ASSIGN_OR_RETURN(out.pem, PemFromHeader(answer.issuer_chain));
  ASSIGN_OR_RETURN(out.certificates, CertificatesFromPem(out.pem));
  return out;
}

// The CA that was asked for, and a root that issued it and is trusted.
absl::StatusOr<PckChain> CheckPckIssuers(
    const std::vector<Certificate>& certificates, const TdxRules& rules) {
  if (certificates.size() != 2) {
    return Refused(
        ErrorClass::kChainInvalid,
        absl::StrCat("expected a PCK CA and its root as issuer chain, found ",
                     certificates.size(), " certificates"));
  }
  PckChain chain{.intermediate = certificates.front(),
                 .root = certificates.back()};
  const absl::string_view expected =
      rules.subject.ca == PckCa::kPlatform ? kPckPlatformCa : kPckProcessorCa;
  if (chain.intermediate.common_name() != expected) {
    return Refused(ErrorClass::kChainInvalid,
                   absl::StrCat("expected ", expected, " as issuer, found ",
                                Printable(chain.intermediate.common_name())));
  }
  RETURN_IF_ERROR(VerifyIntelSignature(chain.intermediate, chain.root));
  RETURN_IF_ERROR(VerifyIntelSignature(chain.root, chain.root));
  RETURN_IF_ERROR(CheckTdxRoot(chain.root, rules.roots));
  RETURN_IF_ERROR(rules.time.Check(chain.intermediate));
  RETURN_IF_ERROR(rules.time.Check(chain.root));
  return chain;
}

absl::StatusOr<VerifiedTcbSigning> VerifySigning(
    const std::vector<Certificate>& certificates, const PckCrls& crls,
    const TdxRules& rules) {
  return VerifyTcbSigning(certificates, {.roots = rules.roots,
                                         .crls = crls,
                                         .crl_use = PckCrlUse::kRequired,
                                         .time = rules.time});
}

absl::Status CheckPlatform(const TcbInfo& info, const TdxSubject& subject) {
  if (subject.pck.has_value()) {
    RETURN_IF_ERROR(CheckFmspc(info, subject.pck->extensions));
    return CheckPceId(info, subject.pck->extensions);
  }
  if (info.fmspc == subject.fmspc) return absl::OkStatus();
  return Refused(
      ErrorClass::kCollateralInvalid,
      absl::StrCat("expected the TCB info of the FMSPC ", Hex(subject.fmspc),
                   ", found that of ", Hex(info.fmspc)));
}

}  // namespace

absl::StatusOr<ReadPckCrl> ReadPckCrlAnswer(const CollateralAnswer& answer,
                                            const TdxRules& rules) {
  ASSIGN_OR_RETURN(IssuerChain issuers, ReadIssuerChain(answer));
  ASSIGN_OR_RETURN(PckChain chain,
                   CheckPckIssuers(issuers.certificates, rules));
  if (rules.subject.pck.has_value()) {
    RETURN_IF_ERROR(VerifyIntelSignature(rules.subject.pck->certificate,
                                         chain.intermediate));
  }
  ASSIGN_OR_RETURN(RevocationList crl,
                   RevocationList::FromFile(AsBytes(answer.body)));
  RETURN_IF_ERROR(CheckIntelCrl(crl, chain.intermediate, rules.time));
  return ReadPckCrl{.chain_pem = std::move(issuers.pem),
                    .chain = std::move(chain),
                    .crl = std::move(crl)};
}

absl::StatusOr<RevocationList> ReadRootCrlAnswer(const CollateralAnswer& answer,
                                                 const ReadPckCrl& pck,
                                                 const TdxRules& rules) {
  ASSIGN_OR_RETURN(RevocationList crl,
                   RevocationList::FromFile(AsBytes(answer.body)));
  RETURN_IF_ERROR(CheckIntelCrl(crl, pck.chain.root, rules.time));
  return crl;
}

absl::Status CheckPckCaNotRevoked(const ReadPckCrl& pck,
                                  const RevocationList& root_crl) {
  RETURN_IF_ERROR(CheckNotRevoked(pck.chain.root, root_crl));
  return CheckNotRevoked(pck.chain.intermediate, root_crl);
}

absl::StatusOr<ReadSigned> ReadTcbInfoAnswer(const CollateralAnswer& answer,
                                             const PckCrls& crls,
                                             const TdxRules& rules) {
  ASSIGN_OR_RETURN(IssuerChain issuers, ReadIssuerChain(answer));
  ASSIGN_OR_RETURN(const VerifiedTcbSigning signing,
                   VerifySigning(issuers.certificates, crls, rules));
  ASSIGN_OR_RETURN(const VerifiedTcbInfo verified,
                   VerifyTcbInfo(AsBytes(answer.body), signing, rules.time));
  RETURN_IF_ERROR(CheckPlatform(verified.info(), rules.subject));
  return ReadSigned{
      .chain_pem = std::move(issuers.pem),
      .chain = signing.chain(),
      .next_update = verified.info().next_update,
      .evaluation_data_number = verified.info().tcb_evaluation_data_number};
}

absl::StatusOr<ReadSigned> ReadQeIdentityAnswer(const CollateralAnswer& answer,
                                                const PckCrls& crls,
                                                const TdxRules& rules) {
  ASSIGN_OR_RETURN(IssuerChain issuers, ReadIssuerChain(answer));
  ASSIGN_OR_RETURN(const VerifiedTcbSigning signing,
                   VerifySigning(issuers.certificates, crls, rules));
  ASSIGN_OR_RETURN(const VerifiedQeIdentity verified,
                   VerifyQeIdentity(AsBytes(answer.body), signing, rules.time));
  return ReadSigned{
      .chain_pem = std::move(issuers.pem),
      .chain = signing.chain(),
      .next_update = verified.identity().next_update,
      .evaluation_data_number = verified.identity().tcb_evaluation_data_number};
}

}  // namespace evidenced
