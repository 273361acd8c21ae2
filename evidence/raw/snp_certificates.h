#ifndef EVIDENCE_RAW_SNP_CERTIFICATES_H_
#define EVIDENCE_RAW_SNP_CERTIFICATES_H_

#include <optional>

#include "absl/status/status.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_keys.h"
#include "quote/base/bytes.h"

namespace evidenced {

// The verdict on AMD's certificates that were handed over by themselves.
struct RawSnpCertificates {
  RawVerdict verdict;
  absl::Status layout;  // the first file that is none
  RawSnpKeys keys;
  std::optional<Certificate> root;  // of CAs without a key
};

// With a VCEK or VLEK: whether it is one, and its chain, as JudgeSnpReport().
// Without: whether there is a self-signed root, its key is trusted for the
// product that its name says, and it signed all others.
RawSnpCertificates JudgeSnpCertificates(const RawSnpFiles& files,
                                        const RawSnpTrust& trust);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_SNP_CERTIFICATES_H_
