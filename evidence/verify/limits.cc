#include "evidence/verify/limits.h"

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/binding/manifest.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status CheckNumber(absl::string_view what, size_t found, size_t most) {
  if (found <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("expected at most %d %s, found %d", most, what, found));
}

}  // namespace

absl::Status CheckEvidenceLimits(const ::evidence::v1::Evidence& evidence) {
  RETURN_IF_ERROR(
      CheckNumber("parts", evidence.parts().size(), kMaxEvidenceParts));
  RETURN_IF_ERROR(CheckNumber("certificates", evidence.certificates().size(),
                              kMaxEvidenceCertificates));
  RETURN_IF_ERROR(
      CheckNumber("PCR banks", evidence.registers().size(), kMaxRegisterBanks));
  for (const auto& bank : evidence.registers()) {
    RETURN_IF_ERROR(CheckNumber("PCRs of a bank", bank.registers().size(),
                                kMaxRegistersOfABank));
  }
  RETURN_IF_ERROR(CheckNumber("manifest entries",
                              StatedEntryCount(AsBytes(evidence.manifest())),
                              kMaxManifestEntries));
  RETURN_IF_ERROR(CheckNumber("bytes of a certificate table",
                              evidence.snp_certificate_table().size(),
                              kMaxSnpTableSize));
  return CheckNumber("nodes of an inclusion path",
                     evidence.binding().batch().path().size(),
                     kMaxInclusionPath);
}

}  // namespace evidenced
