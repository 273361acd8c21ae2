#ifndef AGENT_CLIENT_RENDER_VERDICT_H_
#define AGENT_CLIENT_RENDER_VERDICT_H_

#include <string>

#include "absl/strings/string_view.h"

#include "agent/client/render_log.h"
#include "agent/client/text.h"
#include "agent/client/verdict.h"

namespace evidenced {

// The whole answer for a person: the verdict, who answered, which TPM, its
// registers and logs, each check, and the verdict again as the last line.
std::string RenderVerdict(const Verdict& verdict, EventLimit limit,
                          const Palette& palette);

// Its sections. Those of the evidence need evidence that verified.
std::string RenderWho(const Verdict& verdict, const Palette& palette);
std::string RenderTpm(const Verdict& verdict, const Palette& palette);
std::string RenderRegisters(const VerifiedEvidence& evidence,
                            const Palette& palette);
std::string RenderLogs(const VerifiedEvidence& evidence, EventLimit limit,
                       const Palette& palette);
std::string RenderChecks(const Checks& checks, const Palette& palette);
// Of a check that failed, in one line.
std::string FailureText(const Check& check);
// The title of a section, after an empty line.
std::string Heading(absl::string_view text, const Palette& palette);

// How many of the log's events the quote reaches, and which of the quoted
// registers that they extend they do not explain.
std::string LogSummary(const VerifiedLog& log);
LogView ViewOf(const VerifiedLog& log);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_VERDICT_H_
