#ifndef QUOTE_SNP_ENDORSEMENT_H_
#define QUOTE_SNP_ENDORSEMENT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/public_key.h"
#include "quote/snp/product.h"
#include "quote/snp/tcb.h"

namespace evidenced {

// Whose key signs reports: of one chip, or loaded for a cloud provider.
enum class SnpKeyKind : uint8_t { kVcek, kVlek };

// "vcek", "vlek"
absl::string_view SnpKeyKindName(SnpKeyKind kind);

// What a VCEK or VLEK certificate says of its key: AMD 57230, chapter 3, the
// extensions under 1.3.6.1.4.1.3704.1.
struct SnpEndorsement {
  Certificate certificate;
  PublicKey key;
  SnpKeyKind kind = SnpKeyKind::kVcek;
  uint8_t struct_version = 0;
  std::string product_name;  // "Milan-B0"
  SnpProduct product = SnpProduct::kMilan;
  SnpTcb tcb;          // that the key is derived from
  Bytes hwid;          // of a VCEK: 64 bytes, 8 of Turin
  std::string csp_id;  // of a VLEK: who it was issued to
};

// Checks the form only and says nothing about who signed it: see
// VerifySnpEndorsement(). INVALID_ARGUMENT, if not:
// - the key is one of P-384
// - structVersion, of 0 or 1, productName and each SVN are there, in DER, SVNs
//   of one byte
// - the product is known, and only Turin's has an SVN of its FMC
// - the subject is SEV-VCEK, with a HWID as long as the product's and no
//   CSP_ID, or SEV-VLEK, with a CSP_ID and no HWID
absl::StatusOr<SnpEndorsement> ParseSnpEndorsement(
    const Certificate& certificate);

}  // namespace evidenced

#endif  // QUOTE_SNP_ENDORSEMENT_H_
