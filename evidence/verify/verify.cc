#include "evidence/verify/verify.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/binding/from_proto.h"
#include "evidence/binding/refusal.h"
#include "evidence/log/describe.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/public_area.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr uint32_t kDemandedPcrs = 16;  // PCRs 0 to 15

absl::StatusOr<PcrValues> RegistersOf(const v1::Evidence& evidence) {
  PcrValues values;
  for (const v1::RegisterBank& bank : evidence.registers()) {
    const auto algorithm =
        HashAlgorithmFromId(static_cast<uint16_t>(bank.algorithm()));
    if (!algorithm.has_value() || values.contains(*algorithm)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each known PCR bank once, found %d", bank.algorithm()));
    }
    auto& registers = values[*algorithm];
    for (const v1::Register& reg : bank.registers()) {
      if (!registers.emplace(reg.index(), ToBytes(AsBytes(reg.value())))
               .second) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected each PCR once, found PCR %d of %s twice",
                            reg.index(), HashName(*algorithm)));
      }
    }
  }
  return values;
}

std::string SelectionText(const std::vector<PcrBankSelection>& selection) {
  std::string text;
  for (const PcrBankSelection& bank : selection) {
    absl::StrAppend(&text, text.empty() ? "" : "+", HashName(bank.algorithm),
                    ":");
    for (size_t i = 0; i < bank.pcrs.size(); ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", bank.pcrs[i]);
    }
  }
  return text.empty() ? "no PCR" : text;
}

bool Covers(const std::vector<PcrBankSelection>& quoted,
            const PcrBankSelection& wanted) {
  return std::any_of(
      quoted.begin(), quoted.end(), [&wanted](const PcrBankSelection& bank) {
        return bank.algorithm == wanted.algorithm &&
               std::includes(bank.pcrs.begin(), bank.pcrs.end(),
                             wanted.pcrs.begin(), wanted.pcrs.end());
      });
}

bool CoversDefault(const std::vector<PcrBankSelection>& quoted) {
  return std::any_of(quoted.begin(), quoted.end(),
                     [](const PcrBankSelection& bank) {
                       return bank.algorithm != HashAlgorithm::kSha1 &&
                              std::count_if(bank.pcrs.begin(), bank.pcrs.end(),
                                            [](uint32_t pcr) {
                                              return pcr < kDemandedPcrs;
                                            }) == kDemandedPcrs;
                     });
}

absl::StatusOr<VerifiedLog> ReadLog(const std::string& label, Bytes part,
                                    Bytes tail, const PcrValues& quoted) {
  VerifiedLog out;
  out.label = label;
  out.part = std::move(part);
  out.tail = std::move(tail);
  const bool ima = label == "log.ima";
  ASSIGN_OR_RETURN(out.log,
                   ima ? ParseImaLog(out.part) : ParseTcgLog(out.part));
  if (out.log.length != out.part.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a log without padding, found %d bytes after "
                        "the last event",
                        out.part.size() - out.log.length));
  }
  out.events = out.log.events;
  if (!out.tail.empty()) {
    ASSIGN_OR_RETURN(
        const EventLog tail_log,
        ima ? ParseImaLog(out.tail) : ParseTcgLogTail(out.log, out.tail));
    out.events.insert(out.events.end(), tail_log.events.begin(),
                      tail_log.events.end());
  }
  out.verdict = CompareWithRegisters(out.log, out.events, quoted);
  return out;
}

std::string RegisterText(const LogVerdict& verdict, RegisterState state) {
  std::string text;
  for (const RegisterVerdict& reg : verdict.registers) {
    if (reg.state != state) continue;
    absl::StrAppend(&text, text.empty() ? "" : ",", reg.reg);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::span<const LogEvent> VerifiedLog::quoted() const {
  return std::span<const LogEvent>(events).first(
      verdict.quoted_events.value_or(0));
}

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
    RETURN_IF_ERROR(CheckSigner());
    ASSIGN_OR_RETURN(VerifiedTpmQuote quote, CheckQuote());
    const absl::StatusOr<VerifiedPcrs> pcrs = CheckPcrs(quote);
    CheckSelection(quote);
    ASSIGN_OR_RETURN(VerifiedBinding binding, CheckBinding(quote));
    RETURN_IF_ERROR(pcrs.status());
    evidence_.reset(
        new VerifiedEvidence(std::move(quote), *pcrs, std::move(binding)));
    CheckLogs();
    CollectCertificates();
    return absl::OkStatus();
  }

  absl::Status CheckSigner() {
    const bool supported = input_.evidence.signer() == "tpm";
    Add("signer-supported", supported, "a statement of this version's: tpm",
        Printable(input_.evidence.signer()));
    return supported ? absl::OkStatus() : absl::UnimplementedError("signer");
  }

  absl::StatusOr<VerifiedTpmQuote> CheckQuote() {
    const auto statement =
        AddStatus("statement", "TPM2B_ATTEST, then TPMT_SIGNATURE",
                  SplitTpmStatement(AsBytes(input_.evidence.statement())),
                  [](const TpmStatement& s) {
                    return absl::StrFormat("%d and %d bytes", s.attest.size(),
                                           s.signature.size());
                  });
    const auto ak = AddStatus(
        "attestation-key", "a TPMT_PUBLIC as part tpm.ak", FindAk(),
        [](const TpmPublicArea& area) {
          return absl::StrCat(area.key.is_rsa() ? "RSA" : "ECC",
                              " key, SHA-256 of its SubjectPublicKeyInfo ",
                              Hex(area.key.spki_sha256()));
        });
    RETURN_IF_ERROR(statement.status());
    RETURN_IF_ERROR(ak.status());
    return AddStatus(
        "quote-signature",
        "a quote signed by that key, restricted to what its TPM "
        "makes",
        VerifyTpmQuote(statement->attest, statement->signature, *ak),
        [](const VerifiedTpmQuote&) { return "it verifies"; });
  }

  absl::StatusOr<TpmPublicArea> FindAk() const {
    for (const v1::Part& part : input_.evidence.parts()) {
      if (part.label() == "tpm.ak") return ParseTpmPublic(AsBytes(part.data()));
    }
    return absl::InvalidArgumentError("no part tpm.ak");
  }

  absl::StatusOr<VerifiedPcrs> CheckPcrs(const VerifiedTpmQuote& quote) {
    const auto verify = [&]() -> absl::StatusOr<VerifiedPcrs> {
      ASSIGN_OR_RETURN(const PcrValues values, RegistersOf(input_.evidence));
      return VerifyPcrs(quote, values);
    };
    return AddStatus("pcr-digest",
                     absl::StrCat("PCR values with the quoted digest ",
                                  Hex(quote.quote().pcr_digest)),
                     verify(), [](const VerifiedPcrs&) { return "the same"; });
  }

  void CheckSelection(const VerifiedTpmQuote& quote) {
    const auto& quoted = quote.quote().selection;
    if (input_.requested_pcrs.empty()) {
      Add("pcr-selection", CoversDefault(quoted),
          "PCRs 0 to 15 in a bank stronger than SHA-1", SelectionText(quoted));
      return;
    }
    const bool covered =
        std::all_of(input_.requested_pcrs.begin(), input_.requested_pcrs.end(),
                    [&quoted](const PcrBankSelection& bank) {
                      return Covers(quoted, bank);
                    });
    Add("pcr-selection", covered, SelectionText(input_.requested_pcrs),
        SelectionText(quoted));
  }

  absl::StatusOr<VerifiedBinding> CheckBinding(const VerifiedTpmQuote& quote) {
    const auto verify = [&]() -> absl::StatusOr<VerifiedBinding> {
      ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(input_.evidence));
      return VerifyBinding(input_.state, wire,
                           {.signer_data = quote.quote().extra_data,
                            .tpm_extra_data = std::nullopt},
                           input_.min_binding);
    };
    return AddStatus(
        "binding",
        absl::StrCat("this challenge, these certificates and every part, at "
                     "level ",
                     BindingLevelName(input_.min_binding), " or higher"),
        verify(), [](const VerifiedBinding& binding) {
          return absl::StrFormat("level %s, %d parts by their digests",
                                 BindingLevelName(binding.level()),
                                 binding.parts().size());
        });
  }

  void CheckLogs() {
    const VerifiedBinding& binding = evidence_->binding();
    for (const auto& [label, part] : binding.parts()) {
      if (label != "log.tcg2" && label != "log.ima") continue;
      const auto tail = binding.tails().find(label);
      auto log = ReadLog(label, part,
                         tail == binding.tails().end() ? Bytes{} : tail->second,
                         evidence_->pcrs().values());
      if (!log.ok()) {
        Add(absl::StrCat("log/", label), false, "a well-formed log",
            std::string(log.status().message()));
        continue;
      }
      CheckLog(*log);
      evidence_->logs_.push_back(*std::move(log));
    }
    const VerifiedLog* boot = evidence_->FindLog("log.tcg2");
    if (boot != nullptr) {
      evidence_->secure_boot_ =
          SecureBootState(boot->log, boot->events, boot->verdict);
    }
  }

  void CheckLog(const VerifiedLog& log) {
    const LogVerdict& verdict = log.verdict;
    const std::string found = absl::StrFormat(
        "%s of %d events; PCRs %s match, %s unlogged, %s by SHA-1 alone",
        verdict.quoted_events.has_value() ? absl::StrCat(*verdict.quoted_events)
                                          : "LOG_BEHIND_REGISTER: none",
        log.events.size(), RegisterText(verdict, RegisterState::kMatched),
        RegisterText(verdict, RegisterState::kUnlogged),
        RegisterText(verdict, RegisterState::kWeak));
    const bool all = verdict.quoted_events.has_value() &&
                     std::all_of(verdict.registers.begin(),
                                 verdict.registers.end(), [](const auto& reg) {
                                   return reg.state == RegisterState::kMatched;
                                 });
    checks_.push_back({.name = absl::StrCat("replay/", log.label),
                       .outcome = all ? Outcome::kPass : Outcome::kNotChecked,
                       .expected = "events that give the quoted PCRs",
                       .found = found});
    if (log.tail.empty()) return;
    const size_t quoted = verdict.quoted_events.value_or(0);
    Add(absl::StrCat("tail-beyond-quoted-events/", log.label),
        log.events.size() <= quoted,
        absl::StrFormat("no event beyond the %d quoted ones", quoted),
        absl::StrFormat("%d events", log.events.size()));
  }

  void CollectCertificates() {
    for (const v1::Certificate& entry : input_.evidence.certificates()) {
      auto certificate = Certificate::FromDer(AsBytes(entry.der()));
      if (!certificate.ok()) {
        checks_.push_back(
            {.name = "certificate",
             .outcome = Outcome::kNotChecked,
             .expected = "a DER certificate from the TPM",
             .found = Printable(std::string(certificate.status().message()))});
        continue;
      }
      if (entry.kind() == v1::TPM_AK) {
        evidence_->ak_certs_.push_back(*std::move(certificate));
      } else if (entry.kind() == v1::TPM_EK) {
        evidence_->ek_certs_.push_back(*std::move(certificate));
      }
    }
  }

  void Add(absl::string_view name, bool passed, absl::string_view expected,
           absl::string_view found) {
    checks_.push_back({.name = std::string(name),
                       .outcome = passed ? Outcome::kPass : Outcome::kFail,
                       .expected = std::string(expected),
                       .found = std::string(found)});
  }

  // Lists `result`: what `describe` says of its value, or its error with the
  // class of the refusal, if it has one.
  template <typename T, typename Describe>
  absl::StatusOr<T> AddStatus(absl::string_view name,
                              absl::string_view expected,
                              absl::StatusOr<T> result,
                              const Describe& describe) {
    if (result.ok()) {
      Add(name, true, expected, std::string(describe(*result)));
      return result;
    }
    const std::string reason = RefusalReason(result.status());
    Add(name, false, expected,
        absl::StrCat(reason, reason.empty() ? "" : ": ",
                     Printable(result.status().message(), 1024)));
    return result;
  }

  const VerifyInput& input_;
  Checks checks_;
  std::shared_ptr<VerifiedEvidence> evidence_;
};

Verification VerifyEvidence(const VerifyInput& input) {
  return EvidenceVerifier(input).Run();
}

}  // namespace evidenced
