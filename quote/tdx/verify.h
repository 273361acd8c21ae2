#ifndef QUOTE_TDX_VERIFY_H_
#define QUOTE_TDX_VERIFY_H_

#include <utility>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/roots.h"
#include "quote/tdx/verify_pck.h"

namespace evidenced {

// A quote that a quoting enclave on an endorsed platform signed. Only
// VerifyTdxQuote() makes one. It says nothing of whether that platform's TCB is
// up to date: see EvaluateTdxTcb().
class VerifiedTdxQuote {
 public:
  const TdxQuote& quote() const { return quote_; }
  const TdBody& body() const { return *quote_.td; }
  // Who vouches for the quoting enclave.
  const VerifiedPck& pck() const { return pck_; }

 private:
  friend absl::StatusOr<VerifiedTdxQuote> VerifyTdxQuote(
      ByteView quote, const VerifiedPck& pck,
      const TdQuotingEnclaves& enclaves);
  VerifiedTdxQuote(TdxQuote quote, VerifiedPck pck)
      : quote_(std::move(quote)), pck_(std::move(pck)) {}

  TdxQuote quote_;
  VerifiedPck pck_;
};

// Valid if and only if:
// - `quote` is one quote of version 4 or 5 of a TD, with nothing but zeros
//   behind it
// - `pck` signed the report of its quoting enclave, which is one of `enclaves`
//   and not under debug
// - that report is bound to the attestation key, which signed header and body
// It does not say whose report data it is, nor that the TD may be debugged or
// migrated. INVALID_ARGUMENT: layout or version. UNAUTHENTICATED: the rest.
absl::StatusOr<VerifiedTdxQuote> VerifyTdxQuote(
    ByteView quote, const VerifiedPck& pck, const TdQuotingEnclaves& enclaves);

}  // namespace evidenced

#endif  // QUOTE_TDX_VERIFY_H_
