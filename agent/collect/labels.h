#ifndef AGENT_COLLECT_LABELS_H_
#define AGENT_COLLECT_LABELS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace evidenced {

// Whether `labels` can be asked for beside the statement that signs.
// INVALID_ARGUMENT: one that is not known, or one twice.
absl::Status CheckLabels(const std::vector<std::string>& labels);

}  // namespace evidenced

#endif  // AGENT_COLLECT_LABELS_H_
