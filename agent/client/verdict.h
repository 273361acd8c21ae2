#ifndef AGENT_CLIENT_VERDICT_H_
#define AGENT_CLIENT_VERDICT_H_

#include <memory>
#include <optional>
#include <string>

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
  Checks checks;
  // nullptr: it did not verify.
  std::shared_ptr<const VerifiedEvidence> evidence;

  bool accepted() const { return evidence != nullptr && NoneFailed(checks); }
  // Of a rejection: the first check that failed, with what it found.
  std::string Reason() const;
};

// "live", "recorded", "recorded, state given apart".
absl::string_view OriginText(StateOrigin origin);

// Item 1 in words: "1, the agent is the TLS server".
std::string RoleText(uint32_t role);

// What a log says of one quoted register.
struct RegisterExplanation {
  std::string state;  // "matched", "unlogged", "weak", "behind", "no log"
  std::string log;    // its label; empty if no log extends the register
  Bytes replayed;     // with "unlogged": what the log gives instead
};
RegisterExplanation ExplainRegister(const VerifiedEvidence& evidence,
                                    HashAlgorithm bank, uint32_t reg);

}  // namespace evidenced

#endif  // AGENT_CLIENT_VERDICT_H_
