// A PCR dump of tpm2-tools that parses has a value for each selected register,
// as long as its bank's digests, and says the same when it is written again.
// The same values alone, in the order of the selection, are the other format.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "quote/base/byte_writer.h"
#include "quote/tpm/pcr_dump.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::PcrDump;
using evidenced::Require;

void CheckValues(const PcrDump& dump) {
  size_t next = 0;
  for (const auto& bank : dump.selection) {
    for (size_t i = 0; i < bank.pcrs.size(); ++i) {
      Require(dump.values.at(next++).size() ==
              evidenced::DigestSize(bank.algorithm));
    }
  }
  Require(next == dump.values.size());
}

void CheckValuesAlone(const PcrDump& dump) {
  evidenced::ByteWriter out;
  for (const Bytes& value : dump.values) out.Put(value);
  const auto alone = evidenced::ParsePcrValueDump(out.view(), dump.selection);
  Require(alone.ok() && alone->values == dump.values);
  out.Put(Bytes{0});
  Require(!evidenced::ParsePcrValueDump(out.view(), dump.selection).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto dump = evidenced::ParsePcrDump(bytes);
  if (!dump.ok()) {
    Require(evidenced::IsPrintable(dump.status().message()));
    return 0;
  }
  CheckValues(*dump);
  CheckValuesAlone(*dump);
  const auto written =
      evidenced::EncodePcrDump(dump->selection, dump->Values());
  Require(written.ok());
  const auto again = evidenced::ParsePcrDump(*written);
  Require(again.ok() && again->selection == dump->selection &&
          again->values == dump->values);
  Bytes longer = evidenced::ToBytes(bytes);
  longer.push_back(0);
  Require(!evidenced::ParsePcrDump(longer).ok());
  Require(!evidenced::ParsePcrDump(bytes.first(size - 1)).ok());
  return 0;
}
