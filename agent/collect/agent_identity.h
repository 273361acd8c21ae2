#ifndef AGENT_COLLECT_AGENT_IDENTITY_H_
#define AGENT_COLLECT_AGENT_IDENTITY_H_

#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// What tells this run of the agent from others.
struct AgentIdentity {
  Bytes instance;  // item 10
  std::string boot_id;
  std::string version;
};

// With a new instance, and the boot id that the file at `boot_id_path` holds,
// empty if there is none. The instance is empty if the random generator fails:
// then no transcript can be made, and every collection is an error.
AgentIdentity MakeAgentIdentity(const std::string& boot_id_path,
                                const std::string& version);

}  // namespace evidenced

#endif  // AGENT_COLLECT_AGENT_IDENTITY_H_
