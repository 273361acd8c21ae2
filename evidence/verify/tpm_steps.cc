#include "evidence/verify/tpm_steps.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/verify/add_check.h"
#include "evidence/verify/pcr_checks.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/public_area.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kTpm = "tpm";
constexpr absl::string_view kAkLabel = "tpm.ak";

const v1::Part* FindPart(const v1::Evidence& evidence,
                         absl::string_view label) {
  for (const v1::Part& part : evidence.parts()) {
    if (part.label() == label) return &part;
  }
  return nullptr;
}

absl::StatusOr<TpmPublicArea> FindAk(const v1::Evidence& evidence) {
  const v1::Part* part = FindPart(evidence, kAkLabel);
  if (part != nullptr) return ParseTpmPublic(AsBytes(part->data()));
  return absl::InvalidArgumentError("expected a part tpm.ak, found none");
}

}  // namespace

const std::string* FindTpmStatement(const v1::Evidence& evidence) {
  if (evidence.signer() == kTpm) return &evidence.statement();
  const v1::Part* part = FindPart(evidence, kTpm);
  return part == nullptr ? nullptr : &part->data();
}

absl::StatusOr<VerifiedTpmQuote> CheckTpmQuote(const v1::Evidence& evidence,
                                               const std::string& statement,
                                               Checks& checks) {
  const bool signs = evidence.signer() == kTpm;
  const auto split = AddResult(
      checks, signs ? "statement" : "tpm-statement",
      "TPM2B_ATTEST, then TPMT_SIGNATURE",
      SplitTpmStatement(AsBytes(statement)), [](const TpmStatement& found) {
        return absl::StrFormat("%d and %d bytes", found.attest.size(),
                               found.signature.size());
      });
  const auto ak = AddResult(
      checks, "attestation-key", "a TPMT_PUBLIC as part tpm.ak",
      FindAk(evidence), [](const TpmPublicArea& area) {
        return absl::StrCat(area.key.is_rsa() ? "RSA" : "ECC",
                            " key, SHA-256 of its SubjectPublicKeyInfo ",
                            Hex(area.key.spki_sha256()));
      });
  RETURN_IF_ERROR(split.status());
  RETURN_IF_ERROR(ak.status());
  return AddResult(
      checks, signs ? "quote-signature" : "tpm-quote-signature",
      "a quote signed by that key, one that says it is restricted: such a "
      "key signs only what its TPM made",
      VerifyTpmQuote(split->attest, split->signature, *ak),
      [](const VerifiedTpmQuote& quote) {
        return absl::StrCat("it verifies; the key is ",
                            DescribeAttributes(quote.ak().attributes));
      });
}

absl::StatusOr<VerifiedPcrs> CheckTpmPcrs(const v1::Evidence& evidence,
                                          const VerifiedTpmQuote& quote,
                                          Checks& checks) {
  const auto verify = [&]() -> absl::StatusOr<VerifiedPcrs> {
    ASSIGN_OR_RETURN(const PcrValues values, RegistersFromProto(evidence));
    return VerifyPcrs(quote, values);
  };
  return AddResult(checks, "pcr-digest",
                   absl::StrCat("PCR values with the quoted digest ",
                                Hex(quote.quote().pcr_digest)),
                   verify(), [](const VerifiedPcrs&) { return "the same"; });
}

}  // namespace evidenced
