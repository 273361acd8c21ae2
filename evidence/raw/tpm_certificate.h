#ifndef EVIDENCE_RAW_TPM_CERTIFICATE_H_
#define EVIDENCE_RAW_TPM_CERTIFICATE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/tpm/gce_instance.h"

namespace evidenced {

struct RawTpmCertificateInput {
  ByteView cert;  // PEM or DER; certificates behind the first may issue it
  std::vector<ByteView> cas;  // PEM or DER, trusted as far as self-signed
  // When the chain must be valid; nullopt: its dates are not judged.
  std::optional<absl::Time> at;
  const ::evidence::v1::AppraisalPolicy* policy = nullptr;
};

// The verdict on a certificate for a TPM's key, and what was read on the way.
struct RawTpmCertificate {
  RawVerdict verdict;
  absl::Status layout;  // the first fault in the layout of a certificate
  std::optional<Certificate> certificate;
  std::vector<Certificate> cas;    // in the order of their files
  std::vector<Certificate> chain;  // leaf first; empty: there is none
  // The root of the chain, or else the first self-signed CA that was given.
  std::optional<Certificate> root;
  std::optional<GceInstance> gce_instance;
};

// Genuine if and only if `cert` chains to a self-signed CA of `cas`, whatever
// the dates are, and the chain is valid `at` that time, if there is one.
// Whether the root is a pinned one of Google's is shown: the caller chose it.
// Without a self-signed CA there is no verdict. It says nothing of who holds
// the key.
RawTpmCertificate JudgeTpmCertificate(const RawTpmCertificateInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TPM_CERTIFICATE_H_
