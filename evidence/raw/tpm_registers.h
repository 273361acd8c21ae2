#ifndef EVIDENCE_RAW_TPM_REGISTERS_H_
#define EVIDENCE_RAW_TPM_REGISTERS_H_

#include "evidence/raw/tpm_quote.h"

namespace evidenced {

// Two steps of JudgeTpmQuote(), on what was read of the statement before.

// Sets `dump`, `given` and `quoted`. Adds
// "pcr_digest_matches_values" and, with a dump, "pcr_blob_layout" and
// "pcr_blob_selection_matches_quote".
void CheckRawPcrs(const RawTpmInput& in, RawTpmQuote& out);

// Sets `log`. Adds "log_layout" and "log_matches_pcrs" if there is one.
void CheckRawLog(const RawTpmInput& in, RawTpmQuote& out);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TPM_REGISTERS_H_
