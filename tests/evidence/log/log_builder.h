#ifndef TESTS_EVIDENCE_LOG_LOG_BUILDER_H_
#define TESTS_EVIDENCE_LOG_LOG_BUILDER_H_

#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "quote/base/byte_writer.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

inline constexpr uint32_t kNoAction = 3;
inline constexpr uint32_t kSeparator = 4;
inline constexpr uint32_t kAction = 5;
inline constexpr uint32_t kIpl = 0xd;
inline constexpr uint32_t kDriverConfig = 0x80000001;

using IdsAndSizes = std::vector<std::pair<uint16_t, uint16_t>>;

inline constexpr uint16_t kSha1Id = 0x0004;
inline constexpr uint16_t kSha256Id = 0x000b;
inline constexpr uint16_t kSha384Id = 0x000c;
inline constexpr uint16_t kUnknownId = 0x0027;

// A TCG_PCClientPCREvent: the SHA-1 form.
inline Bytes Tcg1Event(uint32_t reg, uint32_t type, ByteView digest,
                       ByteView data) {
  ByteWriter out;
  out.Le(reg).Le(type).Put(digest);
  out.Le(static_cast<uint32_t>(data.size())).Put(data);
  return std::move(out).Take();
}

inline Bytes SpecId(const IdsAndSizes& algorithms) {
  ByteWriter out;
  out.Put(AsBytes(absl::string_view("Spec ID Event03\0", 16)));
  out.Le(uint32_t{0}).Put(Bytes{0, 2, 0, 2});
  out.Le(static_cast<uint32_t>(algorithms.size()));
  for (const auto& [id, size] : algorithms) out.Le(id).Le(size);
  out.Put(Bytes{0});
  return Tcg1Event(0, kNoAction, Bytes(20, 0), std::move(out).Take());
}

// A TCG_PCR_EVENT2 with the given digests.
inline Bytes Tcg2Event(uint32_t reg, uint32_t type,
                       const std::vector<std::pair<uint16_t, Bytes>>& digests,
                       ByteView data) {
  ByteWriter out;
  out.Le(reg).Le(type).Le(static_cast<uint32_t>(digests.size()));
  for (const auto& [id, value] : digests) out.Le(id).Put(value);
  out.Le(static_cast<uint32_t>(data.size())).Put(data);
  return std::move(out).Take();
}

// One whose digests are those of its data.
inline Bytes Measured(uint32_t reg, uint32_t type, ByteView data,
                      const std::vector<uint16_t>& banks = {kSha256Id}) {
  std::vector<std::pair<uint16_t, Bytes>> digests;
  digests.reserve(banks.size());
  for (const uint16_t id : banks) {
    digests.emplace_back(id, Hash(*HashAlgorithmFromId(id), {data}));
  }
  return Tcg2Event(reg, type, digests, data);
}

inline Bytes Join(const std::vector<Bytes>& parts) {
  Bytes out;
  for (const Bytes& part : parts) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

// UEFI_VARIABLE_DATA of a global variable with an ASCII name.
inline Bytes GlobalVariable(absl::string_view name, ByteView data) {
  ByteWriter out;
  out.Put(Bytes{0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d,
                0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c});
  out.Le(uint64_t{name.size()}).Le(uint64_t{data.size()});
  for (const char c : name) out.Le(static_cast<uint16_t>(c));
  out.Put(data);
  return std::move(out).Take();
}

// An entry of a binary IMA list with the given template digest.
inline Bytes ImaEntry(uint32_t reg, ByteView digest, absl::string_view name,
                      ByteView data) {
  ByteWriter out;
  out.Le(reg).Put(digest).Le(static_cast<uint32_t>(name.size()));
  out.Put(AsBytes(name)).Le(static_cast<uint32_t>(data.size())).Put(data);
  return std::move(out).Take();
}

// The template data of `fields`.
inline Bytes Fields(const std::vector<Bytes>& fields) {
  ByteWriter out;
  for (const Bytes& field : fields) {
    out.Le(static_cast<uint32_t>(field.size())).Put(field);
  }
  return std::move(out).Take();
}

// The field d-ng of a file with the given digest.
inline Bytes DigestNg(ByteView digest) {
  return Join(
      {ToBytes(AsBytes(absl::string_view("sha256:\0", 8))), ToBytes(digest)});
}

inline Bytes NameNg(absl::string_view path) {
  return Join({ToBytes(AsBytes(path)), Bytes{0}});
}

// An ima-ng entry for `path`, as the kernel writes it.
inline Bytes ImaNg(uint32_t reg, absl::string_view path) {
  const Bytes data = Fields({DigestNg(Bytes(32, 0x11)), NameNg(path)});
  return ImaEntry(reg, Hash(HashAlgorithm::kSha1, {data}), "ima-ng", data);
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_LOG_LOG_BUILDER_H_
