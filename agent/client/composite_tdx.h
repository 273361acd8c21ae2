#ifndef AGENT_CLIENT_COMPOSITE_TDX_H_
#define AGENT_CLIENT_COMPOSITE_TDX_H_

#include <cstddef>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "agent/client/command.h"
#include "agent/client/raw_tdx_arguments.h"

namespace evidenced {

// What `verify composite` takes for a TD quote and a log.
struct TdxLogArguments {
  VerifyTdxArguments tdx;
  std::string log;
  std::string table;
  std::string events;
  std::vector<size_t> covered;
};
// But for those of a raw artefact, which all composites share.
void AddTdxLogOptions(CLI::App& app, TdxLogArguments& arguments);

absl::StatusOr<int> RunVerifyTdxLog(const TdxLogArguments& arguments,
                                    const Output& output);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMPOSITE_TDX_H_
