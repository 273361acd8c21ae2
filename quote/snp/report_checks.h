#ifndef QUOTE_SNP_REPORT_CHECKS_H_
#define QUOTE_SNP_REPORT_CHECKS_H_

#include "absl/status/status.h"

#include "quote/base/bytes.h"
#include "quote/crypto/public_key.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/report.h"

namespace evidenced {

// The steps of VerifySnpReport(), for those that want each one's answer. None
// but CheckSnpSignature() says that the report is genuine.

// Version 2 to 5. INVALID_ARGUMENT (kUnsupportedVersion): another.
absl::Status CheckSnpVersion(const SnpReport& report);

// ECDSA P-384 with SHA-384. INVALID_ARGUMENT (kUnsupportedAlgorithm): another.
absl::Status CheckSnpSignatureAlgorithm(const SnpReport& report);

// INVALID_ARGUMENT (kMalformed): a reserved field is not zero.
absl::Status CheckSnpReserved(const SnpReport& report);

// Signed by a VCEK or VLEK. UNAUTHENTICATED (kSignatureInvalid): by nobody.
// INVALID_ARGUMENT (kUnsupportedType): a reserved kind of key.
absl::Status CheckSnpSigningKey(const SnpReport& report);

// A processor that is known, if the report says which. INVALID_ARGUMENT
// (kUnsupportedType): another.
absl::Status CheckSnpProduct(const SnpReport& report);

// The signature over the first kSnpSignedSize bytes of `bytes`, of which
// `report` was parsed: R and S above zero and below the order, and by `key`.
// UNAUTHENTICATED (kSignatureInvalid): otherwise.
absl::Status CheckSnpSignature(ByteView bytes, const SnpReport& report,
                               const PublicKey& key);

// The certificate is one for keys of the kind that the report names, for the
// processor that the report names, if it does; for the reported TCB; and, if a
// VCEK, for the chip: all of its ID, or the first 8 bytes on Turin, where the
// rest is zero. UNAUTHENTICATED (kBindingMismatch): otherwise.
absl::Status CheckSnpKeyKind(const SnpReport& report,
                             const SnpEndorsement& endorsement);
absl::Status CheckSnpSameProduct(const SnpReport& report,
                                 const SnpEndorsement& endorsement);
absl::Status CheckSnpReportedTcb(const SnpReport& report,
                                 const SnpEndorsement& endorsement);
absl::Status CheckSnpChip(const SnpReport& report,
                          const SnpEndorsement& endorsement);

}  // namespace evidenced

#endif  // QUOTE_SNP_REPORT_CHECKS_H_
