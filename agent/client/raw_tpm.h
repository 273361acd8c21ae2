#ifndef AGENT_CLIENT_RAW_TPM_H_
#define AGENT_CLIENT_RAW_TPM_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

#include "agent/client/raw_options.h"
#include "agent/client/render_raw.h"
#include "agent/client/text.h"
#include "evidence/raw/tpm_quote.h"

namespace evidenced {

// What `verify tpm` answers.
struct RawTpmAnswer {
  const RawTpmInput& input;
  const RawTpmQuote& judged;
  const RawMaterial& raw;
  // Registers that were given, of banks that are not known.
  const std::vector<std::string>& unknown_pcrs;
};

nlohmann::ordered_json RawTpmToJson(const RawTpmAnswer& answer);
std::string RenderRawTpm(const RawTpmAnswer& answer, const Palette& palette);

// The verdict on a quote within another artefact: `parse`, `checks`, `overall`,
// the statement, its key and its registers.
nlohmann::ordered_json TpmQuoteVerdictToJson(const RawTpmInput& input,
                                             const RawTpmQuote& judged);
// The same in sections, without the checks.
std::string TpmQuoteSections(const RawTpmInput& input,
                             const RawTpmQuote& judged, const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_TPM_H_
