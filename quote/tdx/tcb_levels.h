#ifndef QUOTE_TDX_TCB_LEVELS_H_
#define QUOTE_TDX_TCB_LEVELS_H_

// What TCB infos and identities of enclaves have in common. Included by sources
// alone: it shows nlohmann's types.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/tdx/json_reader.h"
#include "quote/tdx/tcb_info.h"

namespace evidenced {

// INVALID_ARGUMENT (kCollateralInvalid).
absl::Status CollateralRefused(const std::string& message);

// What a text says of itself, and what is expected.
struct JsonKind {
  absl::string_view id;
  uint32_t version = 0;
};
absl::Status CheckKind(const JsonKind& expected, const JsonKind& found);

// The member `key` of `object`.
absl::StatusOr<uint32_t> ReadInteger(const JsonReader& object, const char* key,
                                     uint32_t most);
absl::StatusOr<Bytes> ReadHex(const JsonReader& object, const char* key,
                              size_t size);
absl::StatusOr<std::string> ReadText(const JsonReader& object, const char* key);
absl::StatusOr<absl::Time> ReadTime(const JsonReader& object, const char* key);

// tcbStatus, tcbDate and, if there are some, advisoryIDs of a level.
absl::StatusOr<TcbStanding> ReadStanding(const JsonReader& level);

// tcbLevels of `object`, each by its isvsvn.
absl::StatusOr<std::vector<IsvTcbLevel>> ReadIsvLevels(
    const JsonReader& object);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_LEVELS_H_
