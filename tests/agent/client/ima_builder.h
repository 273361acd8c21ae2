#ifndef TESTS_AGENT_CLIENT_IMA_BUILDER_H_
#define TESTS_AGENT_CLIENT_IMA_BUILDER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "quote/base/byte_writer.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// One ima-ng entry of a binary IMA list for PCR 10, for a file of that name.
inline Bytes ImaEntry(absl::string_view file) {
  ByteWriter data;
  const std::string algorithm("sha256:\0", 8);
  data.Le<uint32_t>(static_cast<uint32_t>(algorithm.size() + 32))
      .Put(AsBytes(algorithm))
      .Put(Bytes(32, 0x5A))
      .Le<uint32_t>(static_cast<uint32_t>(file.size() + 1))
      .Put(AsBytes(file))
      .Put(Bytes(1, 0));
  const absl::string_view name = "ima-ng";
  ByteWriter entry;
  entry.Le<uint32_t>(10)
      .Put(Hash(HashAlgorithm::kSha1, {data.view()}))
      .Le<uint32_t>(static_cast<uint32_t>(name.size()))
      .Put(AsBytes(name))
      .Le<uint32_t>(static_cast<uint32_t>(data.view().size()))
      .Put(data.view());
  return std::move(entry).Take();
}

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_IMA_BUILDER_H_
