#include "evidence/verify/verify.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/binding/from_proto.h"
#include "evidence/binding/refusal.h"
#include "evidence/log/describe.h"
#include "evidence/verify/add_check.h"
#include "evidence/verify/limits.h"
#include "evidence/verify/part_checks.h"
#include "evidence/verify/pcr_checks.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/public_area.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kTpm = "tpm";
constexpr absl::string_view kAkLabel = "tpm.ak";
constexpr absl::string_view kTcg2Label = "log.tcg2";
constexpr uint32_t kSecureBootPcr = 7;

// Whether PCR 7 is quoted in the bank that every firmware fills. The attester
// chooses what it quotes, and the state in a saved file may ask for any bank:
// without this, one that the firmware does not fill could stand alone.
bool ShowsFirmware(const PcrValues& quoted) {
  const auto bank = quoted.find(HashAlgorithm::kSha256);
  return bank != quoted.end() && bank->second.contains(kSecureBootPcr);
}

}  // namespace

const VerifiedLog* VerifiedEvidence::FindLog(absl::string_view label) const {
  for (const VerifiedLog& log : logs_) {
    if (log.label == label) return &log;
  }
  return nullptr;
}

// One verification, step by step; each step lists what it checked.
class EvidenceVerifier {
 public:
  explicit EvidenceVerifier(const VerifyInput& input) : input_(input) {}

  Verification Run() && {
    const absl::Status status = Verify();
    // A step that stops has listed why.
    if (status.ok() && NoneFailed(checks_)) {
      return {.checks = std::move(checks_), .evidence = std::move(evidence_)};
    }
    return {.checks = std::move(checks_), .evidence = nullptr};
  }

 private:
  absl::Status Verify() {
    RETURN_IF_ERROR(CheckLimits());
    RETURN_IF_ERROR(CheckSigner());
    ASSIGN_OR_RETURN(VerifiedTpmQuote quote, CheckQuote());
    const absl::StatusOr<VerifiedPcrs> pcrs = CheckPcrs(quote);
    CheckSelection(input_.requested_pcrs, quote.quote().selection, checks_);
    absl::StatusOr<VerifiedBinding> binding = CheckBinding(quote);
    if (!binding.ok()) {
      ListUnboundParts(input_.evidence, checks_);
      return binding.status();
    }
    ListBoundParts(*binding, checks_);
    CheckMediaTypes(*binding, checks_);
    RETURN_IF_ERROR(pcrs.status());
    evidence_.reset(
        new VerifiedEvidence(std::move(quote), *pcrs, *std::move(binding)));
    CheckLogs();
    CollectCertificates();
    return absl::OkStatus();
  }

  // Listed only if they do not hold: they say nothing of the evidence.
  absl::Status CheckLimits() {
    absl::Status status = CheckEvidenceLimits(input_.evidence);
    if (!status.ok()) {
      AddFailure(checks_, "limits", "evidence that is worth the work", status);
    }
    return status;
  }

  absl::Status CheckSigner() {
    const std::string& signer = input_.evidence.signer();
    const auto& accepted = input_.state.accept_signers;
    const std::string shown = absl::StrCat("\"", Printable(signer), "\"");
    absl::Status status;
    if (std::find(accepted.begin(), accepted.end(), signer) == accepted.end()) {
      status = Refuse("signer-not-accepted", absl::StrCat("found ", shown));
    } else if (signer != kTpm) {
      status = Refuse("signer-not-supported",
                      absl::StrCat("this version cannot verify ", shown));
    }
    const std::string expected =
        absl::StrCat("one of {", absl::StrJoin(accepted, ", "),
                     "}; this version verifies tpm alone");
    if (status.ok()) {
      AddCheck(checks_, "signer", Outcome::kPass, expected, signer);
    } else {
      AddFailure(checks_, "signer", expected, status);
    }
    return status;
  }

  absl::StatusOr<VerifiedTpmQuote> CheckQuote() {
    const auto statement = AddResult(
        checks_, "statement", "TPM2B_ATTEST, then TPMT_SIGNATURE",
        SplitTpmStatement(AsBytes(input_.evidence.statement())),
        [](const TpmStatement& found) {
          return absl::StrFormat("%d and %d bytes", found.attest.size(),
                                 found.signature.size());
        });
    const auto ak = AddResult(
        checks_, "attestation-key", "a TPMT_PUBLIC as part tpm.ak", FindAk(),
        [](const TpmPublicArea& area) {
          return absl::StrCat(area.key.is_rsa() ? "RSA" : "ECC",
                              " key, SHA-256 of its SubjectPublicKeyInfo ",
                              Hex(area.key.spki_sha256()));
        });
    RETURN_IF_ERROR(statement.status());
    RETURN_IF_ERROR(ak.status());
    return AddResult(
        checks_, "quote-signature",
        "a quote signed by that key, one that says it is restricted: such a "
        "key signs only what its TPM made",
        VerifyTpmQuote(statement->attest, statement->signature, *ak),
        [](const VerifiedTpmQuote& quote) {
          return absl::StrCat("it verifies; the key is ",
                              DescribeAttributes(quote.ak().attributes));
        });
  }

  absl::StatusOr<TpmPublicArea> FindAk() const {
    for (const v1::Part& part : input_.evidence.parts()) {
      if (part.label() == kAkLabel) return ParseTpmPublic(AsBytes(part.data()));
    }
    return absl::InvalidArgumentError("expected a part tpm.ak, found none");
  }

  absl::StatusOr<VerifiedPcrs> CheckPcrs(const VerifiedTpmQuote& quote) {
    const auto verify = [&]() -> absl::StatusOr<VerifiedPcrs> {
      ASSIGN_OR_RETURN(const PcrValues values,
                       RegistersFromProto(input_.evidence));
      return VerifyPcrs(quote, values);
    };
    return AddResult(checks_, "pcr-digest",
                     absl::StrCat("PCR values with the quoted digest ",
                                  Hex(quote.quote().pcr_digest)),
                     verify(), [](const VerifiedPcrs&) { return "the same"; });
  }

  absl::StatusOr<VerifiedBinding> CheckBinding(const VerifiedTpmQuote& quote) {
    const auto verify = [&]() -> absl::StatusOr<VerifiedBinding> {
      ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(input_.evidence));
      return VerifyBinding(input_.state, wire,
                           {.signer_data = quote.quote().extra_data,
                            .tpm_extra_data = std::nullopt},
                           input_.min_binding);
    };
    return AddResult(
        checks_, "binding",
        absl::StrCat("this challenge, these certificates and every part, at "
                     "level ",
                     BindingLevelName(input_.min_binding), " or higher"),
        verify(), [](const VerifiedBinding& binding) {
          return absl::StrFormat("level %s, %d parts",
                                 BindingLevelName(binding.level()),
                                 binding.parts().size());
        });
  }

  // No digest covers a tail, so only a replay could vouch for it.
  void CheckTails(const VerifiedBinding& binding) {
    for (const auto& [label, tail] : binding.tails()) {
      if (IsKnownLog(label)) continue;
      AddFailure(checks_, absl::StrCat("tail/", label),
                 "no tail of a log that this version does not replay",
                 Refuse("tail-beyond-quoted-events",
                        absl::StrFormat("found %d bytes", tail.size())));
    }
  }

  void CheckLogs() {
    const VerifiedBinding& binding = evidence_->binding();
    CheckTails(binding);
    for (const auto& [label, part] : binding.parts()) {
      if (!IsKnownLog(label)) continue;
      const auto tail = binding.tails().find(label);
      auto log = ReadVerifiedLog(
          label, part, tail == binding.tails().end() ? Bytes{} : tail->second,
          evidence_->pcrs());
      if (!log.ok()) {
        AddFailure(checks_, absl::StrCat("log/", label), "a well-formed log",
                   log.status());
        continue;
      }
      AddCheck(checks_, absl::StrCat("log/", label), Outcome::kPass,
               "a well-formed log",
               absl::StrFormat("%d events", log->events.size()));
      CheckLog(*log, checks_);
      evidence_->logs_.push_back(*std::move(log));
    }
    const VerifiedLog* boot = evidence_->FindLog(kTcg2Label);
    if (boot != nullptr && ShowsFirmware(evidence_->pcrs().values())) {
      evidence_->secure_boot_ =
          SecureBootState(boot->log, boot->events, boot->verdict);
    }
  }

  void CollectCertificates() {
    for (const v1::Certificate& entry : input_.evidence.certificates()) {
      auto certificate = Certificate::FromDer(AsBytes(entry.der()));
      if (!certificate.ok()) {
        AddCheck(checks_, "certificate", Outcome::kNotChecked,
                 "a DER certificate from the TPM",
                 Printable(certificate.status().message()));
        continue;
      }
      if (entry.kind() == v1::TPM_AK) {
        evidence_->ak_certs_.push_back(*std::move(certificate));
      } else if (entry.kind() == v1::TPM_EK) {
        evidence_->ek_certs_.push_back(*std::move(certificate));
      }
    }
  }

  const VerifyInput& input_;
  Checks checks_;
  std::shared_ptr<VerifiedEvidence> evidence_;
};

Verification VerifyEvidence(const VerifyInput& input) {
  return EvidenceVerifier(input).Run();
}

}  // namespace evidenced
