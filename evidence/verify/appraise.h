#ifndef EVIDENCE_VERIFY_APPRAISE_H_
#define EVIDENCE_VERIFY_APPRAISE_H_

#include <vector>

#include "absl/time/time.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"
#include "evidence/verify/verified_evidence.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// Where the verifier's own state comes from.
enum class StateOrigin : uint8_t {
  kLive,            // this very process asked
  kRecordedInFile,  // the file that the evidence came in
  kGivenApart,      // a file of the verifier's own
};

struct AppraisalContext {
  absl::Time now;    // the verifier's clock
  absl::Time as_of;  // at which certificates must be valid
  absl::Time requested_at;
  StateOrigin origin = StateOrigin::kLive;
  // CA certificates for AK certificates; only those that the policy names by
  // key count.
  std::vector<Certificate> ak_cas;
};

// Is it acceptable? Every check of the policy, with expected, found and
// outcome; what the policy does not set is listed with its default.
Checks Appraise(const VerifiedEvidence& evidence,
                const ::evidence::v1::AppraisalPolicy& policy,
                const AppraisalContext& context);

// The policy's minimum binding level; unset means B1.
BindingLevel MinBinding(const ::evidence::v1::AppraisalPolicy& policy);

// A first policy that this evidence meets, marked "trust on first use": of an
// SNP report or a TDX quote the measurements, keys, TCB and what else stays the
// same from launch to launch; the AK by its key, and the PCRs that say what
// booted.
::evidence::v1::AppraisalPolicy PolicyFromEvidence(
    const VerifiedEvidence& evidence);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_APPRAISE_H_
