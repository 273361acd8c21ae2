#include "evidence/verify/pcr_checks.h"

#include <algorithm>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/log/pcr.h"
#include "evidence/verify/add_check.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

std::string SelectionText(const std::vector<PcrBankSelection>& selection) {
  const std::string text = absl::StrJoin(
      selection, "+", [](std::string* out, const PcrBankSelection& bank) {
        absl::StrAppend(out, HashName(bank.algorithm), ":",
                        PcrRanges(bank.pcrs));
      });
  return text.empty() ? "no PCR" : text;
}

bool HasAll(const PcrBankSelection& bank, std::span<const uint32_t> pcrs) {
  return std::all_of(pcrs.begin(), pcrs.end(), [&bank](uint32_t pcr) {
    return std::find(bank.pcrs.begin(), bank.pcrs.end(), pcr) !=
           bank.pcrs.end();
  });
}

bool Covers(const std::vector<PcrBankSelection>& quoted,
            const PcrBankSelection& wanted) {
  return std::any_of(
      quoted.begin(), quoted.end(), [&wanted](const PcrBankSelection& bank) {
        return bank.algorithm == wanted.algorithm && HasAll(bank, wanted.pcrs);
      });
}

// In SHA-256, which every firmware measures into. In any bank would not do: the
// attester would then choose the one that counts, and leave out of the quote
// what would contradict it.
bool CoversDefault(const std::vector<PcrBankSelection>& quoted) {
  return std::any_of(quoted.begin(), quoted.end(),
                     [](const PcrBankSelection& bank) {
                       return bank.algorithm == HashAlgorithm::kSha256 &&
                              HasAll(bank, kQuotablePcrs);
                     });
}

}  // namespace

std::optional<HashAlgorithm> BankFromProto(int algorithm) {
  if (!v1::HashAlgorithm_IsValid(algorithm)) return std::nullopt;
  return HashAlgorithmFromId(static_cast<uint16_t>(algorithm));
}

absl::StatusOr<PcrValues> RegistersFromProto(const v1::Evidence& evidence) {
  PcrValues values;
  for (const v1::RegisterBank& bank : evidence.registers()) {
    const auto algorithm = BankFromProto(bank.algorithm());
    if (!algorithm.has_value() || values.contains(*algorithm)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each known PCR bank once, found %d", bank.algorithm()));
    }
    auto& registers = values[*algorithm];
    for (const v1::Register& reg : bank.registers()) {
      if (!registers.emplace(reg.index(), ToBytes(AsBytes(reg.value())))
               .second) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected each PCR once, found PCR %d of %s twice",
                            reg.index(), HashName(*algorithm)));
      }
    }
  }
  return values;
}

void CheckSelection(const std::vector<PcrBankSelection>& requested,
                    const std::vector<PcrBankSelection>& quoted,
                    Checks& checks) {
  const std::string found = SelectionText(quoted);
  if (requested.empty()) {
    AddCheck(checks, "pcr-selection", PassIf(CoversDefault(quoted)),
             "PCRs 0 to 15 and 17 to 22 in the SHA-256 bank (default)", found);
  } else {
    const bool covered = std::all_of(requested.begin(), requested.end(),
                                     [&quoted](const PcrBankSelection& bank) {
                                       return Covers(quoted, bank);
                                     });
    AddCheck(checks, "pcr-selection", PassIf(covered), SelectionText(requested),
             found);
  }
  const bool strong = std::any_of(
      quoted.begin(), quoted.end(), [](const PcrBankSelection& bank) {
        return bank.algorithm != HashAlgorithm::kSha1 && !bank.pcrs.empty();
      });
  AddCheck(checks, "pcr-bank", PassIf(strong),
           "PCRs in a bank stronger than SHA-1, which alone proves nothing",
           found);
}

}  // namespace evidenced
