#ifndef AGENT_CLIENT_VERDICT_H_
#define AGENT_CLIENT_VERDICT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "evidence/v1/saved.pb.h"

#include "evidence/verify/appraise.h"
#include "evidence/verify/check.h"
#include "evidence/verify/verify.h"
#include "quote/crypto/certificate.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// Everything that is shown of one verification.
struct Verdict {
  v1::VerifierState state;
  StateOrigin origin = StateOrigin::kLive;
  // The certificate that the server showed; nullopt without TLS, and for a
  // file, which has its digest alone.
  std::optional<Certificate> server;
  // Where the audience comes from, in words.
  std::string audience_source;
  // The policy's file; nullopt: none was applied.
  std::optional<std::string> policy_file;
  std::string policy_description;
  absl::Time now;
  // The time that was given for certificates to be valid at.
  std::optional<absl::Time> at;
  Checks checks;
  // nullptr: it did not verify.
  std::shared_ptr<const VerifiedEvidence> evidence;
  // The policy names the AK, by its key or by a certificate of an issuer.
  bool ak_named = false;
  // By the latter.
  bool ak_by_issuer = false;

  absl::Time as_of() const { return at.value_or(now); }
  bool accepted() const { return evidence != nullptr && NoneFailed(checks); }
  // Of a rejection: the first check that failed, with what it found.
  std::string Reason() const;
  // Whether anything but the evidence itself says that the AK is a TPM's: the
  // policy does, by its key or by its issuer.
  bool ak_vouched() const { return accepted() && ak_named; }
};

// "live", "recorded", "recorded, state given apart".
absl::string_view OriginText(StateOrigin origin);

// Item 1 in words: "1, the agent is the TLS server".
std::string RoleText(uint32_t role);

// What a log says of one quoted register in one bank.
struct RegisterExplanation {
  // "matched", "untouched" (no event reached it, and it is as after reset),
  // "weak", "unlogged", "behind", "not in log" (the log has no such bank), "no
  // log" (none extends it)
  std::string state = "no log";
  std::string log;  // its label; empty with "no log"
  // With "unlogged": what the log gives instead, and the banks that it lacks
  // although something was measured there.
  Bytes replayed;
  std::vector<HashAlgorithm> missing;

  bool operator==(const RegisterExplanation&) const = default;
};
RegisterExplanation ExplainRegister(const VerifiedEvidence& evidence,
                                    HashAlgorithm bank, uint32_t reg);
// Of RTMR `index` of evidence that a TDX quote signs.
RegisterExplanation ExplainRtmr(const VerifiedEvidence& evidence,
                                uint32_t index);
// Of one log alone.
RegisterExplanation ExplainByLog(const VerifiedLog& log, HashAlgorithm bank,
                                 uint32_t reg);

// What is known of a certificate that came as one for the AK, in words.
std::string AkCertificateRemark(const Verdict& verdict,
                                const Certificate& certificate);
// Whether the policy's issuer vouches for the AK by it.
bool AkCertificateVouches(const Verdict& verdict,
                          const Certificate& certificate);

}  // namespace evidenced

#endif  // AGENT_CLIENT_VERDICT_H_
