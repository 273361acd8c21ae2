// Measures on one core, in turns, what it takes to verify an SNP report: with a
// chain that is in the cache; with none, in all and by its parts; and, as their
// baseline, a bare verification of the same signature. The PKI is the tests'
// own, with smaller RSA keys than AMD's, so a cold chain of AMD's takes some
// more. Prints a JSON array of {name, value, unit, baseline}.
#include <iostream>
#include <vector>

#include "evidence/verify/snp_collateral.h"
#include "quote/base/bytes.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/verify.h"
#include "tests/bench/bare_ecdsa.h"
#include "tests/bench/measure.h"
#include "tests/evidence/verify/snp_attester.h"

namespace evidenced {
namespace {

constexpr int kRounds = 300;

void Parse(ByteView report, ByteView table) {
  Require(ParseSnpReport(report).ok(), "parsing the report");
  const auto entries = ParseSnpCertificateTable(table);
  Require(entries.ok(), "parsing the table");
  for (const SnpTableEntry& entry : *entries) {
    Require(CertificatesFromFile(entry.data).ok(), "parsing a certificate");
  }
}

void VerifyAll(ByteView report, ByteView table,
               const SnpCollateral& collateral) {
  const auto key = EndorseSnpKey(SnpKeyKind::kVcek, table, collateral);
  Require(key.ok(), "the endorsement");
  Require(VerifySnpReport(report, *key).ok(), "the report");
}

int Run() {
  const SnpAttester attester = MilanAttester();
  const Bytes report = attester.Report(Bytes(kSnpReportDataSize, 0x5a));
  const Bytes& table = attester.table;
  const auto parsed = ParseSnpReport(report);
  Require(parsed.ok(), "parsing the report");
  const SnpCollateral cold = attester.Collateral();
  SnpEndorsementCache cache(1);
  SnpCollateral warm = cold;
  warm.cache = &cache;
  const auto key = EndorseSnpKey(SnpKeyKind::kVcek, table, cold);
  Require(key.ok(), "the endorsement");
  const SnpTrust trust = attester.pki->Trust();
  const std::vector<Certificate> ca = {
      Certificate::FromDer(attester.pki->ask().certificate.der()).value(),
      Certificate::FromDer(attester.pki->ark().certificate.der()).value()};
  BareEcdsa bare(
      attester.key.certificate.spki(),
      {.digest = "SHA384", .r = parsed->signature_r, .s = parsed->signature_s});

  const std::vector<Step> steps = {
      {"bare-p384",
       [&] {
         Require(bare.Verify(ByteView(report).first(kSnpSignedSize)),
                 "the bare verification");
       }},
      {"warm", [&] { VerifyAll(report, table, warm); }},
      {"cold", [&] { VerifyAll(report, table, cold); }},
      {"cold/parse", [&] { Parse(report, table); }},
      {"cold/chain",
       [&] {
         Require(VerifySnpEndorsement(attester.key.certificate, ca, trust).ok(),
                 "the chain");
       }},
      {"cold/report",
       [&] { Require(VerifySnpReport(report, *key).ok(), "the report"); }}};
  std::cout << MeasureInTurns("snp", steps, kRounds, 1) << std::endl;
  return 0;
}

}  // namespace
}  // namespace evidenced

int main() { return evidenced::Run(); }
