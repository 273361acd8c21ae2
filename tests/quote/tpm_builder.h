#ifndef TESTS_QUOTE_TPM_BUILDER_H_
#define TESTS_QUOTE_TPM_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"
#include "quote/tpm/tpm_algorithms.h"
#include "tests/quote/test_key.h"

namespace evidenced {

// The attributes of an AK: fixedTPM fixedParent sensitiveDataOrigin
// userWithAuth restricted sign.
inline constexpr uint32_t kAkAttributes = 0x00050072;

// What to write into a TPMT_PUBLIC besides the key.
struct PublicSpec {
  uint16_t name_algorithm = 0x000B;
  uint32_t attributes = kAkAttributes;
  Bytes auth_policy{};
  uint16_t scheme = kTpmAlgEcdsa;
  HashAlgorithm hash = HashAlgorithm::kSha256;
  uint32_t rsa_exponent = 0;  // as written: 0 stands for 65537
};
Bytes TpmtPublic(const TestKey& key, const PublicSpec& spec);

// A key as a TPM holds it.
struct TestAk {
  TestKey key;
  PublicSpec spec;

  Bytes PublicBytes() const { return TpmtPublic(key, spec); }
  // Aborts if the library refuses the key.
  TpmPublicArea PublicArea() const;
};
TestAk MakeEccAk();                    // P-256, ECDSA with SHA-256
TestAk MakeEccAk(HashAlgorithm hash);  // P-256
TestAk MakeRsaAk(uint16_t scheme);     // RSA-2048 with SHA-256

// The fields of a TPMS_ATTEST; the defaults are those of a quote.
struct AttestSpec {
  uint32_t magic = 0xff544347;
  uint16_t type = 0x8018;
  Bytes qualified_signer{};
  Bytes extra_data{};
  TpmClock clock{
      .clock_ms = 5000, .reset_count = 3, .restart_count = 1, .safe = true};
  uint64_t firmware_version = 0x2019102300163636;
  std::vector<PcrBankSelection> selection{};
  std::vector<uint8_t> octets{};  // of each selection; 3 if there is none
  Bytes pcr_digest{};
};
Bytes AttestBytes(const AttestSpec& spec);

// One TPMS_PCR_SELECTION.
Bytes SelectionBytes(const PcrBankSelection& selection, uint8_t octets = 3);

// The digest that a TPM computes over `values`, in the order of `selection`.
Bytes PcrDigest(HashAlgorithm hash,
                const std::vector<PcrBankSelection>& selection,
                const PcrValues& values);

// The TPMS_ATTEST of a TPM whose registers are `values` and whose AK's scheme
// has `hash`.
Bytes QuoteBytes(ByteView extra_data,
                 const std::vector<PcrBankSelection>& selection,
                 const PcrValues& values,
                 HashAlgorithm hash = HashAlgorithm::kSha256);

// The TPMT_SIGNATURE of `ak` over `attest`, by its own scheme.
Bytes Sign(const TestAk& ak, ByteView attest);
Bytes EcdsaSignatureBytes(HashAlgorithm hash, ByteView r, ByteView s);
Bytes RsaSignatureBytes(uint16_t scheme, HashAlgorithm hash, ByteView bytes);

// TPM2B_ATTEST, then the signature: the statement of the part `tpm`.
Bytes Statement(ByteView attest, ByteView signature);

// `pcrs` of one bank with values that differ from each other.
PcrValues SomePcrValues(HashAlgorithm bank, const std::vector<uint32_t>& pcrs);

// What `tpm2_quote -o` writes of `values`, which hold all that is selected.
Bytes PcrDumpBytes(const std::vector<PcrBankSelection>& selection,
                   const PcrValues& values);

}  // namespace evidenced

#endif  // TESTS_QUOTE_TPM_BUILDER_H_
