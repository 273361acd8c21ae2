#include "agent/client/pcr_selection.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr uint32_t kPcrs = 24;

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
    uint32_t pcr = 0;
    if (!absl::SimpleAtoi(item, &pcr) || pcr >= kPcrs) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected a PCR index 0 to 23 for ", HashName(*bank),
                       ", found \"", Printable(item), "\""));
    }
    if (!pcrs.insert(pcr).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected each PCR once in ", HashName(*bank),
                       ", found ", pcr, " twice"));
    }
  }
  v1::PcrSelection selection;
  selection.set_algorithm(static_cast<v1::HashAlgorithm>(*bank));
  selection.mutable_pcrs()->Add(pcrs.begin(), pcrs.end());
  return selection;
}

}  // namespace

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

}  // namespace evidenced
