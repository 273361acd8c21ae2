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
#include "evidence/verify/add_check.h"
#include "evidence/verify/limits.h"
#include "evidence/verify/log_steps.h"
#include "evidence/verify/part_checks.h"
#include "evidence/verify/pcr_checks.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kTpm = "tpm";

}  // namespace

const PcrValues& VerifiedEvidence::pcrs() const {
  return tpm_.has_value() ? tpm_->pcrs.values() : no_pcrs_;
}

const VerifiedLog* VerifiedEvidence::FindLog(absl::string_view label) const {
  return evidenced::FindLog(logs_, label);
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
    ASSIGN_OR_RETURN(
        VerifiedCpu cpu,
        CheckCpuStatement(input_.evidence, input_.snp, input_.tdx, checks_));
    std::optional<VerifiedTpmQuote> quote;
    const std::string* statement = FindTpmStatement(input_.evidence);
    if (statement != nullptr) {
      ASSIGN_OR_RETURN(quote,
                       CheckTpmQuote(input_.evidence, *statement, checks_));
    }
    const absl::StatusOr<std::optional<VerifiedTpm>> tpm =
        CheckRegisters(quote);
    absl::StatusOr<VerifiedBinding> binding = CheckBinding(cpu, quote);
    if (!binding.ok()) {
      ListUnboundParts(input_.evidence, checks_);
      return binding.status();
    }
    ListBoundParts(*binding, checks_);
    CheckMediaTypes(*binding, checks_);
    if (!input_.without_cpu_report) CheckReportsRequested(*binding, checks_);
    RETURN_IF_ERROR(tpm.status());
    evidence_.reset(
        new VerifiedEvidence(std::move(cpu), *tpm, *std::move(binding)));
    ReadLogs();
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
    } else if (signer != kTpm && !IsCpuSigner(signer)) {
      status = Refuse("signer-not-supported",
                      absl::StrCat("this version cannot verify ", shown));
    }
    const std::string expected =
        absl::StrCat("one of {", absl::StrJoin(accepted, ", "),
                     "}; this version verifies snp, tdx and tpm");
    if (status.ok()) {
      AddCheck(checks_, "signer", Outcome::kPass, expected, signer);
    } else {
      AddFailure(checks_, "signer", expected, status);
    }
    return status;
  }

  absl::StatusOr<std::optional<VerifiedTpm>> CheckRegisters(
      const std::optional<VerifiedTpmQuote>& quote) {
    if (!quote.has_value()) {
      if (!input_.evidence.registers().empty()) {
        AddCheck(checks_, "registers", Outcome::kNotChecked,
                 "registers that a TPM quoted",
                 "registers without a quote: nothing is claimed from them");
      }
      return std::nullopt;
    }
    auto pcrs = CheckTpmPcrs(input_.evidence, *quote, checks_);
    CheckSelection(input_.requested_pcrs, quote->quote().selection, checks_);
    RETURN_IF_ERROR(pcrs.status());
    return VerifiedTpm{.quote = *quote, .pcrs = *std::move(pcrs)};
  }

  absl::StatusOr<VerifiedBinding> CheckBinding(
      const VerifiedCpu& cpu, const std::optional<VerifiedTpmQuote>& quote) {
    SignedContents contents;
    if (cpu.report_data() != nullptr) {
      contents.signer_data = *cpu.report_data();
      if (quote.has_value()) {
        contents.tpm_extra_data = quote->quote().extra_data;
      }
    } else if (quote.has_value()) {
      contents.signer_data = quote->quote().extra_data;
    }
    const auto verify = [&]() -> absl::StatusOr<VerifiedBinding> {
      ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(input_.evidence));
      return VerifyBinding(input_.state, wire, contents, input_.min_binding);
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

  void ReadLogs() {
    const VerifiedEvidence& evidence = *evidence_;
    LogRegisters registers;
    if (evidence.tpm().has_value()) {
      registers.pcrs = QuotedRegisters(evidence.tpm()->pcrs);
    }
    if (evidence.tdx().has_value()) {
      registers.rtmrs = QuotedRegisters(evidence.tdx()->quote);
    }
    evidence_->logs_ = CheckLogs(evidence.binding(), registers, checks_);
    evidence_->secure_boot_ =
        evidence.tdx().has_value()
            ? SecureBootOfTd(evidence.logs())
            : SecureBootOfTpm(evidence.logs(), evidence.pcrs());
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
