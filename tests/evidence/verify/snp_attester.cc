#include "tests/evidence/verify/snp_attester.h"

#include <algorithm>
#include <utility>

namespace evidenced {
namespace {

// Made once each: their keys take a while.
const SnpTestPki& MilanPki() {
  static const auto* const kPki = new SnpTestPki(SnpProduct::kMilan);
  return *kPki;
}

const SnpTestPki& TurinPki() {
  static const auto* const kPki = new SnpTestPki(SnpProduct::kTurin);
  return *kPki;
}

SnpAttester Make(const SnpTestPki& pki, Issued key, SnpReportSpec spec) {
  SnpAttester out{
      .pki = &pki, .key = std::move(key), .spec = std::move(spec), .table = {}};
  const bool vlek = out.spec.key_info != 0;
  out.table =
      SnpTable({{vlek ? kVlekGuid : kVcekGuid, out.key.certificate.der()},
                {kAskGuid, (vlek ? pki.asvk() : pki.ask()).certificate.der()},
                {kArkGuid, pki.ark().certificate.der()}});
  return out;
}

}  // namespace

Bytes SnpAttester::Report(ByteView report_data) const {
  SnpReportSpec filled = spec;
  filled.report_data = ToBytes(report_data);
  Bytes report = UnsignedSnpReport(filled);
  for (const auto& [offset, bytes] : patches) {
    std::copy(bytes.begin(), bytes.end(),
              report.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  return SignSnpReport(std::move(report), key.key);
}

SnpCollateral SnpAttester::Collateral() const {
  const SnpTrust trust = pki->Trust();
  return {.roots = trust.roots, .time = trust.time};
}

SnpAttester MilanAttester() {
  static const auto* const kKey = new Issued(MilanPki().IssueVcek());
  return Make(MilanPki(), *kKey, SnpReportSpec());
}

SnpAttester MilanVlekAttester() {
  static const auto* const kKey = new Issued(MilanPki().IssueVlek());
  return Make(MilanPki(), *kKey, VlekReportSpec());
}

SnpAttester TurinAttester() {
  static const auto* const kKey =
      new Issued(TurinPki().IssueVcek(TurinVcekSpec()));
  return Make(TurinPki(), *kKey, TurinReportSpec());
}

}  // namespace evidenced
