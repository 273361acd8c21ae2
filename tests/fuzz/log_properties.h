#ifndef TESTS_FUZZ_LOG_PROPERTIES_H_
#define TESTS_FUZZ_LOG_PROPERTIES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "evidence/log/event_log.h"
#include "evidence/log/log_event.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// What holds of every log that parses; each ends the run if it does not.

// The events lie one after the other, with `between` bytes between them, and
// the last ends where the log does.
void RequireTiled(const EventLog& log, size_t between = 0);

// Whatever an event says, its words are printable.
void RequireDescribed(const EventLog& log);

// The same values twice, and registers that hold them are compared with no more
// events than there are.
void RequireReplayed(const EventLog& log, std::span<const HashAlgorithm> banks);

// `part` is what `whole` holds, from `begin` on.
void RequireSameEvents(std::span<const LogEvent> whole, size_t begin,
                       std::span<const LogEvent> part);

// One of 1 to `size` - 1 that depends on the bytes alone; 0 if there is none.
size_t ChosenWithin(size_t size, ByteView bytes);

// The events written again from their fields.
Bytes WriteTcgLog(const EventLog& log);
Bytes WriteImaList(const EventLog& log);

}  // namespace evidenced

#endif  // TESTS_FUZZ_LOG_PROPERTIES_H_
