#include "agent/device/pcr_read.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr int kMaxReadings = 5;
constexpr uint8_t kSelectSize = 3;  // octets, 24 PCRs

bool IsSelected(const TPMS_PCR_SELECTION& bank, uint32_t pcr) {
  return pcr / 8 < std::min<uint32_t>(bank.sizeofSelect, kSelectSize) &&
         (bank.pcrSelect[pcr / 8] >> (pcr % 8) & 1U) != 0;
}

TPMS_PCR_SELECTION* FindBank(TPML_PCR_SELECTION& selection, uint16_t hash) {
  for (uint32_t i = 0; i < selection.count; ++i) {
    if (selection.pcrSelections[i].hash == hash) {
      return &selection.pcrSelections[i];
    }
  }
  return nullptr;
}

bool IsEmpty(const TPML_PCR_SELECTION& selection) {
  for (uint32_t i = 0; i < selection.count; ++i) {
    for (uint32_t pcr = 0; pcr < 24; ++pcr) {
      if (IsSelected(selection.pcrSelections[i], pcr)) return false;
    }
  }
  return true;
}

// Without the banks that have nothing left: a TPM may spend its answer on
// them.
TPML_PCR_SELECTION WithoutEmptyBanks(const TPML_PCR_SELECTION& selection) {
  TPML_PCR_SELECTION out = {};
  for (uint32_t i = 0; i < selection.count; ++i) {
    const TPMS_PCR_SELECTION& bank = selection.pcrSelections[i];
    for (uint32_t pcr = 0; pcr < 24; ++pcr) {
      if (!IsSelected(bank, pcr)) continue;
      out.pcrSelections[out.count++] = bank;
      break;
    }
  }
  return out;
}

// Moves what `reply` brings from `remaining` to `values`.
absl::Status Take(const Esys::PcrReply& reply, TPML_PCR_SELECTION& remaining,
                  PcrValues& values) {
  uint32_t next = 0;
  for (uint32_t i = 0; i < reply.selection.count; ++i) {
    const TPMS_PCR_SELECTION& bank = reply.selection.pcrSelections[i];
    const auto algorithm = HashAlgorithmFromId(bank.hash);
    TPMS_PCR_SELECTION* wanted = FindBank(remaining, bank.hash);
    for (uint32_t pcr = 0; pcr < 24; ++pcr) {
      if (!IsSelected(bank, pcr)) continue;
      if (!algorithm || wanted == nullptr || !IsSelected(*wanted, pcr)) {
        return absl::InternalError(
            absl::StrFormat("TPM2_PCR_Read: expected PCRs that were asked "
                            "for, found PCR %d of bank 0x%04x",
                            pcr, bank.hash));
      }
      const size_t size = DigestSize(*algorithm);
      if (next >= reply.digests.count ||
          reply.digests.digests[next].size != size) {
        return absl::InternalError(absl::StrFormat(
            "TPM2_PCR_Read: expected a digest of %d bytes for PCR %d, found "
            "none",
            size, pcr));
      }
      const TPM2B_DIGEST& digest = reply.digests.digests[next++];
      values[*algorithm][pcr] = Bytes(digest.buffer, digest.buffer + size);
      wanted->pcrSelect[pcr / 8] &= static_cast<BYTE>(~(1U << (pcr % 8)));
    }
  }
  if (next == 0 || next != reply.digests.count) {
    return absl::InternalError(absl::StrFormat(
        "TPM2_PCR_Read: expected one digest for each PCR of the answer, found "
        "%d digests for %d",
        reply.digests.count, next));
  }
  return absl::OkStatus();
}

// One reading of all; nullopt: a PCR changed meanwhile.
absl::StatusOr<std::optional<PcrReading>> ReadOnce(
    Esys& esys, const TPML_PCR_SELECTION& selection) {
  TPML_PCR_SELECTION remaining = selection;
  PcrReading reading;
  bool first = true;
  while (!IsEmpty(remaining)) {
    ASSIGN_OR_RETURN(const Esys::PcrReply reply,
                     esys.PcrRead(WithoutEmptyBanks(remaining)));
    if (!first && reply.update_counter != reading.update_counter) {
      return std::optional<PcrReading>();
    }
    first = false;
    reading.update_counter = reply.update_counter;
    RETURN_IF_ERROR(Take(reply, remaining, reading.values));
  }
  return std::optional<PcrReading>(std::move(reading));
}

}  // namespace

absl::StatusOr<TPML_PCR_SELECTION> ToTpmSelection(
    const std::vector<PcrBankSelection>& selection,
    const std::vector<PcrBankSelection>& active) {
  TPML_PCR_SELECTION out = {};
  for (const PcrBankSelection& bank : selection) {
    const auto id = static_cast<uint16_t>(bank.algorithm);
    const auto found = std::find_if(active.begin(), active.end(),
                                    [&](const PcrBankSelection& other) {
                                      return other.algorithm == bank.algorithm;
                                    });
    if (found == active.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected a bank that is active in the TPM, found %s",
                          HashName(bank.algorithm)));
    }
    if (FindBank(out, id) != nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each bank once, found %s twice", HashName(bank.algorithm)));
    }
    TPMS_PCR_SELECTION& to = out.pcrSelections[out.count++];
    to.hash = id;
    to.sizeofSelect = kSelectSize;
    for (const uint32_t pcr : bank.pcrs) {
      if (!std::binary_search(found->pcrs.begin(), found->pcrs.end(), pcr)) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected a PCR of the TPM's %s bank, found %d",
                            HashName(bank.algorithm), pcr));
      }
      to.pcrSelect[pcr / 8] |= static_cast<BYTE>(1U << (pcr % 8));
    }
  }
  return out;
}

std::vector<PcrBankSelection> FromTpmSelection(
    const TPML_PCR_SELECTION& selection) {
  std::vector<PcrBankSelection> out;
  const uint32_t count =
      std::min<uint32_t>(selection.count, TPM2_NUM_PCR_BANKS);
  for (uint32_t i = 0; i < count; ++i) {
    const TPMS_PCR_SELECTION& bank = selection.pcrSelections[i];
    const auto algorithm = HashAlgorithmFromId(bank.hash);
    if (!algorithm) continue;
    PcrBankSelection to{*algorithm, {}};
    for (uint32_t pcr = 0; pcr < 24; ++pcr) {
      if (IsSelected(bank, pcr)) to.pcrs.push_back(pcr);
    }
    if (!to.pcrs.empty()) out.push_back(std::move(to));
  }
  std::sort(out.begin(), out.end(),
            [](const PcrBankSelection& a, const PcrBankSelection& b) {
              return a.algorithm < b.algorithm;
            });
  return out;
}

absl::StatusOr<PcrReading> ReadSelectedPcrs(
    Esys& esys, const TPML_PCR_SELECTION& selection) {
  for (int i = 0; i < kMaxReadings; ++i) {
    ASSIGN_OR_RETURN(std::optional<PcrReading> reading,
                     ReadOnce(esys, selection));
    if (reading) return *std::move(reading);
  }
  return absl::UnavailableError(
      absl::StrFormat("expected PCRs that stay the same while they are read, "
                      "found that they changed in %d readings",
                      kMaxReadings));
}

}  // namespace evidenced
