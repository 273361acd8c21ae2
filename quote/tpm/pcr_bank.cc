#include "quote/tpm/pcr_bank.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"

namespace evidenced {

absl::StatusOr<PcrBankSelection> ReadPcrBank(
    uint16_t algorithm, ByteView bitmap,
    std::span<const PcrBankSelection> before) {
  constexpr size_t kMaxOctets = 3;  // PCRs 0 to 23
  const auto bank = HashAlgorithmFromId(algorithm);
  if (!bank.has_value()) {
    return Classified(ErrorClass::kUnsupportedAlgorithm,
                      absl::InvalidArgumentError(absl::StrFormat(
                          "expected a known hash algorithm as PCR bank, found "
                          "0x%04x",
                          algorithm)));
  }
  if (bitmap.size() > kMaxOctets) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected at most %d octets of PCRs, found %d",
                        kMaxOctets, bitmap.size()));
  }
  for (const PcrBankSelection& other : before) {
    if (other.algorithm == *bank) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each PCR bank once, found %s twice", HashName(*bank)));
    }
  }
  PcrBankSelection selection{.algorithm = *bank, .pcrs = {}};
  for (uint32_t pcr = 0; pcr < bitmap.size() * 8; ++pcr) {
    if ((bitmap[pcr / 8] >> (pcr % 8) & 1) != 0) selection.pcrs.push_back(pcr);
  }
  return selection;
}

}  // namespace evidenced
