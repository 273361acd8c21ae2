// What has the size of a report is written again from its fields as the same
// bytes, unless it says where reserved ones are not zero. What a chip signs
// verifies exactly if it is a report of a known version, for that chip and its
// TCB; by another chip, or with a bit flipped, a byte added or left out, never.
#include <cstddef>
#include <cstdint>

#include "quote/snp/verify.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/snp/snp_builder.h"
#include "tests/quote/snp/snp_marshal.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::SnpProduct;
using evidenced::SnpReport;
using evidenced::TestKey;
using evidenced::VerifiedSnpEndorsement;

struct Chip {
  TestKey key;
  VerifiedSnpEndorsement endorsement;
};

Chip MakeChip(SnpProduct product) {
  const evidenced::SnpTestPki pki(product);
  const evidenced::Issued vcek =
      pki.IssueVcek(product == SnpProduct::kTurin ? evidenced::TurinVcekSpec()
                                                  : evidenced::MilanVcekSpec());
  return {.key = vcek.key,
          .endorsement =
              VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust())
                  .value()};
}

bool IsOf(SnpProduct product, const SnpReport& report) {
  const bool turin = product == SnpProduct::kTurin;
  if (report.version >= 3 &&
      (turin ? report.cpuid->family != 0x1a || report.cpuid->model > 0x11
             : report.cpuid->family != 0x19 || report.cpuid->model > 0x0f)) {
    return false;
  }
  return report.version >= 2 && report.version <= 5 &&
         report.signature_algo == 1 && report.signing_key() == 0 &&
         report.reported_tcb ==
             (turin ? evidenced::kTurinTcb : evidenced::kMilanTcb) &&
         report.chip_id ==
             (turin ? evidenced::TurinChip() : evidenced::MilanChip()) &&
         report.nonzero_reserved.empty();
}

void CheckSigned(ByteView input, SnpProduct product, const Chip& chip,
                 const Chip& other) {
  const Bytes bytes =
      evidenced::SignSnpReport(evidenced::ToBytes(input), chip.key);
  const auto report = evidenced::ParseSnpReport(bytes);
  Require(report.ok() && !VerifySnpReport(input, chip.endorsement).ok());
  Require(VerifySnpReport(bytes, chip.endorsement).ok() ==
          IsOf(product, *report));
  Require(!VerifySnpReport(bytes, other.endorsement).ok());
  for (const Bytes& neighbour : evidenced::Neighbours(bytes)) {
    Require(neighbour == bytes ||
            !VerifySnpReport(neighbour, chip.endorsement).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const kMilan = new Chip(MakeChip(SnpProduct::kMilan));
  static const auto* const kTurin = new Chip(MakeChip(SnpProduct::kTurin));
  const ByteView bytes(data, size);
  const auto report = evidenced::ParseSnpReport(bytes);
  Require(report.ok() == (size == evidenced::kSnpReportSize));
  if (!report.ok()) {
    Require(!VerifySnpReport(bytes, kMilan->endorsement).ok());
    return 0;
  }
  const Bytes again = evidenced::MarshalSnpReport(*report);
  Require(evidenced::Equal(again, bytes) == report->nonzero_reserved.empty());
  // Signatures take a thousand times as long as all of the above.
  if (evidenced::Sha256(bytes).front() % 8 != 0) return 0;
  const bool turin = report->cpuid.has_value() && report->cpuid->family == 0x1a;
  if (turin) {
    CheckSigned(bytes, SnpProduct::kTurin, *kTurin, *kMilan);
  } else {
    CheckSigned(bytes, SnpProduct::kMilan, *kMilan, *kTurin);
  }
  return 0;
}
