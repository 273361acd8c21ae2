#include "quote/tpm/pcr_dump.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/pcr_bank.h"

namespace evidenced {
namespace {

constexpr char kWhat[] = "PCR dump";
// Array sizes of tpm2-tss: TPM2_NUM_PCR_BANKS, TPM2_PCR_SELECT_MAX, the
// digests of a TPML_DIGEST, the room of a TPM2B_DIGEST.
constexpr uint32_t kMaxBanks = 16;
constexpr size_t kSelectRoom = 4;
constexpr size_t kMaxPcrOctets = 3;
constexpr uint32_t kListRoom = 8;
constexpr size_t kDigestRoom = 64;
constexpr uint32_t kMaxPcrs = 24;

// A TPMS_PCR_SELECTION in memory: hash, octets, bitmap, one byte of padding.
absl::Status ReadSelection(ByteReader& in, PcrDump& dump) {
  const auto algorithm = in.Le<uint16_t>();
  const uint8_t octets = in.U8();
  const ByteView bitmap = in.Take(kSelectRoom);
  in.U8();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (octets > kSelectRoom) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d octets of PCRs, found %d", kSelectRoom, octets));
  }
  ASSIGN_OR_RETURN(
      PcrBankSelection selection,
      ReadPcrBank(algorithm, bitmap.first(octets), dump.selection));
  dump.selection.push_back(std::move(selection));
  return absl::OkStatus();
}

absl::Status ReadSelections(ByteReader& in, PcrDump& dump) {
  const auto count = in.Le<uint32_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (count > kMaxBanks) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d PCR banks, found %d", kMaxBanks, count));
  }
  for (uint32_t i = 0; i < count; ++i) {
    RETURN_IF_ERROR(ReadSelection(in, dump));
  }
  constexpr size_t kSelectionSize = 8;
  in.Take((kMaxBanks - count) * kSelectionSize);
  return in.Check(kWhat);
}

// A TPML_DIGEST in memory: a number, then eight TPM2B_DIGESTs.
absl::Status ReadList(ByteReader& in, PcrDump& dump) {
  const auto count = in.Le<uint32_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (count > kListRoom) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d digests in a list, found %d", kListRoom, count));
  }
  for (uint32_t i = 0; i < kListRoom; ++i) {
    const auto size = in.Le<uint16_t>();
    const ByteView room = in.Take(kDigestRoom);
    RETURN_IF_ERROR(in.Check(kWhat));
    if (i >= count) continue;
    if (size > kDigestRoom) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected a digest of at most %d bytes, found %d",
                          kDigestRoom, size));
    }
    dump.values.push_back(ToBytes(room.first(size)));
  }
  return absl::OkStatus();
}

// Whether the values are those of the selection, one by one.
absl::Status CheckValues(const PcrDump& dump) {
  size_t next = 0;
  for (const PcrBankSelection& bank : dump.selection) {
    for (const uint32_t pcr : bank.pcrs) {
      if (next == dump.values.size()) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected a value for each selected PCR, found %d",
                            dump.values.size()));
      }
      const size_t size = dump.values[next++].size();
      if (size != DigestSize(bank.algorithm)) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "expected %d bytes as PCR %d of bank %s, found %d",
            DigestSize(bank.algorithm), pcr, HashName(bank.algorithm), size));
      }
    }
  }
  if (next == dump.values.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("expected %d values, one for each selected PCR, found %d",
                      next, dump.values.size()));
}

}  // namespace

PcrValues PcrDump::Values() const {
  PcrValues out;
  size_t next = 0;
  for (const PcrBankSelection& bank : selection) {
    for (const uint32_t pcr : bank.pcrs) {
      out[bank.algorithm][pcr] = values[next++];
    }
  }
  return out;
}

absl::StatusOr<PcrDump> ParsePcrDump(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a PCR dump, found no byte"));
  }
  ByteReader in(bytes);
  PcrDump dump;
  RETURN_IF_ERROR(ReadSelections(in, dump));
  const auto lists = in.Le<uint32_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (lists > kMaxBanks * kMaxPcrs) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected at most %d lists of digests, found %d",
                        kMaxBanks * kMaxPcrs, lists));
  }
  for (uint32_t i = 0; i < lists; ++i) RETURN_IF_ERROR(ReadList(in, dump));
  RETURN_IF_ERROR(in.Finish(kWhat));
  RETURN_IF_ERROR(CheckValues(dump));
  return dump;
}

absl::StatusOr<PcrDump> ParsePcrValueDump(
    ByteView bytes, const std::vector<PcrBankSelection>& selection) {
  ByteReader in(bytes);
  PcrDump dump{.selection = selection, .values = {}};
  for (const PcrBankSelection& bank : selection) {
    for (size_t i = 0; i < bank.pcrs.size(); ++i) {
      dump.values.push_back(ToBytes(in.Take(DigestSize(bank.algorithm))));
    }
  }
  RETURN_IF_ERROR(in.Finish(kWhat));
  return dump;
}

absl::StatusOr<Bytes> EncodePcrDump(
    const std::vector<PcrBankSelection>& selection, const PcrValues& values) {
  PcrDump dump{.selection = selection, .values = {}};
  ByteWriter out;
  out.Le(static_cast<uint32_t>(selection.size()));
  for (const PcrBankSelection& bank : selection) {
    uint32_t bits = 0;
    for (const uint32_t pcr : bank.pcrs) {
      bits |= 1U << pcr;
      const auto registers = values.find(bank.algorithm);
      if (registers == values.end() || !registers->second.contains(pcr)) {
        return absl::InvalidArgumentError(
            absl::StrFormat("expected a value of PCR %d of bank %s, found none",
                            pcr, HashName(bank.algorithm)));
      }
      dump.values.push_back(registers->second.at(pcr));
    }
    out.Le(static_cast<uint16_t>(bank.algorithm));
    out.Le(static_cast<uint8_t>(kMaxPcrOctets)).Le(bits).Le(uint8_t{0});
  }
  RETURN_IF_ERROR(CheckValues(dump));
  for (size_t i = selection.size(); i < kMaxBanks; ++i) out.Le(uint64_t{0});
  const size_t lists = (dump.values.size() + kListRoom - 1) / kListRoom;
  out.Le(static_cast<uint32_t>(lists));
  for (size_t first = 0; first < dump.values.size(); first += kListRoom) {
    const size_t used = std::min<size_t>(kListRoom, dump.values.size() - first);
    out.Le(static_cast<uint32_t>(used));
    for (size_t i = 0; i < kListRoom; ++i) {
      const Bytes none;
      const Bytes& digest = i < used ? dump.values[first + i] : none;
      out.Le(static_cast<uint16_t>(digest.size())).Put(digest);
      out.Put(Bytes(kDigestRoom - digest.size(), 0));
    }
  }
  return std::move(out).Take();
}

}  // namespace evidenced
