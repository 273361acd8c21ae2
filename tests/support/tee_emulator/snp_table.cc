#include "tests/support/tee_emulator/snp_table.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

using Guid = std::array<uint8_t, 16>;

constexpr Guid kArk = {0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52,
                       0x97, 0x43, 0x3f, 0xb6, 0x01, 0x4c, 0xd0, 0xae};
constexpr Guid kAsk = {0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4,
                       0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82};
constexpr Guid kVcek = {0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64,
                        0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd};
constexpr Guid kVlek = {0xa8, 0x07, 0x4b, 0xc2, 0xa2, 0x5a, 0x48, 0x3e,
                        0xaa, 0xe6, 0x39, 0xc0, 0x45, 0xa0, 0xb8, 0xa1};
constexpr size_t kEntrySize = 24;

struct Entry {
  Guid guid;
  Blob certificate;
  uint32_t offset = 0;
  uint32_t length = 0;
};

// `spare`: room for entries after the last, zeros.
Blob Assemble(std::vector<Entry>& entries, size_t spare) {
  Blob out((entries.size() + spare) * kEntrySize, 0);
  for (Entry& entry : entries) {
    entry.offset = static_cast<uint32_t>(out.size());
    entry.length = static_cast<uint32_t>(entry.certificate.size());
    out.insert(out.end(), entry.certificate.begin(), entry.certificate.end());
  }
  return out;
}

void WriteEntries(Blob& table, const std::vector<Entry>& entries) {
  size_t offset = 0;
  for (const Entry& entry : entries) {
    PutBytes(table, offset, entry.guid);
    PutLe(table, offset + 16, entry.offset);
    PutLe(table, offset + 20, entry.length);
    offset += kEntrySize;
  }
}

}  // namespace

Blob MakeTable(const SnpKeys& keys, SigningKey signing_key,
               const std::string& fault) {
  if (fault == "none") return {};
  constexpr size_t kPage = 4096;
  if (fault == "garbage") {
    Blob garbage(kPage, 0xa5);
    return garbage;
  }
  std::vector<Entry> entries;
  if (signing_key == SigningKey::kVcek) {
    entries.push_back({.guid = kVcek, .certificate = keys.vcek.certificate});
    entries.push_back({.guid = kAsk, .certificate = keys.ask.certificate});
  } else {
    entries.push_back({.guid = kVlek, .certificate = keys.vlek.certificate});
    entries.push_back({.guid = kAsk, .certificate = keys.asvk.certificate});
  }
  entries.push_back({.guid = kArk, .certificate = keys.ark.certificate});
  if (fault == "duplicate") entries.push_back(entries.front());
  Blob table = Assemble(entries, fault == "unterminated" ? 0 : 1);
  if (fault == "overlapping") entries[1].offset = entries[0].offset + 1;
  if (fault == "overflowing") entries[1].offset = 0xfffffff0;
  if (fault == "out_of_range") entries[1].length = 0x10000;
  if (fault == "zero_length") entries[1].length = 0;
  WriteEntries(table, entries);
  return table;
}

}  // namespace tee_emulator
