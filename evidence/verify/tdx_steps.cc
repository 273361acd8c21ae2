#include "evidence/verify/tdx_steps.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/log/replay.h"
#include "evidence/verify/add_check.h"
#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/quote_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kTcb = "tcb";

absl::StatusOr<TdxQuote> ParseStatement(ByteView statement) {
  ASSIGN_OR_RETURN(TdxQuote quote, ParseTdxQuote(statement));
  RETURN_IF_ERROR(CheckTdxVersion(quote));
  RETURN_IF_ERROR(CheckTdxTeeType(quote));
  return quote;
}

std::string PckText(const VerifiedPck& pck) {
  return absl::StrFormat(
      "the PCK of a platform with the FMSPC %s, by %s and %s",
      Hex(pck.pck().extensions.fmspc),
      Printable(pck.chain().intermediate.common_name()),
      Printable(pck.chain().root.common_name()));
}

constexpr absl::string_view kPckChain = "pck-chain";
constexpr absl::string_view kPckExpected =
    "a PCK certificate, by a chain to a root that is trusted";
constexpr absl::string_view kRevocation = "revocation";
constexpr absl::string_view kUnrevoked =
    "CRLs of the root and of the PCK's issuer that revoke none of them";

void ListRevocation(const VerifiedPck& pck, Checks& checks) {
  if (!pck.crls().has_value()) {
    AddCheck(checks, kRevocation, Outcome::kNotChecked, kUnrevoked,
             "no CRLs were given");
    return;
  }
  AddCheck(checks, kRevocation, Outcome::kPass, kUnrevoked,
           absl::StrFormat("%d and %d revoked, none of these, by one %s and "
                           "one %s",
                           pck.crls()->root.size(), pck.crls()->pck.size(),
                           pck.crls()->root.DatesText(),
                           pck.crls()->pck.DatesText()));
}

// Whose fault a refusal is, the chain's or that of the lists.
void ListRefusal(const TdxQuote& quote, const TdxCollateral& collateral,
                 const absl::Status& status, Checks& checks) {
  TdxCollateral without = collateral;
  without.crls.reset();
  without.cache = nullptr;
  const auto pck = EndorseTdxPck(quote, without);
  if (pck.ok()) {
    AddCheck(checks, kPckChain, Outcome::kPass, kPckExpected, PckText(*pck));
    AddFailure(checks, kRevocation, kUnrevoked, status);
  } else {
    AddFailure(checks, kPckChain, kPckExpected, pck.status());
  }
}

absl::StatusOr<VerifiedPck> CheckPck(const TdxQuote& quote,
                                     const TdxCollateral& collateral,
                                     Checks& checks) {
  auto pck = EndorseTdxPck(quote, collateral);
  if (pck.ok()) {
    AddCheck(checks, kPckChain, Outcome::kPass, kPckExpected, PckText(*pck));
    ListRevocation(*pck, checks);
  } else {
    ListRefusal(quote, collateral, pck.status(), checks);
  }
  return pck;
}

absl::Status CheckEnclave(const TdxQuote& quote,
                          const TdxCollateral& collateral, Checks& checks) {
  constexpr char kName[] = "quoting-enclave";
  constexpr char kExpected[] =
      "a quoting enclave for TDs of a signer that is trusted, not under debug";
  absl::Status status = CheckTdxQe(quote, collateral.enclaves);
  if (status.ok()) {
    AddCheck(
        checks, kName, Outcome::kPass, kExpected,
        absl::StrFormat("MRSIGNER %s, ISVPRODID %d, ISVSVN %d",
                        Hex(quote.qe_report.mr_signer),
                        quote.qe_report.isv_prod_id, quote.qe_report.isv_svn));
  } else {
    AddFailure(checks, kName, kExpected, status);
  }
  return status;
}

std::string TcbText(const TdxTcb& tcb) {
  std::string ids = absl::StrJoin(tcb.advisory_ids, ", ",
                                  [](std::string* out, const std::string& id) {
                                    absl::StrAppend(out, Printable(id));
                                  });
  return absl::StrFormat(
      "evaluated: %s, of %s, evaluation data number %d, advisories: %s%s",
      TcbStatusName(tcb.status),
      absl::FormatTime("%Y-%m-%d", tcb.tcb_date, absl::UTCTimeZone()),
      tcb.tcb_evaluation_data_number, ids.empty() ? "none" : ids,
      tcb.status_now.has_value() ? "" : absl::StrCat("; ", kModuleNowNotShown));
}

// One without the other would leave out half of what is to be looked at, and
// whoever withholds it may know why. Collateral by another root than the
// platform's is no word of who made it.
absl::StatusOr<std::optional<TdxTcb>> EvaluateTcb(
    const TdxCollateral& collateral, VerifiedTdx& verified) {
  ASSIGN_OR_RETURN(const TdxTcbCollateral given,
                   VerifyTcbCollateral(collateral));
  if (!given.tcb_info.has_value() && !given.qe_identity.has_value()) {
    return std::nullopt;
  }
  if (!given.tcb_info.has_value() || !given.qe_identity.has_value()) {
    return CollateralInvalid(
        absl::StrCat("expected TCB info and the QE's identity, found no ",
                     given.tcb_info.has_value() ? "identity" : "TCB info"));
  }
  RETURN_IF_ERROR(CheckCollateralRoot(given.signing->chain().root,
                                      verified.quote.pck().chain().root));
  ASSIGN_OR_RETURN(TdxTcb tcb, EvaluateTdxTcb(verified.quote, *given.tcb_info,
                                              *given.qe_identity));
  verified.tcb_collateral =
      given.tcb_info->dates_checked() && given.qe_identity->dates_checked()
          ? CollateralState::kCurrent
          : CollateralState::kDatesUnknown;
  return tcb;
}

// What was given and is bad fails, whether or not a policy needs it.
absl::Status CheckTcb(const TdxCollateral& collateral, VerifiedTdx& verified,
                      Checks& checks) {
  constexpr char kExpected[] =
      "TCB info and the QE's identity, signed, current and for this platform";
  auto tcb = EvaluateTcb(collateral, verified);
  if (!tcb.ok()) {
    AddFailure(checks, kTcb, kExpected, tcb.status());
    return tcb.status();
  }
  verified.tcb = *std::move(tcb);
  if (verified.tcb.has_value()) {
    AddCheck(checks, kTcb, Outcome::kPass, kExpected, TcbText(*verified.tcb));
  } else {
    AddCheck(checks, kTcb, Outcome::kNotChecked, kExpected,
             "THE TCB WAS NOT EVALUATED: neither was given; the platform may "
             "have known vulnerabilities");
  }
  return absl::OkStatus();
}

RtmrEvents EventsOf(const VerifiedLog& ccel, uint32_t reg) {
  if (!ccel.verdict.Matched(reg)) return std::nullopt;
  std::vector<Bytes> events;
  for (const LogEvent& event : ccel.quoted()) {
    if (!event.extends || event.reg != reg) continue;
    const auto value = ExtendValue(ccel.log, event, HashAlgorithm::kSha384);
    if (!value.has_value()) return std::nullopt;
    events.push_back(*value);
  }
  return events;
}

}  // namespace

TdxFacts FactsOf(const VerifiedTdx& verified, const VerifiedLog* ccel) {
  TdxFacts facts = FactsOf(verified.quote);
  if (verified.tcb.has_value()) facts.tcb = &*verified.tcb;
  facts.tcb_collateral = verified.tcb_collateral;
  if (ccel == nullptr) return facts;
  uint32_t reg = 1;
  for (RtmrEvents& events : facts.rtmr_events) {
    events = EventsOf(*ccel, reg++);
  }
  return facts;
}

absl::StatusOr<VerifiedTdx> CheckTdxQuote(const v1::Evidence& evidence,
                                          const TdxCollateral& collateral,
                                          Checks& checks) {
  const ByteView statement = AsBytes(evidence.statement());
  ASSIGN_OR_RETURN(
      const TdxQuote quote,
      AddResult(checks, "statement", "a TD quote of version 4 or 5",
                ParseStatement(statement), [](const TdxQuote& found) {
                  return absl::StrFormat("version %d, body %s",
                                         found.header.version,
                                         found.td->kind());
                }));
  ASSIGN_OR_RETURN(const VerifiedPck pck, CheckPck(quote, collateral, checks));
  RETURN_IF_ERROR(CheckEnclave(quote, collateral, checks));
  ASSIGN_OR_RETURN(
      VerifiedTdxQuote signed_quote,
      AddResult(checks, "quote-signature",
                "a quote signed by an attestation key of that enclave, whose "
                "report the PCK signed",
                VerifyTdxQuote(statement, pck, collateral.enclaves),
                [](const VerifiedTdxQuote&) { return "it verifies"; }));
  VerifiedTdx verified{.quote = std::move(signed_quote), .tcb = std::nullopt};
  RETURN_IF_ERROR(CheckTcb(collateral, verified, checks));
  return verified;
}

}  // namespace evidenced
