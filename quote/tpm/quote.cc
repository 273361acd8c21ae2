#include "quote/tpm/quote.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

constexpr uint32_t kTpmGenerated = 0xff544347;  // TPM_GENERATED_VALUE
constexpr uint16_t kAttestQuote = 0x8018;       // TPM_ST_ATTEST_QUOTE
constexpr uint32_t kMaxBanks = 16;              // HASH_COUNT of a PC Client TPM
constexpr size_t kMaxPcrOctets = 3;             // PCRs 0 to 23

absl::StatusOr<PcrBankSelection> ReadSelection(ByteReader& in) {
  const auto id = in.Be<uint16_t>();
  const ByteView bitmap = in.Take(in.U8());
  RETURN_IF_ERROR(in.Check("TPMS_PCR_SELECTION"));
  const auto bank = HashAlgorithmFromId(id);
  if (!bank.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a known hash algorithm as PCR bank, found 0x%04x", id));
  }
  if (bitmap.size() > kMaxPcrOctets) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected at most %d octets of PCRs, found %d",
                        kMaxPcrOctets, bitmap.size()));
  }
  PcrBankSelection selection{.algorithm = *bank, .pcrs = {}};
  for (uint32_t pcr = 0; pcr < bitmap.size() * 8; ++pcr) {
    if ((bitmap[pcr / 8] >> (pcr % 8) & 1) != 0) selection.pcrs.push_back(pcr);
  }
  return selection;
}

absl::Status ReadSelections(ByteReader& in,
                            std::vector<PcrBankSelection>& selections) {
  const auto count = in.Be<uint32_t>();
  if (count > kMaxBanks) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d PCR banks, found %d", kMaxBanks, count));
  }
  for (uint32_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(PcrBankSelection selection, ReadSelection(in));
    for (const PcrBankSelection& other : selections) {
      if (other.algorithm == selection.algorithm) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected each PCR bank once, found %s twice",
                            HashName(selection.algorithm)));
      }
    }
    selections.push_back(std::move(selection));
  }
  return absl::OkStatus();
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

absl::Status CheckScheme(const TpmPublicArea& ak, uint16_t scheme,
                         HashAlgorithm hash) {
  if (hash == HashAlgorithm::kSha1) {
    return absl::UnauthenticatedError(
        "expected a signature with SHA-256 or stronger, found SHA-1");
  }
  if (ak.scheme == kTpmAlgNull) {
    return absl::UnauthenticatedError(
        "expected an AK with a signing scheme, as every restricted signing "
        "key of a TPM has one, found none");
  }
  if (scheme != ak.scheme || hash != ak.scheme_hash) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected a signature by the AK's scheme 0x%04x with %s, found 0x%04x "
        "with %s",
        ak.scheme, HashName(ak.scheme_hash), scheme, HashName(hash)));
  }
  return absl::OkStatus();
}

// TPMT_SIGNATURE: Part 2, section 11.3.4.
absl::Status VerifySignature(ByteView attest, ByteView signature,
                             const TpmPublicArea& ak) {
  ByteReader in(signature);
  const auto scheme = in.Be<uint16_t>();
  const auto hash_id = in.Be<uint16_t>();
  RETURN_IF_ERROR(in.Check("TPMT_SIGNATURE"));
  const auto hash = HashAlgorithmFromId(hash_id);
  if (!hash.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a known hash algorithm in the signature, found 0x%04x",
        hash_id));
  }
  RETURN_IF_ERROR(CheckScheme(ak, scheme, *hash));
  const ByteView first = in.Take(in.Be<uint16_t>());
  switch (scheme) {
    case kTpmAlgEcdsa: {
      const ByteView s = in.Take(in.Be<uint16_t>());
      RETURN_IF_ERROR(in.Finish("TPMT_SIGNATURE"));
      return ak.key.VerifyEcdsa(*hash, attest, first, s);
    }
    case kTpmAlgRsassa:
      RETURN_IF_ERROR(in.Finish("TPMT_SIGNATURE"));
      return ak.key.VerifyRsassa(*hash, attest, first);
    case kTpmAlgRsapss:
      RETURN_IF_ERROR(in.Finish("TPMT_SIGNATURE"));
      return ak.key.VerifyRsapss(*hash, attest, first);
    default:
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected a signature of RSASSA, RSAPSS or ECDSA, found 0x%04x",
          scheme));
  }
}

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
  TpmQuote quote;
  quote.qualified_signer = ToBytes(in.Take(in.Be<uint16_t>()));
  quote.extra_data = ToBytes(in.Take(in.Be<uint16_t>()));
  quote.clock.clock_ms = in.Be<uint64_t>();
  quote.clock.reset_count = in.Be<uint32_t>();
  quote.clock.restart_count = in.Be<uint32_t>();
  const uint8_t safe = in.U8();  // TPMI_YES_NO
  quote.clock.safe = safe == 1;
  quote.firmware_version = in.Be<uint64_t>();
  RETURN_IF_ERROR(in.Check("TPMS_ATTEST"));
  if (safe > 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected 0 or 1 as clock safe, found %d", safe));
  }
  RETURN_IF_ERROR(ReadSelections(in, quote.selection));
  quote.pcr_digest = ToBytes(in.Take(in.Be<uint16_t>()));
  RETURN_IF_ERROR(in.Finish("TPMS_ATTEST"));
  return quote;
}

absl::StatusOr<TpmStatement> SplitTpmStatement(ByteView statement) {
  ByteReader in(statement);
  TpmStatement out;
  out.attest = in.Take(in.Be<uint16_t>());
  out.signature = in.Rest();
  RETURN_IF_ERROR(in.Finish("TPM2B_ATTEST"));
  return out;
}

absl::StatusOr<VerifiedTpmQuote> VerifyTpmQuote(ByteView attest,
                                                ByteView signature,
                                                const TpmPublicArea& ak) {
  RETURN_IF_ERROR(CheckAkAttributes(ak));
  ASSIGN_OR_RETURN(TpmQuote quote, ParseTpmQuote(attest));
  RETURN_IF_ERROR(VerifySignature(attest, signature, ak));
  return VerifiedTpmQuote(std::move(quote), ak);
}

absl::StatusOr<VerifiedPcrs> VerifyPcrs(const VerifiedTpmQuote& quote,
                                        const PcrValues& values) {
  Hasher hasher(quote.ak().scheme_hash);
  size_t banks = 0;
  for (const PcrBankSelection& selection : quote.quote().selection) {
    if (selection.pcrs.empty()) continue;
    const auto bank = values.find(selection.algorithm);
    if (bank == values.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected PCR values of the quoted bank %s, found "
                          "none",
                          HashName(selection.algorithm)));
    }
    RETURN_IF_ERROR(CheckSameRegisters(selection, bank->second));
    for (const auto& [pcr, value] : bank->second) hasher.Update(value);
    ++banks;
  }
  if (banks != values.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected PCR values of %d quoted banks, found %d",
                        banks, values.size()));
  }
  const Bytes digest = hasher.Digest();
  if (!Equal(digest, quote.quote().pcr_digest)) {
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected PCR values with the quoted digest %s, found %s",
        Hex(quote.quote().pcr_digest), Hex(digest)));
  }
  return VerifiedPcrs(values);
}

}  // namespace evidenced
