#ifndef EVIDENCE_LOG_LOG_FILE_H_
#define EVIDENCE_LOG_LOG_FILE_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"

namespace evidenced {

// The forms in which a log comes as a file.
enum class LogFileForm : uint8_t { kTcg1, kTcg2, kCcel, kIma, kImaAscii };

// "tcg1", "tcg2", "ccel", "ima", "ima-ascii"
absl::string_view LogFileFormName(LogFileForm form);
std::optional<LogFileForm> LogFileFormFromName(absl::string_view name);

// The form by the first bytes. A CC event log looks like kTcg2: only who has
// the file knows. Bytes of no log are given a form whose parser refuses them.
LogFileForm DetectLogFileForm(ByteView bytes);

// Parses bytes of this form alone: INVALID_ARGUMENT for another.
absl::StatusOr<EventLog> ParseLogFile(LogFileForm form, ByteView bytes);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_LOG_FILE_H_
