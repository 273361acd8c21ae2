#ifndef TESTS_EVIDENCE_VERIFY_SNP_ATTESTER_H_
#define TESTS_EVIDENCE_VERIFY_SNP_ATTESTER_H_

#include <cstddef>
#include <map>

#include "evidence/verify/snp_collateral.h"
#include "quote/base/bytes.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {

// A guest on an SNP machine of some product: signs reports with a VCEK or VLEK
// under a PKI of its own, which all attesters of a product share.
struct SnpAttester {
  const SnpTestPki* pki;
  Issued key;
  SnpReportSpec spec;
  // Written over the report before it is signed, by offset. By default its
  // firmware is committed.
  std::map<size_t, Bytes> patches = {{0x1EC, {29, 55, 1}}};
  // What the host adds: key, intermediate and root.
  Bytes table;

  // With this report data.
  Bytes Report(ByteView report_data) const;
  // Trusts the PKI's root alone, at TestNow(), and has no certificates.
  SnpCollateral Collateral() const;
};

SnpAttester MilanAttester();
SnpAttester MilanVlekAttester();
SnpAttester TurinAttester();

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_SNP_ATTESTER_H_
