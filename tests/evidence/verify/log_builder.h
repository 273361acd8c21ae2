#ifndef TESTS_EVIDENCE_VERIFY_LOG_BUILDER_H_
#define TESTS_EVIDENCE_VERIFY_LOG_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "evidence/log/event_types.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// One event of a boot log, with the hash of its data as each bank's digest.
struct BootEvent {
  uint32_t pcr = 0;
  uint32_t type = kEvSeparator;
  Bytes data;
};

// The UEFI variable event that says whether Secure Boot was on.
enum class SecureBoot : uint8_t { kOff = 0, kOn = 1 };
BootEvent SecureBootEvent(SecureBoot state);

// Three events: the firmware's version, Secure Boot on, the separator of PCR 7.
std::vector<BootEvent> SmallBoot();

// Four events of a TD, by their registers in a CC log: Secure Boot on and its
// separator in RTMR 0, a boot loader in RTMR 1, a kernel in RTMR 2.
std::vector<BootEvent> SmallCcel();

// A crypto-agile log: a SpecID event for `banks`, then `events`.
Bytes BootLog(const std::vector<HashAlgorithm>& banks,
              const std::vector<BootEvent>& events);
// `events` alone, as a tail has them.
Bytes BootTail(const std::vector<HashAlgorithm>& banks,
               const std::vector<BootEvent>& events);

// Entries of template ima-ng in PCR 10, one for each path.
Bytes ImaLog(const std::vector<std::string>& paths);

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_LOG_BUILDER_H_
