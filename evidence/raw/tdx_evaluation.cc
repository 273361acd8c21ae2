#include "evidence/raw/tdx_evaluation.h"

#include "absl/strings/str_cat.h"

#include "evidence/raw/certificate_checks.h"
#include "evidence/raw/tdx_tcb.h"

namespace evidenced {
namespace {

bool Revokes(const std::optional<RawCrl>& crl, const Certificate& certificate) {
  return crl.has_value() && crl->list.Revokes(certificate);
}

void NoteRevoked(const RawTdxCollateral& collateral, RawTdxEvaluated& out) {
  if (!collateral.pck_crl.has_value() && !collateral.root_crl.has_value()) {
    return;
  }
  for (const Certificate& certificate : out.chain.certificates) {
    out.revoked.emplace_back(certificate.common_name(),
                             Revokes(collateral.pck_crl, certificate) ||
                                 Revokes(collateral.root_crl, certificate));
  }
}

RawTdxEvaluated Evaluate(const NamedQuote& quote,
                         const RawTdxCollateralInput& in,
                         const RawTdxCollateral& collateral,
                         RawVerdict& verdict) {
  RawTdxEvaluated out{.name = quote.name,
                      .layout = {},
                      .quote = std::nullopt,
                      .chain = {},
                      .evaluation = std::nullopt,
                      .revoked = {}};
  absl::StatusOr<TdxQuote> parsed = ParseTdxQuote(quote.bytes);
  out.layout = parsed.status();
  verdict.Add(absl::StrCat(quote.name, "/quote_layout"), "a TD quote",
              parsed.status(), absl::StrCat(quote.bytes.size(), " bytes"));
  if (!parsed.ok()) return out;
  out.quote = *std::move(parsed);
  RawVerdict read;
  out.chain = ReadTdxChain(*out.quote, in.pck_chain, read);
  verdict.Include(read, absl::StrCat(quote.name, "/"));
  verdict.NotChecked(absl::StrCat(quote.name, "/genuine"),
                     "a quote that its platform signed",
                     "not judged here: verify tdx does");
  NoteRevoked(collateral, out);
  if (!out.chain.pck.ok()) {
    verdict.Undecided(absl::StrCat(quote.name, "/tcb_evaluation"),
                      "the platform of a quote, by its PCK certificate",
                      out.chain.pck.status().message());
    return out;
  }
  out.evaluation =
      EvaluateRawTdx(*out.quote, out.chain.pck->extensions, collateral);
  return out;
}

}  // namespace

absl::Status RawTdxCollateralVerdict::layout() const {
  absl::Status status = collateral.layout;
  for (const RawTdxEvaluated& one : evaluations) {
    status.Update(one.layout);
  }
  return status;
}

RawTdxCollateralVerdict JudgeTdxCollateral(const RawTdxCollateralInput& in) {
  RawTdxCollateralVerdict out;
  out.collateral = JudgeTdxCollateralFiles(in.files, {}, in.trust, out.verdict);
  JudgeDates(
      in.trust.time,
      [&] {
        return CheckTdxCollateralCertificates(out.collateral, in.trust.time);
      },
      out.verdict);
  for (const NamedQuote& quote : in.quotes) {
    out.evaluations.push_back(Evaluate(quote, in, out.collateral, out.verdict));
  }
  return out;
}

}  // namespace evidenced
