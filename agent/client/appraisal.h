#ifndef AGENT_CLIENT_APPRAISAL_H_
#define AGENT_CLIENT_APPRAISAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/policy.pb.h"

#include "agent/client/cpu_trust.h"
#include "agent/client/source.h"
#include "agent/client/verdict.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

struct AppraisalArguments {
  std::string policy;  // file
  bool no_policy = false;
  std::vector<std::string> ak_cas;  // files
  std::string at;
  CpuTrustArguments cpu;
};

// The verifier's own material; no policy: the evidence need only be genuine.
struct AppraisalMaterial {
  std::optional<std::string> policy_file;
  std::optional<v1::AppraisalPolicy> policy;
  std::vector<Certificate> ak_cas;
  std::optional<absl::Time> at;
  // Its time is the verdict's.
  CpuCollateral cpu;
};

// INVALID_ARGUMENT: neither or both of --policy and --no-policy, or a file or
// time that does not parse.
absl::StatusOr<AppraisalMaterial> LoadAppraisal(
    const AppraisalArguments& arguments);

// Verifies and appraises, `now`; certificates must be valid then unless the
// material has a time of its own. INVALID_ARGUMENT: the state holds what no
// verifier wrote. As CheckBundleIsFor().
absl::StatusOr<Verdict> Judge(const EvidenceSource& source,
                              const AppraisalMaterial& material,
                              absl::Time now);

}  // namespace evidenced

#endif  // AGENT_CLIENT_APPRAISAL_H_
