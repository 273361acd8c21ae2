#ifndef TESTS_SUPPORT_TEE_EMULATOR_PROVIDER_H_
#define TESTS_SUPPORT_TEE_EMULATOR_PROVIDER_H_

#include <cstdint>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {

struct TsmRequest {
  Blob inblob;
  uint32_t privlevel = 0;
};

struct TsmAnswer {
  int error = 0;  // errno; 0: the rest is valid
  Blob outblob;
  Blob auxblob;
};

// What a driver registers with configfs-tsm. Called by one thread at a time.
class TsmProvider {
 public:
  virtual ~TsmProvider() = default;

  virtual const char* name() const = 0;
  // Whether entries have privlevel, privlevel_floor and auxblob.
  virtual bool has_levels() const = 0;
  virtual TsmAnswer MakeReport(const TsmRequest& request) = 0;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_PROVIDER_H_
