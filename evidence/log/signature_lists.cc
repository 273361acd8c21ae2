#include "evidence/log/signature_lists.h"

#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

constexpr size_t kGuidSize = 16;
constexpr size_t kListHeader = 28;

struct Type {
  std::array<uint8_t, kGuidSize> guid;
  absl::string_view name;
  size_t SignatureCounts::*count;
};

// EFI_CERT_X509_GUID and the others of that section, as in memory.
constexpr Type kTypes[] = {{{{0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
                              0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72}},
                            "X.509",
                            &SignatureCounts::x509},
                           {{{0x26, 0x16, 0xc4, 0xc1, 0x4c, 0x50, 0x92, 0x40,
                              0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28}},
                            "SHA-256",
                            &SignatureCounts::sha256},
                           {{{0x12, 0xa5, 0x6c, 0x82, 0x10, 0xcf, 0xc9, 0x4a,
                              0xb1, 0x87, 0xbe, 0x01, 0x49, 0x66, 0x31, 0xbd}},
                            "SHA-1",
                            &SignatureCounts::sha1},
                           {{{0x07, 0x53, 0x3e, 0xff, 0xd0, 0x9f, 0xc9, 0x48,
                              0x85, 0xf1, 0x8a, 0xd5, 0x6c, 0x70, 0x1e, 0x01}},
                            "SHA-384",
                            &SignatureCounts::sha384},
                           {{{0xae, 0x0f, 0x3e, 0x09, 0xc4, 0xa6, 0x50, 0x4f,
                              0x9f, 0x1b, 0xd4, 0x1e, 0x2b, 0x89, 0xc1, 0x9a}},
                            "SHA-512",
                            &SignatureCounts::sha512},
                           {{{0xe8, 0x66, 0x57, 0x3c, 0x9c, 0x26, 0x34, 0x4e,
                              0xaa, 0x14, 0xed, 0x77, 0x6e, 0x85, 0xb3, 0xb6}},
                            "RSA-2048",
                            &SignatureCounts::rsa2048},
                           {{{0x92, 0xa4, 0xd2, 0x3b, 0xc0, 0x96, 0x79, 0x40,
                              0xb4, 0x20, 0xfc, 0xf9, 0x8e, 0xf1, 0x03, 0xed}},
                            "X.509 SHA-256",
                            &SignatureCounts::x509_hash}};

size_t& CountOf(ByteView guid, SignatureCounts& counts) {
  for (const Type& type : kTypes) {
    if (Equal(guid, type.guid)) return counts.*type.count;
  }
  return counts.other;
}

// The entries of one list. False: it is none.
bool CountList(ByteReader& in, SignatureCounts& counts) {
  const ByteView type = in.Take(kGuidSize);
  const auto list_size = in.Le<uint32_t>();
  const auto header_size = in.Le<uint32_t>();
  const auto entry_size = in.Le<uint32_t>();
  if (!in.ok() || list_size < kListHeader) return false;
  in.Take(header_size);
  const uint64_t before = uint64_t{kListHeader} + header_size;
  // An entry begins with its owner's GUID.
  if (!in.ok() || list_size < before || entry_size < kGuidSize) return false;
  const uint64_t entries_size = list_size - before;
  in.Take(entries_size);
  if (!in.ok() || entries_size % entry_size != 0) return false;
  CountOf(type, counts) += entries_size / entry_size;
  return true;
}

}  // namespace

SignatureCounts CountSignatures(ByteView lists) {
  SignatureCounts counts;
  ByteReader in(lists);
  while (in.remaining() > 0 && !counts.malformed) {
    counts.malformed = !CountList(in, counts);
  }
  return counts;
}

std::string DescribeSignatureLists(ByteView lists) {
  return DescribeSignatureCounts(CountSignatures(lists));
}

std::string DescribeSignatureCounts(const SignatureCounts& counts) {
  if (counts.malformed) return "malformed lists";
  std::string text;
  for (const Type& type : kTypes) {
    const size_t count = counts.*type.count;
    if (count == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", count, " ", type.name);
  }
  if (counts.other > 0) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", counts.other, " other");
  }
  return text.empty() ? "empty" : text;
}

}  // namespace evidenced
