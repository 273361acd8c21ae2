#ifndef TESTS_EVIDENCE_RAW_SNP_FIXTURE_H_
#define TESTS_EVIDENCE_RAW_SNP_FIXTURE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_keys.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {

// The outcome of the check `name`; nullopt: there is none.
inline std::optional<Outcome> OutcomeOf(const RawVerdict& verdict,
                                        absl::string_view name) {
  for (const Check& check : verdict.checks()) {
    if (check.name == name) return check.outcome;
  }
  return std::nullopt;
}

// What the check `name` found; "" if there is none.
inline std::string FoundOf(const RawVerdict& verdict, absl::string_view name) {
  for (const Check& check : verdict.checks()) {
    if (check.name == name) return check.found;
  }
  return "";
}

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
