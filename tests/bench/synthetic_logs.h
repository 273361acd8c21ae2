#ifndef TESTS_BENCH_SYNTHETIC_LOGS_H_
#define TESTS_BENCH_SYNTHETIC_LOGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "quote/base/byte_writer.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {

inline constexpr uint32_t kSyntheticImaPcr = 10;

// A crypto-agile log of that many events in PCRs 0 to 9, SpecID event and all.
inline Bytes SyntheticBootLog(const std::vector<HashAlgorithm>& banks,
                              size_t events) {
  IdsAndSizes announced;
  std::vector<uint16_t> ids;
  for (const HashAlgorithm bank : banks) {
    ids.push_back(static_cast<uint16_t>(bank));
    announced.emplace_back(ids.back(), static_cast<uint16_t>(DigestSize(bank)));
  }
  ByteWriter log;
  log.Put(SpecId(announced));
  for (uint32_t i = 1; i < events; ++i) {
    const std::string data = absl::StrFormat("event %08d of a boot", i);
    log.Put(Measured(i % 10U, kIpl, AsBytes(data), ids));
  }
  return std::move(log).Take();
}

// Entries of template ima-ng for files with names of an ordinary length.
inline Bytes SyntheticImaList(size_t entries) {
  ByteWriter list;
  for (size_t i = 0; i < entries; ++i) {
    list.Put(
        ImaNg(kSyntheticImaPcr, absl::StrFormat("/usr/lib/file-%08d.so", i)));
  }
  return std::move(list).Take();
}

// A million of these entries are less than the 64 MiB that a list may have.
inline Bytes SmallImaList(size_t entries) {
  ByteWriter list;
  for (size_t i = 0; i < entries; ++i) {
    const Bytes data = Fields({NameNg(absl::StrFormat("/%06d", i % 1000000))});
    list.Put(ImaEntry(kSyntheticImaPcr, Bytes(20, 0x11), "n-ng", data));
  }
  return std::move(list).Take();
}

}  // namespace evidenced

#endif  // TESTS_BENCH_SYNTHETIC_LOGS_H_
