#ifndef TESTS_AGENT_CLIENT_EVIDENCE_BUILDER_H_
#define TESTS_AGENT_CLIENT_EVIDENCE_BUILDER_H_

#include <memory>
#include <string>

#include "evidence/v1/evidence.pb.h"
#include "evidence/v1/saved.pb.h"

#include "quote/base/bytes.h"

namespace evidenced {

// A TPM with one P-256 attestation key, a boot of no events and an IMA log:
// makes genuine evidence of the second form for a verifier without TLS.
class EvidenceBuilder {
 public:
  explicit EvidenceBuilder(Bytes ima_log);
  ~EvidenceBuilder();

  // Evidence for this challenge.
  ::evidence::v1::Evidence Answer(const std::string& audience,
                                  const std::string& nonce,
                                  const std::string& user_data) const;

  // With the state of a verifier who asked for it.
  ::evidence::v1::SavedEvidence Saved() const;

 private:
  struct Key;
  Bytes Sign(ByteView message) const;

  std::unique_ptr<Key> key_;
  Bytes ak_;
  Bytes ima_log_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_EVIDENCE_BUILDER_H_
