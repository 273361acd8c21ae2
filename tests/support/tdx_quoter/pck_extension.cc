#include "tests/support/tdx_quoter/pck_extension.h"

namespace tdx_quoter {
namespace {

constexpr uint8_t kBoolean = 0x01;
constexpr uint8_t kInteger = 0x02;
constexpr uint8_t kOctets = 0x04;
constexpr uint8_t kOid = 0x06;
constexpr uint8_t kEnumerated = 0x0a;
constexpr uint8_t kSequence = 0x30;

Blob Length(size_t size) {
  const auto byte = [size](unsigned int shift) {
    return static_cast<uint8_t>(size >> shift & 0xffU);
  };
  if (size < 0x80) return {byte(0)};
  if (size < 0x100) return {0x81, byte(0)};
  return {0x82, byte(8), byte(0)};
}

Blob Tcb(const Platform& platform) {
  std::vector<Blob> pairs;
  for (size_t i = 0; i < platform.tcb.size(); ++i) {
    pairs.push_back(DerPair({2, static_cast<uint8_t>(i + 1)},
                            DerInteger(platform.tcb.at(i))));
  }
  pairs.push_back(DerPair({2, 17}, DerInteger(platform.pce_svn)));
  pairs.push_back(DerPair({2, 18}, Der(kOctets, platform.cpu_svn)));
  return Der(kSequence, Join(pairs));
}

}  // namespace

Blob Der(uint8_t tag, const Blob& contents) {
  return Join({{tag}, Length(contents.size()), contents});
}

Blob DerInteger(uint16_t value) {
  const auto high = static_cast<uint8_t>(value >> 8U);
  const auto low = static_cast<uint8_t>(value & 0xffU);
  Blob bytes = {low};
  if (high != 0) bytes.insert(bytes.begin(), high);
  if (bytes.front() >= 0x80) bytes.insert(bytes.begin(), 0);
  return Der(kInteger, bytes);
}

Blob DerPair(const Blob& arcs, const Blob& value) {
  const Blob oid = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};
  return Der(kSequence, Join({Der(kOid, Join({oid, arcs})), value}));
}

std::vector<Blob> PckPairs(const Platform& platform) {
  const Blob yes = Der(kBoolean, {0xff});
  const Blob no = Der(kBoolean, {0x00});
  return {DerPair({1}, Der(kOctets, platform.ppid)),
          DerPair({2}, Tcb(platform)),
          DerPair({3}, Der(kOctets, platform.pce_id)),
          DerPair({4}, Der(kOctets, platform.fmspc)),
          DerPair({5}, Der(kEnumerated, {platform.sgx_type})),
          DerPair({6}, Der(kOctets, platform.instance_id)),
          DerPair({7}, Der(kSequence,
                           Join({DerPair({7, 1}, yes), DerPair({7, 2}, yes),
                                 DerPair({7, 3}, no)})))};
}

Blob PckExtension(const std::vector<Blob>& pairs) {
  return Der(kSequence, Join(pairs));
}

}  // namespace tdx_quoter
