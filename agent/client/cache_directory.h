#ifndef AGENT_CLIENT_CACHE_DIRECTORY_H_
#define AGENT_CLIENT_CACHE_DIRECTORY_H_

#include <string>

namespace evidenced {

// Where this user's programs keep what can be had again: $XDG_CACHE_HOME, or
// ~/.cache, and "/evidencectl". Empty: neither is known, or is no absolute
// path, which the XDG Base Directory Specification says to ignore.
std::string DefaultCacheDirectory();

}  // namespace evidenced

#endif  // AGENT_CLIENT_CACHE_DIRECTORY_H_
