#ifndef EVIDENCE_RAW_TPM_QUOTE_H_
#define EVIDENCE_RAW_TPM_QUOTE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/public_key.h"
#include "quote/tpm/attest.h"
#include "quote/tpm/pcr_dump.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "quote/tpm/signature.h"

namespace evidenced {

enum class SignatureForm : uint8_t { kTpmt, kBareRsassaSha256 };

// An attestation key as it was handed over, or why it is none.
struct GivenAk {
  absl::StatusOr<PublicKey> key;
  // Of a TPMT_PUBLIC alone: a bare public key has no attributes.
  std::optional<TpmPublicArea> area;
  // What names the key and is judged beside the quote; empty: nothing.
  std::string vouched_by = {};
};
// A TPMT_PUBLIC, with or without the size of a TPM2B_PUBLIC before it.
GivenAk AkFromTpm(ByteView bytes);

struct RawTpmInput {
  ByteView attest;  // TPMS_ATTEST
  ByteView signature;
  SignatureForm form = SignatureForm::kTpmt;
  // What follows need not be given.
  std::optional<GivenAk> ak;
  // Or why they are none. All that the quote selects must be among them.
  std::optional<absl::StatusOr<PcrValues>> pcrs;
  std::optional<ByteView> pcr_blob;  // tpm2-tools' dump, see PcrDump
  std::optional<Bytes> nonce;        // the extra data that was asked for
  std::optional<ByteView> log;       // of a boot, or an IMA list
  const ::evidence::v1::AppraisalPolicy* policy = nullptr;
};

// A log beside a quote. Views into the log's bytes.
struct RawTpmLog {
  EventLog log;
  std::optional<LogVerdict> verdict;  // nullopt: no registers to compare with
};

// The verdict on a TPM quote that was handed over by itself, with all that was
// read on the way.
struct RawTpmQuote {
  RawVerdict verdict;
  absl::Status layout;  // the first fault in the layout of attest or signature
  std::optional<TpmAttest> attest;
  std::optional<TpmSignature> signature;
  std::optional<PcrDump> dump;
  PcrValues given;  // as they were handed over
  // Those that the quote selects, and whose digest it has: worth as much as its
  // signature.
  std::optional<PcrValues> quoted;
  std::optional<RawTpmLog> log;

  // nullptr: the statement is none, or of another type.
  const TpmAttest::Quote* quote() const;
};

// Genuine if and only if:
// - `attest` is one TPMS_ATTEST with the TPM's magic, and a quote
// - `signature` is one signature with SHA-256 or stronger, by the key `ak`
// - of a key with attributes: it signs only what its TPM made, by this scheme
// - the PCR values that the quote selects are there, and have its digest
// - the extra data is `nonce`
// - the log replays to each PCR that it extends and the quote selects
// as far as those were given. Without a key there is no verdict. A policy is
// asked what a quote alone can answer: see AppraiseRawTpm().
RawTpmQuote JudgeTpmQuote(const RawTpmInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TPM_QUOTE_H_
