#include "quote/tdx/pck_extensions.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/der.h"

namespace evidenced {
namespace {

// 1.2.840.113741.1.13.1 as the contents of an OBJECT IDENTIFIER.
constexpr std::array<uint8_t, 9> kArc = {0x2a, 0x86, 0x48, 0x86, 0xf8,
                                         0x4d, 0x01, 0x0d, 0x01};

// What comes behind kArc, all below 128.
constexpr uint8_t kPpid = 1;
constexpr uint8_t kTcb = 2;
constexpr uint8_t kPceId = 3;
constexpr uint8_t kFmspc = 4;
constexpr uint8_t kSgxType = 5;
constexpr uint8_t kPlatformInstanceId = 6;
constexpr uint8_t kConfiguration = 7;
// Behind kArc and kTcb; the components are 1 to 16.
constexpr uint8_t kPceSvn = 17;
constexpr uint8_t kCpuSvn = 18;
// Behind kArc and kConfiguration.
constexpr uint8_t kDynamicPlatform = 1;
constexpr uint8_t kCachedKeys = 2;
constexpr uint8_t kSmtEnabled = 3;

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

// Values by the last arc of their OID.
class Pairs {
 public:
  // SEQUENCE OF SEQUENCE {OID, value}, each OID `arc` and one byte.
  static absl::StatusOr<Pairs> Read(ByteView sequence, const Bytes& arc) {
    Pairs pairs;
    ByteReader in(sequence);
    while (in.remaining() > 0) {
      ASSIGN_OR_RETURN(const ByteView pair,
                       ReadDerContents("PCK extension", kDerSequence, in));
      RETURN_IF_ERROR(pairs.Add(pair, arc));
    }
    return pairs;
  }

  // The contents of the value with this arc and tag.
  absl::StatusOr<ByteView> Get(absl::string_view what, uint8_t arc,
                               uint8_t tag) const {
    const auto found = values_.find(arc);
    if (found == values_.end()) {
      return Malformed(absl::StrFormat(
          "expected %s in the PCK certificate's extension, found none", what));
    }
    if (found->second.tag == tag) return found->second.contents;
    return Malformed(
        absl::StrFormat("expected the tag 0x%02x as %s, found 0x%02x", tag,
                        what, found->second.tag));
  }

  bool Has(uint8_t arc) const { return values_.contains(arc); }

 private:
  absl::Status Add(ByteView pair, const Bytes& arc) {
    ByteReader in(pair);
    ASSIGN_OR_RETURN(const ByteView oid,
                     ReadDerContents("OID of a PCK extension", kDerOid, in));
    ASSIGN_OR_RETURN(const DerElement value, ReadDer("PCK extension", in));
    RETURN_IF_ERROR(in.Finish("PCK extension"));
    if (oid.size() != arc.size() + 1 || !Equal(oid.first(arc.size()), arc)) {
      return Malformed(absl::StrFormat(
          "expected an OID of %d bytes that begins with %s, found %s",
          arc.size() + 1, Hex(arc),
          Hex(oid.first(std::min<size_t>(oid.size(), 16)))));
    }
    if (values_.emplace(oid.back(), value).second) return absl::OkStatus();
    return Malformed(
        absl::StrFormat("expected each OID of the PCK certificate's extension "
                        "once, found %s twice",
                        Hex(oid)));
  }

  std::map<uint8_t, DerElement> values_;
};

Bytes Arc() { return {kArc.begin(), kArc.end()}; }

Bytes ArcAnd(uint8_t last) {
  Bytes arc = Arc();
  arc.push_back(last);
  return arc;
}

struct Octets {
  absl::string_view what;
  uint8_t arc;
  size_t size;
};

absl::StatusOr<Bytes> ReadOctets(const Pairs& pairs, const Octets& wanted) {
  ASSIGN_OR_RETURN(const ByteView found,
                   pairs.Get(wanted.what, wanted.arc, kDerOctetString));
  if (found.size() == wanted.size) return ToBytes(found);
  return Malformed(absl::StrFormat("expected %d bytes as %s, found %d",
                                   wanted.size, wanted.what, found.size()));
}

absl::StatusOr<uint16_t> ReadInteger(const Pairs& pairs, absl::string_view what,
                                     uint8_t arc) {
  ASSIGN_OR_RETURN(const ByteView found, pairs.Get(what, arc, kDerInteger));
  return DerSmallInteger(what, found);
}

absl::StatusOr<uint8_t> ReadSvn(const Pairs& tcb, uint8_t component) {
  const std::string what = absl::StrFormat("SVN of component %d", component);
  ASSIGN_OR_RETURN(const uint16_t svn, ReadInteger(tcb, what, component));
  if (svn <= UINT8_MAX) return static_cast<uint8_t>(svn);
  return Malformed(
      absl::StrFormat("expected at most 255 as %s, found %d", what, svn));
}

absl::Status ReadTcb(const Pairs& pairs, PckExtensions& out) {
  ASSIGN_OR_RETURN(const ByteView sequence,
                   pairs.Get("TCB", kTcb, kDerSequence));
  ASSIGN_OR_RETURN(const Pairs tcb, Pairs::Read(sequence, ArcAnd(kTcb)));
  for (uint8_t i = 0; i < kTcbComponents; ++i) {
    ASSIGN_OR_RETURN(out.tcb_comp_svn.at(i),
                     ReadSvn(tcb, static_cast<uint8_t>(i + 1)));
  }
  ASSIGN_OR_RETURN(out.pce_svn, ReadInteger(tcb, "PCE SVN", kPceSvn));
  ASSIGN_OR_RETURN(out.cpu_svn, ReadOctets(tcb, {.what = "CPU SVN",
                                                 .arc = kCpuSvn,
                                                 .size = kTcbComponents}));
  return absl::OkStatus();
}

absl::StatusOr<uint8_t> ReadSgxType(const Pairs& pairs) {
  constexpr char kWhat[] = "SGX type";
  ASSIGN_OR_RETURN(const ByteView found,
                   pairs.Get(kWhat, kSgxType, kDerEnumerated));
  ASSIGN_OR_RETURN(const uint16_t type, DerSmallInteger(kWhat, found));
  if (type <= UINT8_MAX) return static_cast<uint8_t>(type);
  return Malformed(
      absl::StrFormat("expected at most 255 as %s, found %d", kWhat, type));
}

absl::StatusOr<bool> ReadBoolean(const Pairs& pairs, absl::string_view what,
                                 uint8_t arc) {
  if (!pairs.Has(arc)) return false;
  ASSIGN_OR_RETURN(const ByteView found, pairs.Get(what, arc, kDerBoolean));
  if (found.size() == 1 && (found[0] == 0 || found[0] == 0xff)) {
    return found[0] != 0;
  }
  return Malformed(
      absl::StrFormat("expected a BOOLEAN as %s, found %d bytes that are none",
                      what, found.size()));
}

absl::StatusOr<PckConfiguration> ReadConfiguration(const Pairs& pairs) {
  ASSIGN_OR_RETURN(const ByteView sequence,
                   pairs.Get("configuration", kConfiguration, kDerSequence));
  ASSIGN_OR_RETURN(const Pairs found,
                   Pairs::Read(sequence, ArcAnd(kConfiguration)));
  PckConfiguration out;
  ASSIGN_OR_RETURN(out.dynamic_platform,
                   ReadBoolean(found, "dynamic platform", kDynamicPlatform));
  ASSIGN_OR_RETURN(out.cached_keys,
                   ReadBoolean(found, "cached keys", kCachedKeys));
  ASSIGN_OR_RETURN(out.smt_enabled,
                   ReadBoolean(found, "SMT enabled", kSmtEnabled));
  return out;
}

}  // namespace

absl::string_view SgxTypeName(uint8_t sgx_type) {
  constexpr std::array<absl::string_view, 3> kNames = {
      "standard", "scalable", "scalable with integrity"};
  return sgx_type < kNames.size() ? kNames.at(sgx_type) : "unknown";
}

absl::StatusOr<PckExtensions> ParsePckExtensions(ByteView der) {
  ASSIGN_OR_RETURN(const ByteView sequence,
                   OneDer("PCK certificate's extension", kDerSequence, der));
  ASSIGN_OR_RETURN(const Pairs pairs, Pairs::Read(sequence, Arc()));
  PckExtensions out;
  ASSIGN_OR_RETURN(
      out.ppid, ReadOctets(pairs, {.what = "PPID", .arc = kPpid, .size = 16}));
  RETURN_IF_ERROR(ReadTcb(pairs, out));
  ASSIGN_OR_RETURN(
      out.pce_id,
      ReadOctets(pairs, {.what = "PCE-ID", .arc = kPceId, .size = 2}));
  ASSIGN_OR_RETURN(
      out.fmspc,
      ReadOctets(pairs, {.what = "FMSPC", .arc = kFmspc, .size = 6}));
  ASSIGN_OR_RETURN(out.sgx_type, ReadSgxType(pairs));
  if (pairs.Has(kPlatformInstanceId)) {
    ASSIGN_OR_RETURN(out.platform_instance_id,
                     ReadOctets(pairs, {.what = "platform instance",
                                        .arc = kPlatformInstanceId,
                                        .size = 16}));
  }
  if (pairs.Has(kConfiguration)) {
    ASSIGN_OR_RETURN(out.configuration, ReadConfiguration(pairs));
  }
  return out;
}

}  // namespace evidenced
