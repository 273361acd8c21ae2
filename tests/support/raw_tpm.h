#ifndef TESTS_SUPPORT_RAW_TPM_H_
#define TESTS_SUPPORT_RAW_TPM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// What tests do to a TPM behind the agent's back.
class RawTpm {
 public:
  static absl::StatusOr<std::unique_ptr<RawTpm>> Open(const std::string& tcti);
  ~RawTpm();
  RawTpm(const RawTpm&) = delete;
  RawTpm& operator=(const RawTpm&) = delete;

  absl::Status Extend(uint32_t pcr,
                      const std::map<HashAlgorithm, Bytes>& digests);
  // Puts an ECC storage key at a persistent handle.
  absl::Status PlaceForeignKey(uint32_t handle);
  absl::Status Evict(uint32_t handle);
  // How many handles there are from `first`: TPM2_TRANSIENT_FIRST, ...
  absl::StatusOr<size_t> CountHandles(uint32_t first);
  // An NV index that anyone may read, with `bytes` in it.
  absl::Status DefineNv(uint32_t index, ByteView bytes);

 private:
  struct Context;
  explicit RawTpm(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
};

// Extends the TPM's PCRs as a boot log and an IMA list (may be empty) say, in
// the TPM's active banks among SHA-1, SHA-256, SHA-384, SHA-512.
absl::Status ExtendFromLogs(const std::string& tcti, ByteView boot_log,
                            ByteView ima_log);

}  // namespace evidenced

#endif  // TESTS_SUPPORT_RAW_TPM_H_
