#ifndef QUOTE_TPM_ATTEST_H_
#define QUOTE_TPM_ATTEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

inline constexpr uint32_t kTpmGenerated = 0xff544347;  // TPM_GENERATED_VALUE
inline constexpr uint16_t kAttestQuote = 0x8018;       // TPM_ST_ATTEST_QUOTE

// One TPMS_PCR_SELECTION: TPM 2.0 Part 2, section 10.6.2.
struct PcrBankSelection {
  HashAlgorithm algorithm;
  std::vector<uint32_t> pcrs;  // ascending

  bool operator==(const PcrBankSelection&) const = default;
};

// TPMS_CLOCK_INFO: Part 2, section 10.11.1.
struct TpmClock {
  uint64_t clock_ms = 0;
  uint32_t reset_count = 0;
  uint32_t restart_count = 0;
  bool safe = false;
};

// A TPMS_ATTEST of any type: Part 2, section 10.12.12. Integers are big-endian.
struct TpmAttest {
  struct Quote {
    std::vector<PcrBankSelection> selection;  // in the order of the attest
    std::vector<size_t> octets;               // of each bitmap
    Bytes pcr_digest;
  };
  struct Nv {
    Bytes index_name;
    uint16_t offset = 0;
    Bytes contents;
  };
  struct NvDigest {
    Bytes index_name;
    Bytes digest;
  };
  struct Certify {
    Bytes name;
    Bytes qualified_name;
  };
  struct Creation {
    Bytes object_name;
    Bytes creation_hash;
  };
  struct Time {
    uint64_t time_ms = 0;
    TpmClock clock;
    uint64_t firmware_version = 0;
  };
  struct SessionAudit {
    bool exclusive = false;
    Bytes session_digest;
  };
  struct CommandAudit {
    uint64_t counter = 0;
    uint16_t algorithm = 0;  // TPM_ALG_ID
    Bytes audit_digest;
    Bytes command_digest;
  };

  uint32_t magic = 0;
  uint16_t type = 0;       // TPM_ST
  Bytes qualified_signer;  // Name
  Bytes extra_data;
  TpmClock clock;
  uint64_t firmware_version = 0;
  // Nothing: of an unknown type.
  std::variant<std::monostate, Quote, Nv, NvDigest, Certify, Creation, Time,
               SessionAudit, CommandAudit>
      body;
  size_t trailing_bytes = 0;
};

// The layout alone, of any magic, with trailing bytes counted; ParseTpmQuote()
// asks for more. INVALID_ARGUMENT: a truncated field, more than 16 banks, an
// unknown or doubled one, over 3 octets of PCRs, a boolean of neither 0 nor 1.
absl::StatusOr<TpmAttest> ParseTpmAttest(ByteView attest);

// "TPM_ST_ATTEST_QUOTE"; "TPM_ST 0x1234" for one that is no attestation's.
std::string AttestTypeName(uint16_t type);

}  // namespace evidenced

#endif  // QUOTE_TPM_ATTEST_H_
