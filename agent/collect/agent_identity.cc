#include "agent/collect/agent_identity.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "openssl/rand.h"

#include "agent/device/log_file.h"

namespace evidenced {
namespace {

constexpr size_t kInstanceSize = 32;
constexpr size_t kMaxBootIdFile = 64;

Bytes RandomInstance() {
  Bytes instance(kInstanceSize);
  if (RAND_bytes(instance.data(), static_cast<int>(instance.size())) != 1) {
    return {};
  }
  return instance;
}

std::string ReadBootId(const std::string& path) {
  Bytes bytes;
  if (!ReadWholeFile(path, kMaxBootIdFile, &bytes).ok()) return "";
  return Printable(absl::StripAsciiWhitespace(ToString(bytes)));
}

}  // namespace

AgentIdentity MakeAgentIdentity(const std::string& boot_id_path,
                                const std::string& version) {
  return {.instance = RandomInstance(),
          .boot_id = ReadBootId(boot_id_path),
          .version = version};
}

}  // namespace evidenced
