#ifndef TESTS_QUOTE_TDX_TDX_BUILDER_H_
#define TESTS_QUOTE_TDX_TDX_BUILDER_H_

// Certificates as Intel issues them, with keys of our own, and quotes by them.

#include <cstdint>
#include <string>
#include <vector>

#include "quote/base/bytes.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/roots.h"
#include "quote/tdx/verify_pck.h"
#include "tests/quote/certificate_builder.h"
#include "tests/support/tdx_quoter/pck_extension.h"
#include "tests/support/tdx_quoter/quote.h"

namespace evidenced {

// The spec of a PCK's certificate with this extension, in DER.
CertificateSpec PckSpec(Bytes extension);

// As the PCK of this platform family.
Bytes PckExtensionFor(const Bytes& fmspc);

// Root, both CAs, TCB signing and the PCK of one platform.
class TdxTestPki {
 public:
  TdxTestPki();

  const Issued& root() const { return root_; }
  const Issued& platform_ca() const { return platform_ca_; }
  const Issued& processor_ca() const { return processor_ca_; }
  const Issued& tcb_signing() const { return tcb_signing_; }
  const Issued& pck() const { return pck_; }

  std::vector<Certificate> ca() const;  // Platform CA, Processor CA, root
  // Trusts this root alone, at TestNow(), without CRLs.
  TdxTrust Trust() const;
  // Lists that revoke these serial numbers.
  PckCrls Crls(const std::vector<int64_t>& by_root,
               const std::vector<int64_t>& by_platform_ca) const;
  // PCK, Platform CA, root; PEM.
  Bytes PckChainPem() const;
  // The PCK, verified.
  VerifiedPck Verified() const;

 private:
  Issued root_;
  Issued platform_ca_;
  Issued processor_ca_;
  Issued tcb_signing_;
  Issued pck_;
};

// Serial numbers of the above.
inline constexpr int64_t kPlatformCaSerial = 0x20;
inline constexpr int64_t kTcbSigningSerial = 0x30;
inline constexpr int64_t kPckSerial = 0x40;

// The quoting enclave of the default spec.
TdQuotingEnclaves TestQuotingEnclaves();

// A platform's quotes.
struct TdxMachine {
  TdxTestPki pki;
  TestKey attestation = TestKey(KeyKind::kP256);

  // With the chain of `pki` in it.
  Bytes Quote(tdx_quoter::QuoteSpec spec) const;
  Bytes Quote() const { return Quote({}); }
};

// Making one takes a while.
const TdxMachine& SharedTdxMachine();

}  // namespace evidenced

#endif  // TESTS_QUOTE_TDX_TDX_BUILDER_H_
