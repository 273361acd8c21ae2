#ifndef AGENT_SERVE_CONFIG_DEFAULTS_H_
#define AGENT_SERVE_CONFIG_DEFAULTS_H_

#include "evidence/v1/config.pb.h"

namespace evidenced {

// The defaults of all keys but listen.tcp and listen.unix, which depend on
// others.
::evidence::v1::AgentConfig DefaultConfig();

}  // namespace evidenced

#endif  // AGENT_SERVE_CONFIG_DEFAULTS_H_
