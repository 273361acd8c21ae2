#include "agent/client/pcr_selection.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "agent/client/text.h"
#include "evidence/log/pcr.h"
#include "evidence/verify/pcr_checks.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr uint32_t kPcrs = 24;

struct Range {
  uint32_t first = 0;
  uint32_t last = 0;
};

// "7" or "4-7"; nullopt: neither, or no PCR.
std::optional<Range> ParseRange(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  const absl::string_view last =
      absl::StrContains(text, '-') ? ends.second : ends.first;
  Range range;
  if (!absl::SimpleAtoi(ends.first, &range.first) ||
      !absl::SimpleAtoi(last, &range.last) || range.first > range.last ||
      range.last >= kPcrs) {
    return std::nullopt;
  }
  return range;
}

absl::StatusOr<v1::PcrSelection> ParseBank(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  const std::optional<HashAlgorithm> bank = HashAlgorithmFromName(parts.first);
  if (!bank.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected a PCR bank sha1, sha256, sha384 or sha512, found ",
        Printable(parts.first)));
  }
  if (parts.second.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected PCR indices after ", HashName(*bank), ":, found none"));
  }
  std::set<uint32_t> pcrs;
  for (const absl::string_view item : absl::StrSplit(parts.second, ',')) {
    const std::optional<Range> range = ParseRange(item);
    if (!range.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected a PCR index 0 to 23 or a range such as 0-7 for ",
          HashName(*bank), ", found \"", Printable(item), "\""));
    }
    for (uint32_t pcr = range->first; pcr <= range->last; ++pcr) {
      if (!pcrs.insert(pcr).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("expected each PCR once in ", HashName(*bank),
                         ", found ", pcr, " twice"));
      }
    }
  }
  v1::PcrSelection selection;
  selection.set_algorithm(static_cast<v1::HashAlgorithm>(*bank));
  selection.mutable_pcrs()->Add(pcrs.begin(), pcrs.end());
  return selection;
}

}  // namespace

std::string BankName(int algorithm) {
  const std::optional<HashAlgorithm> bank = BankFromProto(algorithm);
  return bank.has_value() ? std::string(HashName(*bank))
                          : absl::StrCat("algorithm ", algorithm);
}

absl::StatusOr<std::vector<v1::PcrSelection>> ParsePcrSelection(
    absl::string_view text) {
  std::vector<v1::PcrSelection> selections;
  std::set<int> banks;
  for (const absl::string_view part : absl::StrSplit(text, '+')) {
    ASSIGN_OR_RETURN(v1::PcrSelection selection, ParseBank(part));
    if (!banks.insert(selection.algorithm()).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected each PCR bank once, found ", Printable(part), " again"));
    }
    selections.push_back(std::move(selection));
  }
  return selections;
}

absl::StatusOr<std::vector<PcrBankSelection>> SelectionFromProto(
    const PcrSelections& selections) {
  std::vector<PcrBankSelection> banks;
  banks.reserve(static_cast<size_t>(selections.size()));
  std::set<HashAlgorithm> seen;
  for (const v1::PcrSelection& selection : selections) {
    const std::optional<HashAlgorithm> bank =
        BankFromProto(selection.algorithm());
    const auto& pcrs = selection.pcrs();
    // Not ascending: a neighbour that is not greater.
    const bool ascending =
        std::adjacent_find(pcrs.begin(), pcrs.end(), std::greater_equal<>()) ==
        pcrs.end();
    if (!bank.has_value() || !seen.insert(*bank).second || pcrs.empty() ||
        !ascending || *pcrs.rbegin() >= kPcrs) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected PCR selections of known banks, each once, with ascending "
          "PCRs 0 to 23, found ",
          BankName(selection.algorithm()), " with ",
          Count(static_cast<size_t>(pcrs.size()), "PCR")));
    }
    banks.push_back({*bank, {pcrs.begin(), pcrs.end()}});
  }
  return banks;
}

std::string PcrsText(std::span<const uint32_t> pcrs) {
  return PcrRanges(pcrs, ", ");
}

std::string SelectionText(const PcrSelections& selections) {
  std::string out;
  for (const v1::PcrSelection& selection : selections) {
    absl::StrAppend(&out, out.empty() ? "" : "+",
                    BankName(selection.algorithm()), ":",
                    PcrRanges({selection.pcrs().data(),
                               static_cast<size_t>(selection.pcrs_size())},
                              ","));
  }
  return out.empty() ? "the default" : out;
}

}  // namespace evidenced
