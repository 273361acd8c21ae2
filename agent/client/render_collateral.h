#ifndef AGENT_CLIENT_RENDER_COLLATERAL_H_
#define AGENT_CLIENT_RENDER_COLLATERAL_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

#include "agent/client/fetched_collateral.h"
#include "agent/client/text.h"

namespace evidenced {

// A bundle that was written to `directory`, and what went wrong on the side.
struct WrittenBundle {
  std::string directory;
  FetchedCollateral collateral;
  std::vector<std::string> remarks;
};

nlohmann::ordered_json WrittenBundleToJson(const WrittenBundle& bundle);
std::string RenderWrittenBundle(const WrittenBundle& bundle,
                                const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_COLLATERAL_H_
