#include "evidence/raw/tdx_quote.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/raw/certificate_checks.h"
#include "evidence/raw/report_data.h"
#include "evidence/raw/tdx_revocation.h"
#include "quote/base/error_class.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/quote_checks.h"

namespace evidenced {
namespace {

constexpr char kChainCheck[] = "pck_chain_valid_to_own_root_ignoring_time";
constexpr char kChainExpected[] = "a chain over a PCK CA to a self-signed root";
constexpr char kRootCheck[] = "root_key_is_intel_sgx_root_ca";
constexpr char kRootExpected[] = "the key of a root that is trusted";
constexpr char kQeSignatureCheck[] = "qe_report_signature_valid";
constexpr char kQeSignatureExpected[] =
    "a signature by the PCK over the quoting enclave's report";

// What the quote says of itself.
void CheckForm(RawTdxQuote& out) {
  const TdxQuote& quote = *out.quote;
  out.verdict.Add("version_is_4_or_5", "version 4 or 5", CheckTdxVersion(quote),
                  absl::StrCat(quote.header.version));
  out.verdict.Add("tee_type_is_tdx", "a quote of a TD", CheckTdxTeeType(quote),
                  absl::StrFormat("0x%02x", quote.header.tee_type));
  out.verdict.Add("qe_vendor_is_intel", "Intel as vendor of the QE",
                  CheckTdxQeVendor(quote), Hex(quote.header.qe_vendor_id));
}

void CheckKey(const RawTdxInput& in, RawTdxQuote& out) {
  const TdxQuote& quote = *out.quote;
  out.verdict.Add("quote_signature_valid",
                  "a signature by the attestation key over the quote",
                  CheckTdxSignature(in.quote, quote), "it verifies");
  out.verdict.Add("qe_report_data_binds_attestation_key",
                  "a QE that made this attestation key",
                  CheckTdxKeyBinding(quote), "it did");
  out.verdict.Add(
      "qe_is_intels_for_tds", "Intel's QE for TDs, not under debug",
      CheckTdxQe(quote, in.trust.enclaves),
      absl::StrFormat("signer %s, product %d", Hex(quote.qe_report.mr_signer),
                      quote.qe_report.isv_prod_id));
}

// Nobody signs what is behind the signature data, and a buffer of a fixed size
// has something there.
void ShowTrailing(RawTdxQuote& out) {
  const absl::Status status = CheckTdxPadding(*out.quote);
  if (status.ok()) return;
  out.verdict.NotChecked("trailing_bytes_zero",
                         "zero in what no signature covers", status.message());
}

void JudgeRoot(const Certificate* root, const RawTdxTrust& trust,
               RawVerdict& verdict) {
  if (root == nullptr) {
    verdict.NotChecked(kRootCheck, kRootExpected, "no root was given");
    return;
  }
  verdict.Add(kRootCheck, kRootExpected, CheckTdxRoot(*root, trust.roots),
              TdxRootText(*root));
}

absl::StatusOr<PckChain> FindChain(const RawTdxQuote& judged) {
  absl::StatusOr<PckChain> chain =
      FindPckChain(judged.chain.pck->certificate, judged.chain.ca);
  if (!chain.ok()) return chain;
  const absl::Status kind = CheckPckIntermediate(*chain);
  if (!kind.ok()) return kind;
  return chain;
}

absl::Status CheckAllDates(const RawTdxQuote& judged,
                           const std::optional<PckChain>& chain,
                           ValidityTime time) {
  absl::Status status;
  if (chain.has_value()) {
    status = CheckPckDates(judged.chain.pck->certificate, *chain, time);
  }
  if (judged.collateral.has_value()) {
    status.Update(CheckTdxCollateralCertificates(*judged.collateral, time));
  }
  return status;
}

// nullopt: there is none.
std::optional<PckChain> JudgeChain(const RawTdxInput& in, RawTdxQuote& out) {
  absl::StatusOr<PckChain> chain = FindChain(out);
  if (!chain.ok() && !out.chain.HasIssuers()) {
    out.verdict.Undecided(kChainCheck, kChainExpected,
                          chain.status().message());
  } else {
    out.verdict.Add(kChainCheck, kChainExpected, chain.status(),
                    chain.ok() ? absl::StrCat(chain->intermediate.subject(),
                                              "; ", chain->root.subject())
                               : "");
  }
  JudgeRoot(chain.ok() ? &chain->root : FindSelfIssued(out.chain.ca), in.trust,
            out.verdict);
  if (!chain.ok()) return std::nullopt;
  return *std::move(chain);
}

// Without a PCK's certificate.
void NoteNoPck(const RawTdxTrust& trust, RawTdxQuote& out) {
  if (absl::IsNotFound(out.chain.pck.status())) {
    out.verdict.Undecided(kQeSignatureCheck, kQeSignatureExpected,
                          "no PCK certificate was given");
  } else {
    out.verdict.Add("pck_certificate_layout", "the certificate of a PCK",
                    out.chain.pck.status(), "");
    out.verdict.NotChecked(kQeSignatureCheck, kQeSignatureExpected,
                           "no PCK certificate was given");
  }
  out.verdict.NotChecked(kChainCheck, kChainExpected,
                         "no PCK certificate was given");
  JudgeRoot(FindSelfIssued(out.chain.ca), trust, out.verdict);
}

std::optional<PckChain> CheckEndorsement(const RawTdxInput& in,
                                         RawTdxQuote& out) {
  if (!out.chain.pck.ok()) {
    NoteNoPck(in.trust, out);
    return std::nullopt;
  }
  out.verdict.Add(kQeSignatureCheck, kQeSignatureExpected,
                  CheckTdxQeSignature(*out.quote, out.chain.pck->key),
                  "it verifies");
  return JudgeChain(in, out);
}

// Whether collateral may speak of this platform: who vouches for one must vouch
// for the other. Without both chains nothing is known against it.
absl::Status JudgeCommonRoot(const std::optional<PckChain>& chain,
                             RawTdxQuote& out) {
  if (!chain.has_value() || !out.collateral.has_value() ||
      out.collateral->tcb_signing_chain.empty()) {
    return absl::OkStatus();
  }
  absl::Status status = CheckCollateralRoot(
      out.collateral->tcb_signing_chain.back(), chain->root);
  AddTdxCollateralCheck(kTdxCommonRootCheck,
                        "collateral by the platform's own root", status,
                        "the same", out.verdict);
  return status;
}

// How the platform stands, by what Intel says of it.
void JudgePlatform(const std::optional<PckChain>& chain, RawTdxQuote& out) {
  if (chain.has_value()) {
    JudgeTdxRevocation(out.chain.pck->certificate, *chain,
                       out.collateral.value_or(RawTdxCollateral()),
                       out.verdict);
  }
  const absl::Status common_root = JudgeCommonRoot(chain, out);
  if (out.collateral.has_value() && out.chain.pck.ok()) {
    out.evaluation =
        EvaluateRawTdx(*out.quote, out.chain.pck->extensions, *out.collateral);
  }
  if (!common_root.ok() && out.evaluation.has_value()) {
    out.evaluation->tcb = common_root;
  }
  JudgeTdxTcb(out.collateral, out.evaluation, out.verdict);
}

}  // namespace

std::optional<TdxTcb> RawTdxQuote::tcb() const {
  if (!collateral.has_value() || !collateral->evaluable() ||
      !evaluation.has_value() || !evaluation->tcb.has_value() ||
      !evaluation->tcb->ok()) {
    return std::nullopt;
  }
  return **evaluation->tcb;
}

RawTdxQuote JudgeTdxQuote(const RawTdxInput& in) {
  RawTdxQuote out;
  absl::StatusOr<TdxQuote> quote = ParseTdxQuote(in.quote);
  out.layout = quote.status();
  out.verdict.Add("quote_layout", "a TD quote", quote.status(),
                  absl::StrCat(in.quote.size(), " bytes"));
  if (!quote.ok()) return out;
  out.quote = *std::move(quote);
  CheckForm(out);
  CheckKey(in, out);
  out.chain = ReadTdxChain(*out.quote, in.pck_chain, out.verdict);
  if (!in.collateral.empty()) {
    out.collateral = JudgeTdxCollateralFiles(in.collateral, out.chain.ca,
                                             in.trust, out.verdict);
  }
  const std::optional<PckChain> chain = CheckEndorsement(in, out);
  if (chain.has_value() || out.collateral.has_value()) {
    JudgeDates(
        in.trust.time, [&] { return CheckAllDates(out, chain, in.trust.time); },
        out.verdict);
  }
  JudgePlatform(chain, out);
  ShowTrailing(out);
  const Bytes& report_data = out.quote->td.has_value()
                                 ? out.quote->td->report_data
                                 : out.quote->enclave->report_data;
  JudgeReportData(in.report_data, report_data, out.verdict);
  return out;
}

}  // namespace evidenced
