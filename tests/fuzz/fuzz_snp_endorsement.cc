// The input replaces or takes away extensions of a VCEK certificate: what is
// read from one is written again as the same extensions, and one that its ASK
// signed verifies exactly if it is read. As a mask of bits to flip in a
// certificate that AMD signed, it makes none.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quote/base/byte_reader.h"
#include "quote/snp/chain.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/snp/snp_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Certificate;
using evidenced::Issued;
using evidenced::KeyKind;
using evidenced::Require;
using evidenced::SnpEndorsement;
using evidenced::SnpKeyKind;
using evidenced::SnpKeySpec;
using evidenced::SnpProduct;
using evidenced::SnpTestPki;
using evidenced::TestKey;

const std::vector<std::string>& Arcs() {
  static const auto* const kArcs = new std::vector<std::string>{
      "1",   "2",   "3.1", "3.2", "3.3", "3.4", "3.5",
      "3.6", "3.7", "3.8", "3.9", "4",   "5"};
  return *kArcs;
}

// Which of three, then records: an arc's index, the value's length, the value;
// with the top bit of the index set the extension is taken away.
SnpKeySpec SpecOf(ByteView input) {
  evidenced::ByteReader in(input);
  const uint8_t base = in.U8() % 3;
  SnpKeySpec spec = base == 0   ? evidenced::MilanVcekSpec()
                    : base == 1 ? evidenced::TurinVcekSpec()
                                : evidenced::MilanVlekSpec();
  while (in.ok() && in.remaining() > 0) {
    const uint8_t index = in.U8();
    const std::string& arc = Arcs()[(index & 0x7f) % Arcs().size()];
    if ((index & 0x80) != 0) {
      spec.extensions.erase(arc);
      continue;
    }
    const ByteView value = in.Take(in.U8());
    if (in.ok()) spec.extensions[arc] = evidenced::ToBytes(value);
  }
  return spec;
}

// The extensions as AMD writes them.
SnpKeySpec SpecOf(const SnpEndorsement& endorsement) {
  SnpKeySpec spec = endorsement.product == SnpProduct::kTurin
                        ? evidenced::TurinVcekSpec()
                        : evidenced::MilanVcekSpec();
  const std::vector<std::string> arcs =
      endorsement.product == SnpProduct::kTurin
          ? std::vector<std::string>{"3.9", "3.1", "3.2", "3.3",
                                     "3.5", "3.6", "3.7", "3.8"}
          : std::vector<std::string>{"3.1", "3.2", "3.4", "3.5",
                                     "3.6", "3.7", "3.3", "3.8"};
  uint64_t tcb = endorsement.tcb.raw();
  for (const std::string& arc : arcs) {
    spec.extensions[arc] =
        evidenced::DerInteger(static_cast<uint8_t>(tcb & 0xff));
    tcb >>= 8;
  }
  spec.extensions["1"] = evidenced::DerInteger(endorsement.struct_version);
  spec.extensions["2"] = evidenced::DerIa5String(endorsement.product_name);
  spec.extensions.erase("4");
  if (endorsement.kind == SnpKeyKind::kVcek) {
    spec.extensions["4"] = endorsement.hwid;
  } else {
    spec.extensions["5"] = evidenced::DerIa5String(endorsement.csp_id);
  }
  return spec;
}

// The one freedom: a hardware ID with its header.
void WithoutHeader(SnpKeySpec& spec, size_t size) {
  const auto hwid = spec.extensions.find("4");
  if (hwid == spec.extensions.end() || hwid->second.size() == size) return;
  hwid->second.erase(hwid->second.begin(), hwid->second.begin() + 2);
}

void CheckExtensions(ByteView input, const SnpTestPki& pki,
                     const TestKey& key) {
  SnpKeySpec spec = SpecOf(input);
  const bool vcek = spec.common_name == "SEV-VCEK";
  const Certificate certificate =
      Issue(SnpKeyCertificateSpec(spec), vcek ? pki.ask() : pki.asvk(), key)
          .certificate;
  const auto endorsement = ParseSnpEndorsement(certificate);
  const auto verified =
      VerifySnpEndorsement(certificate, pki.ca(), pki.Trust());
  if (!endorsement.ok()) {
    Require(!verified.ok());
    return;
  }
  Require(verified.ok() == (endorsement->product == SnpProduct::kMilan));
  WithoutHeader(spec, endorsement->hwid.size());
  Require(spec.extensions == SpecOf(*endorsement).extensions);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kPki = new SnpTestPki();
  static const auto* const kKey = new TestKey(KeyKind::kP384);
  static const auto* const kVcek = new Issued(kPki->IssueVcek());
  const ByteView input(data, size);
  CheckExtensions(input, *kPki, *kKey);
  const Bytes good = kVcek->certificate.der();
  const Bytes flipped = evidenced::Flipped(good, input);
  const auto certificate = Certificate::FromDer(flipped);
  if (certificate.ok()) {
    Require(
        VerifySnpEndorsement(*certificate, kPki->ca(), kPki->Trust()).ok() ==
        (flipped == good));
  }
  return 0;
}
