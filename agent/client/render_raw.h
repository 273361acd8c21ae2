#ifndef AGENT_CLIENT_RENDER_RAW_H_
#define AGENT_CLIENT_RENDER_RAW_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/raw_options.h"
#include "agent/client/text.h"
#include "evidence/raw/raw_verdict.h"

namespace evidenced {

// kExitYes, kExitNo or kExitNoAnswer.
int ExitCode(const RawVerdict& verdict);

// Adds what every answer for a raw artefact has: `overall`, `error_class`,
// `undecided`, `checks` (name -> true, false or null) and `check_details`.
void AddRawVerdict(const RawVerdict& verdict, nlohmann::ordered_json& json);

// Adds `parse`, "ok" or "error", and with an error its class as `parse_error`
// and its message as `detail`.
void AddLayout(const absl::Status& layout, nlohmann::ordered_json& json);

// What the verdict is worth: adds `policy` (its file or null), `not_checked`
// ("name: why") and, of an artefact that can be bound to a challenge,
// `binding`: "matches", "does not match" or "not checked".
void AddScope(const RawMaterial& raw, const RawVerdict& verdict,
              nlohmann::ordered_json& json);
// The same in words, a paragraph.
std::string ScopeText(const RawMaterial& raw, const RawVerdict& verdict);

// Lists each check of --skip as one that was left out.
void NoteSkipped(const RawMaterial& raw, RawVerdict& verdict);

// An answer: `sections` between its verdict, which stands at both ends. Before
// the last is what it is worth, and `note`, lines.
std::string RawPage(const RawVerdict& verdict, const RawMaterial& raw,
                    absl::string_view sections, const Palette& palette,
                    absl::string_view note = "");

// "ACCEPT", "REJECT (truncated): ..." or "INCOMPLETE: ...", one line.
std::string RawVerdictLine(const RawVerdict& verdict, const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_RAW_H_
