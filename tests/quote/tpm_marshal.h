#ifndef TESTS_QUOTE_TPM_MARSHAL_H_
#define TESTS_QUOTE_TPM_MARSHAL_H_

#include "quote/base/bytes.h"
#include "quote/tpm/public_area.h"

namespace evidenced {

// `area` written again from its parsed fields. Only what the fields do not
// tell is taken from area.bytes: the symmetric algorithm and the KDF, whether
// the exponent 65537 is written as 0, and how long the numbers are.
Bytes MarshalPublic(const TpmPublicArea& area);

}  // namespace evidenced

#endif  // TESTS_QUOTE_TPM_MARSHAL_H_
