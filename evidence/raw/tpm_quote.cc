#include "evidence/raw/tpm_quote.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/raw/tpm_policy.h"
#include "evidence/raw/tpm_registers.h"
#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

void NoteLayout(const absl::Status& status, RawTpmQuote& out) {
  if (out.layout.ok()) {
    out.layout = Classified(ErrorClass::kMalformed, status);
  }
}

// Whether there is another magic: then nothing behind it means anything.
bool HasOtherMagic(ByteView attest) {
  ByteReader in(attest);
  const auto magic = in.Be<uint32_t>();
  return in.ok() && magic != kTpmGenerated;
}

void CheckMagic(ByteView attest, RawTpmQuote& out) {
  ByteReader in(attest);
  const auto magic = in.Be<uint32_t>();
  const std::string expected = absl::StrFormat("0x%08x", kTpmGenerated);
  const std::string found = absl::StrFormat("0x%08x", magic);
  if (magic == kTpmGenerated) {
    out.verdict.Pass("magic_is_tpm_generated", expected, found);
    return;
  }
  out.verdict.Fail(ErrorClass::kMalformed, "magic_is_tpm_generated", expected,
                   found);
  NoteLayout(absl::InvalidArgumentError(
                 absl::StrCat("expected the magic ", expected,
                              " of TPM-made structures, found ", found)),
             out);
}

void CheckType(const TpmAttest& attest, RawTpmQuote& out) {
  const std::string expected = AttestTypeName(kAttestQuote);
  const std::string found = AttestTypeName(attest.type);
  if (attest.type == kAttestQuote) {
    out.verdict.Pass("type_is_quote", expected, "the same");
  } else {
    out.verdict.Fail(ErrorClass::kUnsupportedType, "type_is_quote", expected,
                     found);
  }
}

void CheckTrailing(const TpmAttest& attest, RawTpmQuote& out) {
  if (attest.trailing_bytes == 0) return;
  const std::string found =
      absl::StrCat(attest.trailing_bytes, " bytes more than its fields");
  out.verdict.Fail(ErrorClass::kMalformed, "attest_has_no_trailing_bytes",
                   "the end of the TPMS_ATTEST", found);
  NoteLayout(absl::InvalidArgumentError(absl::StrCat(
                 "expected the end of the TPMS_ATTEST, found ", found)),
             out);
}

void CheckAttest(ByteView bytes, RawTpmQuote& out) {
  absl::StatusOr<TpmAttest> attest = ParseTpmAttest(bytes);
  if (bytes.size() >= sizeof(uint32_t)) CheckMagic(bytes, out);
  if (!attest.ok()) {
    if (HasOtherMagic(bytes)) return;
    out.verdict.Add("attest_layout", "a TPMS_ATTEST", attest.status(), "");
    NoteLayout(attest.status(), out);
    return;
  }
  out.verdict.Pass("attest_layout", "a TPMS_ATTEST",
                   absl::StrCat(bytes.size(), " bytes"));
  CheckType(*attest, out);
  CheckTrailing(*attest, out);
  out.attest = *std::move(attest);
}

void CheckSignatureLayout(const RawTpmInput& in, RawTpmQuote& out) {
  if (in.form == SignatureForm::kBareRsassaSha256) {
    out.signature = TpmSignature{.scheme = kTpmAlgRsassa,
                                 .hash = HashAlgorithm::kSha256,
                                 .rsa = ToBytes(in.signature),
                                 .r = {},
                                 .s = {}};
    return;
  }
  absl::StatusOr<TpmSignature> signature = ParseTpmSignature(in.signature);
  out.verdict.Add("signature_layout", "a TPMT_SIGNATURE", signature.status(),
                  absl::StrCat(in.signature.size(), " bytes"));
  if (signature.ok()) {
    out.signature = *std::move(signature);
  } else {
    NoteLayout(signature.status(), out);
  }
}

void CheckSignature(const RawTpmInput& in, RawTpmQuote& out) {
  constexpr char kName[] = "signature_valid";
  constexpr char kExpected[] = "a signature by the given key over the attest";
  if (!in.ak.has_value()) {
    out.verdict.Undecided(kName, kExpected,
                          "no attestation key (AK) was given");
    return;
  }
  out.verdict.Add("ak_key", "a public key that can be used",
                  in.ak->key.status(),
                  in.ak->key.ok() ? Hex(in.ak->key->spki_sha256()) : "");
  if (!in.ak->key.ok() || !out.signature.has_value()) {
    out.verdict.NotChecked(kName, kExpected, "no usable key or signature");
    return;
  }
  out.verdict.Add(kName, kExpected,
                  VerifyTpmSignature(*out.signature, *in.ak->key, in.attest),
                  absl::StrCat(SchemeName(out.signature->scheme), " with ",
                               HashName(out.signature->hash)),
                  ErrorClass::kSignatureInvalid);
}

void CheckHash(RawTpmQuote& out) {
  if (!out.signature.has_value()) return;
  const absl::string_view found = HashName(out.signature->hash);
  if (out.signature->hash == HashAlgorithm::kSha1) {
    out.verdict.Fail(ErrorClass::kUnsupportedAlgorithm, "signature_hash",
                     "SHA-256 or stronger", found);
  } else {
    out.verdict.Pass("signature_hash", "SHA-256 or stronger", found);
  }
}

void CheckAkAttributes(const RawTpmInput& in, RawTpmQuote& out) {
  constexpr char kName[] = "ak_attributes";
  constexpr char kExpected[] =
      "a restricted signing key that is fixed to its TPM";
  if (!in.ak.has_value()) return;
  if (!in.ak->area.has_value()) {
    out.verdict.NotChecked(
        kName, kExpected,
        in.ak->vouched_by.empty()
            ? "a bare public key, which has no TPM attributes: it may be "
              "anybody's"
            : "a bare public key, which has no TPM attributes");
    return;
  }
  const TpmPublicArea& area = *in.ak->area;
  out.verdict.Add(kName, kExpected, evidenced::CheckAkAttributes(area),
                  DescribeAttributes(area.attributes),
                  ErrorClass::kUntrustedRoot);
  if (!out.signature.has_value()) return;
  out.verdict.Add("ak_scheme", "a signature by the scheme of the key",
                  CheckAkScheme(area, *out.signature), SchemeName(area.scheme),
                  ErrorClass::kSignatureInvalid);
}

void CheckBinding(const RawTpmInput& in, RawTpmQuote& out) {
  constexpr char kName[] = "binding";
  if (!in.nonce.has_value()) {
    out.verdict.NotChecked(kName, "the extra data that was asked for",
                           "not checked: no --nonce was given, so the quote "
                           "may be an old one");
    return;
  }
  const std::string expected = Hex(*in.nonce);
  if (!out.attest.has_value()) {
    out.verdict.NotChecked(kName, expected, "no statement to look into");
    return;
  }
  const std::string found = Hex(out.attest->extra_data);
  if (Equal(*in.nonce, out.attest->extra_data)) {
    out.verdict.Pass(kName, expected, found);
  } else {
    out.verdict.Fail(ErrorClass::kBindingMismatch, kName, expected,
                     found.empty() ? "no extra data" : found);
  }
}

void CheckVouched(const RawTpmInput& in, RawTpmQuote& out) {
  if (in.policy != nullptr) {
    AppraiseRawTpm(in, out);
  } else if (in.ak.has_value() && !in.ak->vouched_by.empty()) {
    out.verdict.Pass("ak_vouched", "a key that something vouches for",
                     in.ak->vouched_by);
  } else if (in.ak.has_value()) {
    out.verdict.NotChecked("ak_vouched", "a key that a policy names",
                           "no policy: nothing vouches for the key, and its "
                           "attributes are the word of who gave it");
  }
}

}  // namespace

GivenAk AkFromTpm(ByteView bytes) {
  if (bytes.empty()) {
    return {.key = Classified(ErrorClass::kEmpty,
                              absl::InvalidArgumentError(
                                  "expected a TPMT_PUBLIC, found no byte")),
            .area = std::nullopt};
  }
  absl::StatusOr<TpmPublicArea> area = ParseTpmPublic(WithoutTpm2bSize(bytes));
  if (!area.ok()) return {.key = area.status(), .area = std::nullopt};
  return {.key = area->key, .area = *std::move(area)};
}

const TpmAttest::Quote* RawTpmQuote::quote() const {
  return attest.has_value() ? std::get_if<TpmAttest::Quote>(&attest->body)
                            : nullptr;
}

RawTpmQuote JudgeTpmQuote(const RawTpmInput& in) {
  RawTpmQuote out;
  CheckAttest(in.attest, out);
  CheckSignatureLayout(in, out);
  CheckSignature(in, out);
  CheckHash(out);
  CheckAkAttributes(in, out);
  CheckRawPcrs(in, out);
  CheckBinding(in, out);
  CheckRawLog(in, out);
  CheckVouched(in, out);
  return out;
}

}  // namespace evidenced
