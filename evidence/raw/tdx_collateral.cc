#include "evidence/raw/tdx_collateral.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/tdx_revocation.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/pck.h"

namespace evidenced {
namespace {

// A file that is not what it was given as. What it says may be refused
// although it can be read.
void NoteLayout(const absl::Status& status, RawTdxCollateral& out) {
  if (status.ok() || !out.layout.ok()) return;
  if (ErrorClassOf(status) == ErrorClass::kCollateralInvalid) return;
  out.layout = status;
}

// What both kinds of signed text have.
struct TextKind {
  absl::string_view name;  // "tcb_info"
  absl::string_view key;
  absl::string_view expected;
};
constexpr TextKind kTcbInfoKind = {
    "tcb_info", kTcbInfoKey, "a TCB info for TDX, version 3, with a signature"};
constexpr TextKind kQeIdentityKind = {
    "qe_identity", kQeIdentityKey,
    "an identity of the QE for TDs, version 2, with a signature"};

template <typename Value>
std::optional<RawSignedText<Value>> ReadText(
    const TextKind& kind, const std::optional<ByteView>& file,
    absl::StatusOr<Value> (*parse)(absl::string_view body),
    RawTdxCollateral& out, RawVerdict& verdict) {
  if (!file.has_value()) return std::nullopt;
  const std::string name = absl::StrCat(kind.name, "_layout");
  absl::StatusOr<SignedJson> text = SplitSignedJson(kind.key, *file);
  NoteLayout(text.status(), out);
  if (!text.ok()) {
    verdict.Add(name, kind.expected, text.status(), "");
    return std::nullopt;
  }
  absl::StatusOr<Value> value = parse(text->body);
  NoteLayout(value.status(), out);
  verdict.Add(name, kind.expected, value.status(),
              absl::StrCat(file->size(), " bytes"));
  return RawSignedText<Value>{.text = *std::move(text),
                              .value = std::move(value),
                              .signature_valid = std::nullopt,
                              .current = std::nullopt};
}

// Each may cost a signature.
absl::StatusOr<std::vector<Certificate>> ReadFew(ByteView file) {
  ASSIGN_OR_RETURN(std::vector<Certificate> read, CertificatesFromFile(file));
  if (read.size() <= kMaxPckCertificates) return read;
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(
                        absl::StrCat("expected at most ", kMaxPckCertificates,
                                     " certificates, found ", read.size())));
}

std::vector<Certificate> ReadChain(absl::string_view name,
                                   const std::optional<ByteView>& file,
                                   RawTdxCollateral& out, RawVerdict& verdict) {
  if (!file.has_value()) return {};
  absl::StatusOr<std::vector<Certificate>> read = ReadFew(*file);
  NoteLayout(read.status(), out);
  if (read.ok()) return *std::move(read);
  verdict.Add(absl::StrCat(name, "_layout"), "X.509 certificates, DER or PEM",
              read.status(), "");
  return {};
}

std::optional<RawCrl> ReadCrl(absl::string_view name,
                              const std::optional<ByteView>& file,
                              RawTdxCollateral& out, RawVerdict& verdict) {
  if (!file.has_value()) return std::nullopt;
  absl::StatusOr<RevocationList> list = RevocationList::FromFile(*file);
  NoteLayout(list.status(), out);
  verdict.Add(absl::StrCat(name, "_layout"), "an X.509 CRL, DER or PEM",
              list.status(), list.ok() ? list->issuer() : "");
  if (!list.ok()) return std::nullopt;
  return RawCrl{.list = *std::move(list),
                .signature_valid = std::nullopt,
                .current = std::nullopt};
}

// By the first certificate of the chain.
template <typename Value>
void JudgeSignature(const TextKind& kind, RawTdxCollateral& out,
                    std::optional<RawSignedText<Value>>& text,
                    RawVerdict& verdict) {
  if (!text.has_value()) return;
  constexpr char kExpected[] = "a signature by TCB signing over the text";
  const std::string name = absl::StrCat(kind.name, "_signature_valid");
  if (out.tcb_signing_chain.empty()) {
    verdict.Undecided(name, kExpected,
                      "no certificate of TCB signing was given");
    return;
  }
  const absl::Status status =
      CheckCollateralSignature(text->text, out.tcb_signing_chain.front());
  text->signature_valid = status.ok();
  verdict.Add(name, kExpected, status, "it verifies");
}

absl::Status CheckChain(const std::vector<Certificate>& certificates) {
  ASSIGN_OR_RETURN(const TcbSigningChain chain,
                   TcbSigningChainOf(certificates));
  return CheckTcbSigningChain(chain);
}

void JudgeSigningChain(const RawTdxTrust& trust, RawTdxCollateral& out,
                       RawVerdict& verdict) {
  if (out.tcb_signing_chain.empty()) return;
  const absl::Status status = CheckChain(out.tcb_signing_chain);
  out.signing_chain_valid = status.ok();
  AddTdxCollateralCheck("tcb_signing_chain_valid_ignoring_time",
                        "TCB signing, then the root that issued it", status,
                        "it verifies", verdict);
  const Certificate& root = out.tcb_signing_chain.back();
  out.signing_root_trusted = CheckTdxRoot(root, trust.roots).ok();
  JudgeTdxCollateralRoot("tcb_signing", root, trust, verdict);
}

// Whether it is current, which is kept in `current`; the first that is not is
// kept in `all`.
void NoteDates(const absl::Status& status, std::optional<bool>& current,
               absl::Status& all) {
  current = status.ok();
  all.Update(status);
}

template <typename Value>
void CheckDates(absl::string_view what, ValidityTime time,
                std::optional<RawSignedText<Value>>& text, absl::Status& all) {
  if (!text.has_value() || !text->value.ok()) return;
  NoteDates(CheckCollateralDates(what,
                                 {.issue_date = text->value->issue_date,
                                  .next_update = text->value->next_update},
                                 time),
            text->current, all);
}

void CheckDates(ValidityTime time, std::optional<RawCrl>& crl,
                absl::Status& all) {
  if (!crl.has_value()) return;
  NoteDates(CheckCollateralDates(
                absl::StrCat("the CRL of ", crl->list.issuer()),
                {.issue_date = crl->list.this_update(),
                 .next_update =
                     crl->list.next_update().value_or(absl::InfiniteFuture())},
                time),
            crl->current, all);
}

void JudgeFreshness(ValidityTime time, RawTdxCollateral& out,
                    RawVerdict& verdict) {
  constexpr char kExpected[] =
      "collateral that was issued and not yet due at the time given";
  if (!time.checked()) {
    verdict.NotChecked(kCollateralFreshnessCheck, kExpected,
                       "dates are shown, and not judged");
    return;
  }
  absl::Status all;
  CheckDates("the TCB info", time, out.tcb_info, all);
  CheckDates("the QE identity", time, out.qe_identity, all);
  CheckDates(time, out.pck_crl, all);
  CheckDates(time, out.root_crl, all);
  verdict.Add(kCollateralFreshnessCheck, kExpected, all, "all of it was");
}

}  // namespace

bool RawTdxCollateralFiles::empty() const {
  return !tcb_info.has_value() && !qe_identity.has_value() &&
         !tcb_signing_chain.has_value() && !pck_crl.has_value() &&
         !root_crl.has_value() && !crl_issuer_chain.has_value();
}

bool RawTdxCollateral::evaluable() const {
  return tcb_info.has_value() && tcb_info->value.ok() &&
         tcb_info->signature_valid.value_or(false) && qe_identity.has_value() &&
         qe_identity->value.ok() &&
         qe_identity->signature_valid.value_or(false) && signing_chain_valid &&
         signing_root_trusted;
}

RawTdxCollateral JudgeTdxCollateralFiles(const RawTdxCollateralFiles& files,
                                         std::span<const Certificate> others,
                                         const RawTdxTrust& trust,
                                         RawVerdict& verdict) {
  RawTdxCollateral out;
  out.tcb_info =
      ReadText(kTcbInfoKind, files.tcb_info, ParseTcbInfo, out, verdict);
  out.qe_identity = ReadText(kQeIdentityKind, files.qe_identity,
                             ParseQeIdentity, out, verdict);
  out.tcb_signing_chain =
      ReadChain("tcb_signing_chain", files.tcb_signing_chain, out, verdict);
  out.crl_issuer_chain =
      ReadChain("crl_issuer_chain", files.crl_issuer_chain, out, verdict);
  out.pck_crl = ReadCrl("pck_crl", files.pck_crl, out, verdict);
  out.root_crl = ReadCrl("root_crl", files.root_crl, out, verdict);
  JudgeSignature(kTcbInfoKind, out, out.tcb_info, verdict);
  JudgeSignature(kQeIdentityKind, out, out.qe_identity, verdict);
  JudgeSigningChain(trust, out, verdict);
  std::vector<Certificate> all = out.crl_issuer_chain;
  all.insert(all.end(), out.tcb_signing_chain.begin(),
             out.tcb_signing_chain.end());
  all.insert(all.end(), others.begin(), others.end());
  JudgeTdxCrl(RawCrlRole::kPckCa, all, trust, out.pck_crl, verdict);
  JudgeTdxCrl(RawCrlRole::kRoot, all, trust, out.root_crl, verdict);
  JudgeTdxSigningRevocation(out, verdict);
  JudgeFreshness(trust.collateral_time, out, verdict);
  return out;
}

absl::Status CheckTdxCollateralCertificates(const RawTdxCollateral& collateral,
                                            ValidityTime time) {
  for (const auto* certificates :
       {&collateral.tcb_signing_chain, &collateral.crl_issuer_chain}) {
    for (const Certificate& certificate : *certificates) {
      RETURN_IF_ERROR(time.Check(certificate));
    }
  }
  return absl::OkStatus();
}

}  // namespace evidenced
