#include "agent/collect/register_quote.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr uint32_t kMaxAttempts = 5;

// As TPM2_Quote() makes it, with the hash of the AK's scheme.
Bytes PcrDigest(const std::vector<PcrBankSelection>& selection,
                const PcrValues& values) {
  Hasher hasher(HashAlgorithm::kSha256);
  for (const PcrBankSelection& bank : selection) {
    for (const uint32_t pcr : bank.pcrs) {
      hasher.Update(values.at(bank.algorithm).at(pcr));
    }
  }
  return hasher.Digest();
}

// DATA_LOSS: the TPM's answer is no quote.
absl::StatusOr<TpmQuote> ParsedQuote(ByteView statement) {
  const absl::StatusOr<TpmStatement> split = SplitTpmStatement(statement);
  if (!split.ok()) return absl::DataLossError(split.status().message());
  absl::StatusOr<TpmQuote> quote = ParseTpmQuote(split->attest);
  if (!quote.ok()) return absl::DataLossError(quote.status().message());
  return quote;
}

absl::StatusOr<TpmQuote> CheckedQuote(
    ByteView statement, ByteView extra_data, const TpmInfo& info,
    const std::vector<PcrBankSelection>& selection) {
  ASSIGN_OR_RETURN(TpmQuote quote, ParsedQuote(statement));
  if (!Equal(quote.extra_data, extra_data)) {
    return absl::DataLossError(
        absl::StrFormat("expected a quote over %s, found one over %s",
                        Hex(extra_data), Hex(quote.extra_data)));
  }
  if (quote.qualified_signer != info.ak_qualified_name) {
    return absl::DataLossError(absl::StrFormat(
        "expected a quote by the key %s, found one by %s",
        Hex(info.ak_qualified_name), Hex(quote.qualified_signer)));
  }
  if (quote.selection != selection) {
    return absl::DataLossError(
        "expected a quote of the registers that were asked for, found others");
  }
  return quote;
}

}  // namespace

absl::StatusOr<RegisterQuote> RegisterQuoter::Quote(
    TpmDevice& tpm, ByteView extra_data,
    const std::vector<PcrBankSelection>& selection) {
  for (uint32_t attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    ASSIGN_OR_RETURN(Bytes statement, tpm.Quote(extra_data, selection));
    ASSIGN_OR_RETURN(const TpmQuote quote, CheckedQuote(statement, extra_data,
                                                        tpm.info(), selection));
    if (selection_ == selection &&
        PcrDigest(selection, values_) == quote.pcr_digest) {
      return RegisterQuote{std::move(statement), values_, attempt};
    }
    ASSIGN_OR_RETURN(PcrReading reading, tpm.ReadPcrs(selection));
    selection_ = selection;
    values_ = std::move(reading.values);
    if (PcrDigest(selection, values_) == quote.pcr_digest) {
      return RegisterQuote{std::move(statement), values_, attempt};
    }
  }
  return absl::UnavailableError(
      absl::StrFormat("expected registers that agree with a quote, found that "
                      "they changed during %d",
                      kMaxAttempts));
}

}  // namespace evidenced
