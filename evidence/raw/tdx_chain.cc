#include "evidence/raw/tdx_chain.h"

#include <algorithm>
#include <string>

#include "quote/crypto/pem.h"
#include "quote/tdx/pck_extensions.h"

namespace evidenced {
namespace {

std::vector<Certificate> ReadGiven(const std::vector<ByteView>& given,
                                   RawVerdict& verdict) {
  std::vector<Certificate> all;
  for (const ByteView file : given) {
    const absl::StatusOr<std::vector<Certificate>> read =
        CertificatesFromFile(file);
    if (read.ok()) {
      all.insert(all.end(), read->begin(), read->end());
    } else {
      verdict.Add("pck_chain_layout", "X.509 certificates, DER or PEM",
                  read.status(), "");
    }
  }
  return all;
}

// The quote's own; empty: it has none, or what it has is none. A quote may name
// its platform in other ways.
std::vector<Certificate> ReadOwn(const TdxQuote& quote, RawVerdict& verdict) {
  if (quote.pck_type != kPckChainType) return {};
  absl::StatusOr<std::vector<Certificate>> own = PckChainOf(quote);
  if (own.ok()) return *std::move(own);
  verdict.Add("quote_pck_chain_layout", "certificates as certification data",
              own.status(), "");
  return {};
}

bool IsSelfIssued(const Certificate& certificate) {
  return certificate.subject() == certificate.issuer();
}

// As a reader expects them.
int Rank(const Certificate& certificate) {
  if (certificate.extension(kPckExtensionsOid) != nullptr) return 0;
  return IsSelfIssued(certificate) ? 2 : 1;
}

// nullptr: none has this name.
const Certificate* FindByName(const std::vector<Certificate>& all,
                              const std::string& subject) {
  const auto found = std::find_if(
      all.begin(), all.end(),
      [&](const Certificate& one) { return one.subject() == subject; });
  return found == all.end() ? nullptr : &*found;
}

absl::StatusOr<PckCertificate> ReadPck(const TdxQuote& quote,
                                       const std::vector<Certificate>& all) {
  const absl::StatusOr<Certificate> pck = FindSigningPck(quote, all);
  if (!pck.ok()) return absl::NotFoundError(pck.status().message());
  return ParsePckCertificate(*pck);
}

}  // namespace

bool RawTdxChain::HasIssuers() const {
  if (!pck.ok()) return false;
  const Certificate* issuer = FindByName(ca, pck->certificate.issuer());
  return issuer != nullptr && FindByName(ca, issuer->issuer()) != nullptr;
}

RawTdxChain ReadTdxChain(const TdxQuote& quote,
                         const std::vector<ByteView>& given,
                         RawVerdict& verdict) {
  RawTdxChain out;
  out.ca = ReadGiven(given, verdict);
  out.certificates = ReadOwn(quote, verdict);
  out.in_quote = !out.certificates.empty();
  if (out.in_quote) {
    out.is_pem = IsPem(quote.pck_data);
    out.ca = OwnThenSent(out.ca, out.certificates);
  } else {
    out.certificates = out.ca;
    out.is_pem = !given.empty() && IsPem(given.front());
  }
  if (out.certificates.empty()) return out;
  out.root_first = IsSelfIssued(out.certificates.front());
  std::stable_sort(out.certificates.begin(), out.certificates.end(),
                   [](const Certificate& a, const Certificate& b) {
                     return Rank(a) < Rank(b);
                   });
  out.pck = ReadPck(quote, out.ca);
  return out;
}

}  // namespace evidenced
