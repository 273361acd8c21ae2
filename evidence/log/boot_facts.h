#ifndef EVIDENCE_LOG_BOOT_FACTS_H_
#define EVIDENCE_LOG_BOOT_FACTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evidence/log/event_log.h"
#include "evidence/log/signature_lists.h"
#include "quote/base/bytes.h"

namespace evidenced {

// The types of events whose data their digest usually is of. Several firmwares
// measure something else for some of them, so a mismatch proves nothing, and
// the words of such an event are the host's.
inline constexpr uint32_t kDigestOfDataTypes[] = {
    0x00000004, 0x00000008, 0x00000005, 0x80000007,
    0x80000001, 0x8000000c, 0x800000e0, 0x80000006};

// What a TCG log says, and no more: nothing here is checked against a register,
// and the event types, which no digest covers, are taken at their word. See
// SecureBootState() for what may be relied on.
struct BootFacts {
  struct Variable {
    size_t event = 0;  // its index
    uint32_t reg = 0;
    std::string name;  // printable
    std::string guid;
    size_t size = 0;  // bytes
  };

  // The value of the first SecureBoot variable. One without a value is off.
  std::optional<bool> secure_boot_variable;
  // PK, KEK, db and dbx, as far as there are events of them; the first of each.
  std::vector<std::pair<std::string, SignatureCounts>> databases;
  // Every UEFI variable that was measured, in order.
  std::vector<Variable> variables;
  // Of the events of kDigestOfDataTypes: those whose digests of all banks are
  // of their data, and the indexes of the others.
  size_t digests_of_data = 0;
  std::vector<size_t> digests_of_other;
  bool exit_boot_services_seen = false;
  // The data of the separators of each register.
  std::map<uint32_t, std::vector<ByteView>> separators;
};

// Views point into what the log's do.
BootFacts FindBootFacts(const EventLog& log);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_BOOT_FACTS_H_
