#ifndef QUOTE_TPM_TPM_ALGORITHMS_H_
#define QUOTE_TPM_TPM_ALGORITHMS_H_

#include <cstdint>

namespace evidenced {

// TPM_ALG_ID: TCG Algorithm Registry, table 3.
inline constexpr uint16_t kTpmAlgRsa = 0x0001;
inline constexpr uint16_t kTpmAlgNull = 0x0010;
inline constexpr uint16_t kTpmAlgRsassa = 0x0014;
inline constexpr uint16_t kTpmAlgRsapss = 0x0016;
inline constexpr uint16_t kTpmAlgEcdsa = 0x0018;
inline constexpr uint16_t kTpmAlgEcc = 0x0023;

}  // namespace evidenced

#endif  // QUOTE_TPM_TPM_ALGORITHMS_H_
