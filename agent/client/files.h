#ifndef AGENT_CLIENT_FILES_H_
#define AGENT_CLIENT_FILES_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Larger than any saved evidence: two boot logs, an IMA log, and the rest.
inline constexpr size_t kMaxFileSize = 128u << 20;

// The whole of a file. NOT_FOUND, PERMISSION_DENIED: as the system says.
// RESOURCE_EXHAUSTED: more than `limit` bytes. INVALID_ARGUMENT: not a file.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     size_t limit = kMaxFileSize);

// `status`, its message behind the name of the file that it is about.
absl::Status Within(const std::string& path, const absl::Status& status);

// As ReadFile(), for a private key: PERMISSION_DENIED if group or others may
// read it.
absl::StatusOr<std::string> ReadPrivateKey(const std::string& path);

// Writes `bytes` to a new file beside `path`, to the disk, and only then gives
// it that name, with mode 0600. So `path` is either what it was or whole, and
// a failure leaves nothing behind. INVALID_ARGUMENT: `path` is there and no
// regular file.
absl::Status WriteFileAtomically(const std::string& path, ByteView bytes);

// Makes the directory unless it exists.
absl::Status MakeDirectory(const std::string& path);

// Whether `path` names anything that is not a directory.
bool FileExists(const std::string& path);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FILES_H_
