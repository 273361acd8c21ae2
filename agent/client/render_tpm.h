#ifndef AGENT_CLIENT_RENDER_TPM_H_
#define AGENT_CLIENT_RENDER_TPM_H_

#include "agent/client/text.h"
#include "quote/tpm/attest.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "quote/tpm/signature.h"

namespace evidenced {

// TPM structures as rows of a table, in words.
void AddAttest(const TpmAttest& attest, Table& table);
void AddSignature(const TpmSignature& signature, Table& table);
void AddPublicArea(const TpmPublicArea& area, Table& table);
void AddPcrValues(const PcrValues& values, Table& table);

// "56 minutes 2 seconds since the TPM was cleared; reset count 3, ..."
std::string ClockText(const TpmClock& clock);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_TPM_H_
