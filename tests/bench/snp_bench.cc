// Measures on one core, in turns, what it takes to verify an SNP report: with a
// chain that is in the cache; with none, in all and by its parts; and, as their
// baseline, a bare verification of the same signature. The PKI is the tests'
// own, with smaller RSA keys than AMD's, so a cold chain of AMD's takes some
// more. Prints a JSON array of {name, value, unit, baseline}.
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "evidence/verify/snp_collateral.h"
#include "quote/base/bytes.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/verify.h"
#include "tests/bench/bare_p384.h"
#include "tests/bench/measure.h"
#include "tests/evidence/verify/snp_attester.h"

namespace evidenced {
namespace {

constexpr int kRounds = 300;

struct Step {
  std::string name;
  std::function<void()> body;
  std::vector<double> times = {};
};

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
  BareP384 bare(attester.key.certificate.spki(), parsed->signature_r,
                parsed->signature_s);

  std::vector<Step> steps = {
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
  for (int round = -1; round < kRounds; ++round) {
    for (Step& step : steps) {
      const double time = absl::ToDoubleMicroseconds(TimeOf(step.body));
      if (round >= 0) step.times.push_back(time);
    }
  }
  const double baseline = Median(steps.front().times);
  std::string out;
  for (const Step& step : steps) {
    absl::StrAppendFormat(
        &out,
        "%s{\"name\": \"snp/%s\", \"value\": %.2f, \"unit\": \"us\", "
        "\"baseline\": %.2f}",
        out.empty() ? "[" : ",\n", step.name, Median(step.times), baseline);
  }
  std::cout << out << "]" << std::endl;
  return 0;
}

}  // namespace
}  // namespace evidenced

int main() { return evidenced::Run(); }
