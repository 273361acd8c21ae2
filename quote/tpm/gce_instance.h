#ifndef QUOTE_TPM_GCE_INSTANCE_H_
#define QUOTE_TPM_GCE_INSTANCE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// The extension in which Google's EK/AK CA names the VM that a key belongs to.
inline constexpr absl::string_view kGceInstanceOid = "1.3.6.1.4.1.11129.2.1.21";

// Its value: SEQUENCE { UTF8String zone, INTEGER project number, UTF8String
// project, INTEGER instance, UTF8String instance name, [0] SEQUENCE OPTIONAL },
// as go-tpm-tools reads it. Google's word, by the certificate's chain.
struct GceInstance {
  std::string zone;
  uint64_t project_number = 0;
  std::string project_id;
  uint64_t instance_id = 0;
  std::string instance_name;
  // The security properties by their tag: booleans as 0 and 1. 0 is the
  // security version, 1 whether the instance is in production.
  std::map<uint32_t, uint64_t> security;
};

// INVALID_ARGUMENT: not exactly that, in DER with integers of at most 64 bits.
absl::StatusOr<GceInstance> ParseGceInstance(ByteView der);

}  // namespace evidenced

#endif  // QUOTE_TPM_GCE_INSTANCE_H_
