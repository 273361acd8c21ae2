#include "agent/device/attestation_key.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tss2/tss2_mu.h"

#include "agent/device/tpm_error.h"
#include "quote/base/byte_writer.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr TPMA_OBJECT kAttributes =
    TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_FIXEDTPM |
    TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
    TPMA_OBJECT_USERWITHAUTH;

TPM2B_PUBLIC Template(AkType type) {
  TPM2B_PUBLIC out = {};
  TPMT_PUBLIC& area = out.publicArea;
  area.nameAlg = TPM2_ALG_SHA256;
  area.objectAttributes = kAttributes;
  if (type == AkType::kEcc) {
    area.type = TPM2_ALG_ECC;
    TPMS_ECC_PARMS& ecc = area.parameters.eccDetail;
    ecc.symmetric.algorithm = TPM2_ALG_NULL;
    ecc.scheme.scheme = TPM2_ALG_ECDSA;
    ecc.scheme.details.ecdsa.hashAlg = TPM2_ALG_SHA256;
    ecc.curveID = TPM2_ECC_NIST_P256;
    ecc.kdf.scheme = TPM2_ALG_NULL;
  } else {
    area.type = TPM2_ALG_RSA;
    TPMS_RSA_PARMS& rsa = area.parameters.rsaDetail;
    rsa.symmetric.algorithm = TPM2_ALG_NULL;
    rsa.scheme.scheme = TPM2_ALG_RSASSA;
    rsa.scheme.details.rsassa.hashAlg = TPM2_ALG_SHA256;
    rsa.keyBits = 2048;
    rsa.exponent = 0;  // 65537
  }
  return out;
}

absl::StatusOr<Bytes> Marshal(const TPMT_PUBLIC& area) {
  Bytes out(sizeof(TPMT_PUBLIC));
  size_t used = 0;
  const TSS2_RC rc =
      Tss2_MU_TPMT_PUBLIC_Marshal(&area, out.data(), out.size(), &used);
  if (rc != TSS2_RC_SUCCESS) return TpmError("marshalling TPMT_PUBLIC", rc);
  out.resize(used);
  return out;
}

absl::string_view Describe(AkType type) {
  return type == AkType::kEcc ? "a restricted ECC P-256 signing key"
                              : "a restricted RSA-2048 signing key";
}

// A primary's parent is its hierarchy: TPM 2.0 Part 1, section 16.
Bytes PrimaryQualifiedName(ByteView name) {
  ByteWriter handle;
  handle.Be<uint32_t>(TPM2_RH_ENDORSEMENT);
  ByteWriter out;
  out.Be<uint16_t>(TPM2_ALG_SHA256);
  out.Put(Hash(HashAlgorithm::kSha256, {handle.view(), name}));
  return std::move(out).Take();
}

// OK if the object differs from the template in its unique field alone, and is
// a primary under the endorsement hierarchy.
absl::Status CheckIsAk(const Esys::PublicArea& found,
                       const TpmOptions& options) {
  TPMT_PUBLIC area = found.area;
  area.unique = {};
  ASSIGN_OR_RETURN(const Bytes got, Marshal(area));
  ASSIGN_OR_RETURN(const Bytes want,
                   Marshal(Template(options.ak_type).publicArea));
  if (got != want) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "expected %s (%s...) at handle 0x%08x or nothing, found another "
        "object (%s...): it is left alone, choose another handle",
        Describe(options.ak_type), Hex(want), options.ak_handle, Hex(got)));
  }
  const Bytes qualified = PrimaryQualifiedName(found.name);
  if (found.qualified_name != qualified) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "expected a primary key under the endorsement hierarchy (qualified "
        "name %s) at handle 0x%08x, found qualified name %s: it is left "
        "alone, choose another handle",
        Hex(qualified), options.ak_handle, Hex(found.qualified_name)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AttestationKey> FindOrMakeAk(Esys& esys,
                                            const TpmOptions& options) {
  ASSIGN_OR_RETURN(const bool in_use, esys.HandleInUse(options.ak_handle));
  if (!in_use) {
    ASSIGN_OR_RETURN(const Esys::Object made,
                     esys.CreateEndorsementPrimary(Template(options.ak_type)));
    RETURN_IF_ERROR(esys.MakePersistent(made, options.ak_handle));
  }
  ASSIGN_OR_RETURN(Esys::Object object, esys.Load(options.ak_handle));
  ASSIGN_OR_RETURN(Esys::PublicArea found, esys.ReadPublic(object));
  RETURN_IF_ERROR(CheckIsAk(found, options));
  ASSIGN_OR_RETURN(Bytes public_area, Marshal(found.area));
  return AttestationKey{std::move(object), std::move(public_area),
                        std::move(found.name), std::move(found.qualified_name)};
}

}  // namespace evidenced
