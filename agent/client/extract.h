#ifndef AGENT_CLIENT_EXTRACT_H_
#define AGENT_CLIENT_EXTRACT_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// Evidence as files that other tools read, by name:
//   report.bin               the ATTESTATION_REPORT, if that signs
//   certificates.table       the certificate table that came with it
//   quote.attest, quote.sig  TPMS_ATTEST and TPMT_SIGNATURE
//   ak.tpmt, ak.pem          the attestation key
//   pcrs.json                register values, bank -> index -> hexadecimal
//   pcrs.dump                the same as `tpm2_quote -o` writes them
//   manifest.bin             the manifest
//   LABEL, LABEL.tail        each other part
//   ak-N.der, ek-N.der       certificates
// So `tpm2_checkquote -u ak.pem -m quote.attest -s quote.sig -g sha256
// -q EXTRADATA -f pcrs.dump` checks the quote.
struct ExtractedEvidence {
  std::map<std::string, Bytes> files;
  std::optional<Bytes> extra_data;  // of the quote; nullopt: there is none
};

// INVALID_ARGUMENT: the statement or the key does not parse, or a part's label
// is no manifest label or the name of another file. Nothing is verified here.
absl::StatusOr<ExtractedEvidence> ExtractEvidence(const v1::Evidence& evidence);

// Writes them into `directory`, which is made unless it exists.
absl::Status WriteExtracted(const ExtractedEvidence& extracted,
                            const std::string& directory);

}  // namespace evidenced

#endif  // AGENT_CLIENT_EXTRACT_H_
