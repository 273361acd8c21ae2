// What parses as a certificate keeps its bytes, is none with a byte more or
// less, shows printable names and has no chain to a CA that did not sign it;
// nor has one that the CA signed, with the input's bits flipped. PEM gives the
// certificates that are in it, in order.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "quote/crypto/certificate.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/certificate_builder.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Certificate;
using evidenced::Issued;
using evidenced::Require;

struct Chain {
  Issued root;
  Issued leaf;

  bool Holds(const Certificate& certificate) const {
    const std::vector<Certificate> roots = {root.certificate};
    return VerifyChain(certificate, {}, roots,
                       evidenced::CertificatePurpose::kAny,
                       evidenced::TestNow())
        .ok();
  }
};

const Chain& Good() {
  static const auto* const kGood = [] {
    Issued root = evidenced::IssueRoot(evidenced::CaSpec("root"));
    evidenced::CertificateSpec spec;
    spec.uri_sans = {"spiffe://a/1"};
    Issued leaf = evidenced::Issue(spec, root);
    auto* chain = new Chain{root, leaf};
    Require(chain->Holds(chain->leaf.certificate));
    return chain;
  }();
  return *kGood;
}

void CheckNames(const Certificate& certificate) {
  Require(evidenced::IsPrintable(certificate.subject()));
  Require(evidenced::IsPrintable(certificate.issuer()));
  Require(evidenced::IsPrintable(certificate.common_name()));
  Require(evidenced::FromHex(certificate.serial()).ok());
  for (const auto* sans : {&certificate.uri_sans(), &certificate.dns_sans()}) {
    for (const std::string& san : *sans) {
      Require(!san.empty() && evidenced::IsPrintable(san) &&
              san.find(' ') == std::string::npos);
    }
  }
}

void CheckCertificate(ByteView der) {
  const auto certificate = Certificate::FromDer(der);
  if (!certificate.ok()) return;
  Require(evidenced::Equal(certificate->der(), der));
  Require(certificate->sha256() == evidenced::Sha256(der));
  CheckNames(*certificate);
  Require(!Certificate::FromDer(der.first(der.size() - 1)).ok());
  Bytes longer = evidenced::ToBytes(der);
  longer.push_back(0);
  Require(!Certificate::FromDer(longer).ok());
  const Chain& good = Good();
  if (certificate->der() == good.leaf.certificate.der()) return;
  Require(!good.Holds(*certificate));
}

void CheckPem(absl::string_view text) {
  const auto certificates = evidenced::CertificatesFromPem(text);
  if (!certificates.ok()) return;
  std::string pem;
  for (const Certificate& certificate : *certificates) {
    pem += evidenced::Pem(certificate);
  }
  const auto again = evidenced::CertificatesFromPem(pem);
  Require(again.ok() && again->size() == certificates->size());
  for (size_t i = 0; i < again->size(); ++i) {
    Require((*again)[i].der() == (*certificates)[i].der());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  CheckCertificate(bytes);
  CheckCertificate(evidenced::Flipped(Good().leaf.certificate.der(), bytes));
  CheckPem(evidenced::ToString(bytes));
  return 0;
}
