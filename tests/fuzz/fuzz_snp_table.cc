// The entries of a table lie within it, behind their list and apart, and are
// written again as the same list. A table needs each of its bytes up to the
// last that an entry has, and none behind.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"

#include "quote/base/byte_writer.h"
#include "quote/snp/certificate_table.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::SnpTableEntry;

Bytes ListOf(const std::vector<SnpTableEntry>& entries) {
  evidenced::ByteWriter out;
  for (const SnpTableEntry& entry : entries) {
    out.Put(*evidenced::FromHex(absl::StrReplaceAll(entry.guid, {{"-", ""}})));
    out.Le(entry.offset);
    out.Le(static_cast<uint32_t>(entry.data.size()));
  }
  out.Put(Bytes(24, 0));
  return std::move(out).Take();
}

void CheckEntries(ByteView table, const std::vector<SnpTableEntry>& entries) {
  const Bytes list = ListOf(entries);
  Require(list.size() <= table.size() &&
          evidenced::Equal(list, table.first(list.size())));
  std::vector<bool> taken(table.size());
  std::fill_n(taken.begin(), list.size(), true);
  std::set<std::string> guids;
  size_t end = list.size();
  for (const SnpTableEntry& entry : entries) {
    Require(guids.insert(entry.guid).second && !entry.data.empty());
    Require(entry.data.data() == table.data() + entry.offset);
    for (size_t i = 0; i < entry.data.size(); ++i) {
      Require(!taken.at(entry.offset + i));
      taken.at(entry.offset + i) = true;
    }
    end = std::max(end, entry.offset + entry.data.size());
  }
  Require(evidenced::ParseSnpCertificateTable(table.first(end)).ok());
  Require(!evidenced::ParseSnpCertificateTable(table.first(end - 1)).ok());
  Bytes longer = evidenced::ToBytes(table);
  longer.push_back(1);
  Require(evidenced::ParseSnpCertificateTable(longer).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView table(data, size);
  const auto entries = evidenced::ParseSnpCertificateTable(table);
  if (entries.ok()) CheckEntries(table, *entries);
  return 0;
}
