#ifndef TESTS_EVIDENCE_RAW_SNP_FIXTURE_H_
#define TESTS_EVIDENCE_RAW_SNP_FIXTURE_H_

#include <string>

#include "evidence/raw/snp_keys.h"
#include "tests/evidence/raw/check_lookup.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {

// A PKI, a VCEK of it as DER, and its CAs as PEM.
struct RawSnpWorld {
  SnpTestPki pki;
  Issued vcek = pki.IssueVcek();
  Issued vlek = pki.IssueVlek();
  std::string ca_pem = Pem(pki.ask().certificate) +
                       Pem(pki.asvk().certificate) + Pem(pki.ark().certificate);

  RawSnpFiles Files() const {
    return {.ek = vcek.certificate.der(),
            .ca = {AsBytes(ca_pem)},
            .crl = std::nullopt};
  }
  RawSnpTrust Trust() const {
    return {.roots = pki.Trust().roots, .time = ValidityTime::NotChecked()};
  }
};

// Made once: its keys take a while.
inline const RawSnpWorld& World() {
  static const auto* const kWorld = new RawSnpWorld();
  return *kWorld;
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_RAW_SNP_FIXTURE_H_
