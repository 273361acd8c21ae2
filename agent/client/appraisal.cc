#include "agent/client/appraisal.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/files.h"
#include "agent/client/pcr_selection.h"
#include "evidence/binding/from_proto.h"
#include "evidence/policy/policy.h"
#include "evidence/verify/add_check.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::StatusOr<BindingState> StateFor(const EvidenceSource& source,
                                      const AppraisalMaterial& material) {
  ASSIGN_OR_RETURN(BindingState state, StateFromProto(source.saved.state()));
  if (material.policy.has_value()) {
    state.accept_signers.assign(material.policy->accept_signers().begin(),
                                material.policy->accept_signers().end());
  } else {
    // Whatever this version verifies; which it was, is shown.
    state.accept_signers = {"snp", "tdx", "tpm"};
  }
  return state;
}

bool Passed(const Checks& checks, absl::string_view name) {
  return std::any_of(checks.begin(), checks.end(), [name](const Check& check) {
    return check.name == name && check.outcome == Outcome::kPass;
  });
}

bool NamesKey(const v1::AkPolicy& policy, const TpmPublicArea& ak) {
  const auto& keys = policy.spki_sha256();
  return std::any_of(keys.begin(), keys.end(), [&ak](const std::string& hex) {
    return EqualsHex(hex, ak.key.spki_sha256());
  });
}

}  // namespace

absl::StatusOr<AppraisalMaterial> LoadAppraisal(
    const AppraisalArguments& arguments) {
  if (arguments.policy.empty() != arguments.no_policy) {
    return absl::InvalidArgumentError(
        arguments.no_policy
            ? "expected one of --policy and --no-policy, found both"
            : "expected --policy FILE, or --no-policy to ask only whether the "
              "evidence is genuine; found neither");
  }
  AppraisalMaterial material;
  if (!arguments.policy.empty()) {
    ASSIGN_OR_RETURN(const std::string json,
                     ReadFile(arguments.policy, kMaxPolicySize));
    absl::StatusOr<v1::AppraisalPolicy> policy = ParsePolicy(json);
    RETURN_IF_ERROR(Within(arguments.policy, policy.status()));
    material.policy = *std::move(policy);
    material.policy_file = arguments.policy;
  }
  for (const std::string& path : arguments.ak_cas) {
    ASSIGN_OR_RETURN(const std::string pem, ReadFile(path));
    const absl::StatusOr<std::vector<Certificate>> cas =
        CertificatesFromPem(pem);
    RETURN_IF_ERROR(Within(path, cas.status()));
    material.ak_cas.insert(material.ak_cas.end(), cas->begin(), cas->end());
  }
  if (!arguments.at.empty()) {
    absl::Time at;
    std::string fault;
    if (!absl::ParseTime(absl::RFC3339_full, arguments.at, &at, &fault)) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected --at as 2026-11-25T06:40:00Z, found ",
                       Printable(arguments.at), ": ", fault));
    }
    material.at = at;
  }
  ASSIGN_OR_RETURN(material.cpu, LoadCpuCollateral(arguments.cpu));
  return material;
}

absl::StatusOr<Verdict> Judge(const EvidenceSource& source,
                              const AppraisalMaterial& material,
                              absl::Time now) {
  RETURN_IF_ERROR(
      CheckBundleIsFor(material.cpu, source.saved.evidence().signer()));
  Verdict verdict;
  verdict.state = source.saved.state();
  verdict.origin = source.origin;
  verdict.server = source.server;
  verdict.audience_source = source.audience_source;
  verdict.policy_file = material.policy_file;
  verdict.now = now;
  verdict.at = material.at;

  VerifyInput input;
  input.evidence = source.saved.evidence();
  ASSIGN_OR_RETURN(input.state, StateFor(source, material));
  // Without a policy any level will do; which one it is, is shown.
  input.min_binding = material.policy.has_value() ? MinBinding(*material.policy)
                                                  : BindingLevel::kB0;
  ASSIGN_OR_RETURN(input.requested_pcrs,
                   SelectionFromProto(source.saved.state().requested_pcrs()));
  input.snp = material.cpu.snp;
  input.snp->time = ValidityTime::At(verdict.as_of());
  input.tdx = material.cpu.tdx;
  input.tdx->time = ValidityTime::At(verdict.as_of());
  input.without_cpu_report = source.saved.state().without_cpu_report();
  const Verification verification = VerifyEvidence(input);
  verdict.checks = source.state_checks;
  verdict.checks.insert(verdict.checks.end(), verification.checks.begin(),
                        verification.checks.end());
  verdict.evidence = verification.evidence;
  if (!material.policy.has_value()) return verdict;

  verdict.policy_description = material.policy->description();
  if (verdict.evidence == nullptr) return verdict;
  AppraisalContext context;
  context.now = verdict.now;
  context.as_of = verdict.as_of();
  context.requested_at =
      absl::FromUnixMillis(source.saved.state().requested_unix_ms());
  context.origin = source.origin;
  context.ak_cas = material.ak_cas;
  const Checks appraisal =
      Appraise(*verdict.evidence, *material.policy, context);
  verdict.checks.insert(verdict.checks.end(), appraisal.begin(),
                        appraisal.end());
  verdict.ak_named = Passed(appraisal, "policy/ak");
  verdict.ak_by_issuer =
      verdict.ak_named &&
      !NamesKey(material.policy->ak(), verdict.evidence->tpm()->quote.ak());
  return verdict;
}

}  // namespace evidenced
