#include "quote/tpm/quote.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

absl::Status CheckSameRegisters(const PcrBankSelection& selection,
                                const std::map<uint32_t, Bytes>& values) {
  const bool same = std::equal(
      selection.pcrs.begin(), selection.pcrs.end(), values.begin(),
      values.end(),
      [](uint32_t pcr, const auto& value) { return pcr == value.first; });
  if (!same) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected the %d quoted PCRs of bank %s, found %d other values",
        selection.pcrs.size(), HashName(selection.algorithm), values.size()));
  }
  for (const auto& [pcr, value] : values) {
    if (value.size() != DigestSize(selection.algorithm)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected %d bytes as PCR %d of bank %s, found %d",
                          DigestSize(selection.algorithm), pcr,
                          HashName(selection.algorithm), value.size()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TpmQuote> ParseTpmQuote(ByteView attest) {
  ByteReader in(attest);
  const auto magic = in.Be<uint32_t>();
  const auto type = in.Be<uint16_t>();
  RETURN_IF_ERROR(in.Check("TPMS_ATTEST"));
  if (magic != kTpmGenerated) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected the magic 0x%08x of TPM-made structures, found 0x%08x",
        kTpmGenerated, magic));
  }
  if (type != kAttestQuote) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a quote (0x%04x), found type 0x%04x", kAttestQuote, type));
  }
  ASSIGN_OR_RETURN(TpmAttest parsed, ParseTpmAttest(attest));
  if (parsed.trailing_bytes != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "TPMS_ATTEST has trailing bytes: expected its end at offset %d, found "
        "%d more",
        attest.size() - parsed.trailing_bytes, parsed.trailing_bytes));
  }
  auto& body = std::get<TpmAttest::Quote>(parsed.body);
  return TpmQuote{.qualified_signer = std::move(parsed.qualified_signer),
                  .extra_data = std::move(parsed.extra_data),
                  .clock = parsed.clock,
                  .firmware_version = parsed.firmware_version,
                  .selection = std::move(body.selection),
                  .pcr_digest = std::move(body.pcr_digest)};
}

absl::StatusOr<TpmStatement> SplitTpmStatement(ByteView statement) {
  ByteReader in(statement);
  TpmStatement out;
  out.attest = in.Take(in.Be<uint16_t>());
  out.signature = in.Rest();
  RETURN_IF_ERROR(in.Finish("TPM2B_ATTEST"));
  return out;
}

absl::Status CheckAkAttributes(const TpmPublicArea& ak) {
  constexpr uint32_t kRequired = kTpmaFixedTpm | kTpmaFixedParent |
                                 kTpmaSensitiveDataOrigin | kTpmaRestricted |
                                 kTpmaSign;
  if ((ak.attributes & kRequired) == kRequired &&
      (ak.attributes & kTpmaDecrypt) == 0) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected an AK with %s and without decrypt, found %s",
      DescribeAttributes(kRequired), DescribeAttributes(ak.attributes)));
}

absl::Status CheckAkScheme(const TpmPublicArea& ak,
                           const TpmSignature& signature) {
  if (signature.hash == HashAlgorithm::kSha1) {
    return absl::UnauthenticatedError(
        "expected a signature with SHA-256 or stronger, found SHA-1");
  }
  if (ak.scheme == kTpmAlgNull) {
    return absl::UnauthenticatedError(
        "expected an AK with a signing scheme, as every restricted signing "
        "key of a TPM has one, found none");
  }
  if (signature.scheme != ak.scheme || signature.hash != ak.scheme_hash) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected a signature by the AK's scheme %s with %s, found %s with %s",
        SchemeName(ak.scheme), HashName(ak.scheme_hash),
        SchemeName(signature.scheme), HashName(signature.hash)));
  }
  return absl::OkStatus();
}

absl::StatusOr<VerifiedTpmQuote> VerifyTpmQuote(ByteView attest,
                                                ByteView signature,
                                                const TpmPublicArea& ak) {
  RETURN_IF_ERROR(CheckAkAttributes(ak));
  ASSIGN_OR_RETURN(TpmQuote quote, ParseTpmQuote(attest));
  ASSIGN_OR_RETURN(const TpmSignature parsed, ParseTpmSignature(signature));
  RETURN_IF_ERROR(CheckAkScheme(ak, parsed));
  RETURN_IF_ERROR(VerifyTpmSignature(parsed, ak.key, attest));
  return VerifiedTpmQuote(std::move(quote), ak);
}

absl::Status CheckPcrValues(const std::vector<PcrBankSelection>& selection,
                            ByteView pcr_digest, HashAlgorithm hash,
                            const PcrValues& values) {
  Hasher hasher(hash);
  size_t banks = 0;
  for (const PcrBankSelection& selected : selection) {
    if (selected.pcrs.empty()) continue;
    const auto bank = values.find(selected.algorithm);
    if (bank == values.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected PCR values of the quoted bank %s, found none",
          HashName(selected.algorithm)));
    }
    RETURN_IF_ERROR(CheckSameRegisters(selected, bank->second));
    for (const auto& [pcr, value] : bank->second) hasher.Update(value);
    ++banks;
  }
  if (banks != values.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected PCR values of %d quoted banks, found %d",
                        banks, values.size()));
  }
  const Bytes digest = hasher.Digest();
  if (!Equal(digest, pcr_digest)) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected PCR values with the quoted digest %s, found %s",
        Hex(pcr_digest), Hex(digest)));
  }
  return absl::OkStatus();
}

absl::StatusOr<VerifiedPcrs> VerifyPcrs(const VerifiedTpmQuote& quote,
                                        const PcrValues& values) {
  RETURN_IF_ERROR(CheckPcrValues(quote.quote().selection,
                                 quote.quote().pcr_digest,
                                 quote.ak().scheme_hash, values));
  return VerifiedPcrs(values);
}

}  // namespace evidenced
