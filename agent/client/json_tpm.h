#ifndef AGENT_CLIENT_JSON_TPM_H_
#define AGENT_CLIENT_JSON_TPM_H_

#include "nlohmann/json.hpp"

#include "quote/tpm/attest.h"
#include "quote/tpm/pcr_dump.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "quote/tpm/signature.h"

namespace evidenced {

// TPM structures as JSON. Byte strings are hexadecimal.

nlohmann::ordered_json AttestToJson(const TpmAttest& attest);
// {alg, hash}
nlohmann::ordered_json SignatureToJson(const TpmSignature& signature);
nlohmann::ordered_json PublicAreaToJson(const TpmPublicArea& area);
// {"sha256": {"0": "..."}}
nlohmann::ordered_json PcrValuesToJson(const PcrValues& values);
// {selection: [{hash, pcrs}], values: [...]}
nlohmann::ordered_json PcrDumpToJson(const PcrDump& dump);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_TPM_H_
