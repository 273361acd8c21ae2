#ifndef EVIDENCE_LOG_PCR_H_
#define EVIDENCE_LOG_PCR_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr uint32_t kMaxPcr = 23;

// PCRs that a guest can reset say nothing: the debug PCR and the application
// PCR (TCG PC Client Platform TPM Profile 1.05, section 4.6).
inline constexpr uint32_t kResettablePcrs[] = {16, 23};

// All PCRs but those.
inline constexpr uint32_t kQuotablePcrs[] = {0,  1,  2,  3,  4,  5,  6,  7,
                                             8,  9,  10, 11, 12, 13, 14, 15,
                                             17, 18, 19, 20, 21, 22};

// Ascending PCRs with ranges: "0-15,17-22".
std::string PcrRanges(std::span<const uint32_t> pcrs,
                      absl::string_view separator = ",");

bool IsResettablePcr(uint32_t pcr);

// Whether `value` is what `pcr` holds before anything is measured into it: all
// zero, but the last byte of PCR 0 is the startup locality, 0 to 4, and PCRs 17
// to 22 are all ones until a dynamic launch (the same section). No sequence of
// extensions that anybody can find leads back to one of these.
bool IsStartValue(uint32_t pcr, ByteView value);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_PCR_H_
