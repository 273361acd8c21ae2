// The verifier of TD quotes against the emulator, which shares no code with it:
// what each made of Intel's documents must fit together.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/roots.h"
#include "quote/tdx/tcb_evaluation.h"
#include "quote/tdx/verify.h"
#include "quote/tdx/verify_pck.h"
#include "tests/support/program.h"
#include "tests/support/tdx_probe.h"
#include "tests/support/tee_emulator_process.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

class Verifier {
 public:
  explicit Verifier(const TeeEmulatorProcess& tee)
      : folder_(tee.certificates() + "/collateral/"),
        trust_({.roots = {FromHex(ToString(ReadFile(tee.certificates() +
                                                    "/root.sha256"))
                                      .substr(0, 64))
                              .value()},
                .crls = PckCrls{.root = Crl("root_crl"), .pck = Crl("pck_crl")},
                .crl_use = PckCrlUse::kRequired,
                .time = ValidityTime::At(absl::Now())}) {}

  absl::StatusOr<VerifiedTdxQuote> Verify(ByteView bytes) const {
    ASSIGN_OR_RETURN(const TdxQuote quote, ParseTdxQuote(bytes));
    ASSIGN_OR_RETURN(const std::vector<Certificate> chain, PckChainOf(quote));
    ASSIGN_OR_RETURN(const Certificate pck, FindPck(chain));
    ASSIGN_OR_RETURN(const VerifiedPck verified, VerifyPck(pck, chain, trust_));
    return VerifyTdxQuote(bytes, verified, IntelTdQuotingEnclaves());
  }

  absl::StatusOr<TdxTcb> Evaluate(const VerifiedTdxQuote& quote) const {
    ASSIGN_OR_RETURN(
        const std::vector<Certificate> chain,
        CertificatesFromPem(ToString(File("tcb_signing_chain.pem"))));
    ASSIGN_OR_RETURN(const VerifiedTcbSigning signing,
                     VerifyTcbSigning(chain, trust_));
    ASSIGN_OR_RETURN(
        const VerifiedTcbInfo tcb_info,
        VerifyTcbInfo(File("tcb_info.json"), signing, trust_.time));
    ASSIGN_OR_RETURN(
        const VerifiedQeIdentity qe_identity,
        VerifyQeIdentity(File("qe_identity.json"), signing, trust_.time));
    return EvaluateTdxTcb(quote, tcb_info, qe_identity);
  }

  TdxTrust& trust() { return trust_; }

 private:
  Bytes File(const std::string& name) const { return ReadFile(folder_ + name); }
  RevocationList Crl(const std::string& name) const {
    return RevocationList::FromFile(File(name + ".der")).value();
  }

  std::string folder_;
  TdxTrust trust_;
};

class VerifyEmulatedTd : public TeeEmulatorTest {
 protected:
  static Bytes Quote(const TeeEmulatorProcess& tee) {
    ReadResult quote = AskForQuote(tee, Bytes(64, 0x5a));
    if (quote.error != 0) FailSetUp("no quote");
    return std::move(quote.bytes);
  }
};

TEST_F(VerifyEmulatedTd, AcceptsQuotesOfEveryFormAndTheirTcb) {
  const std::vector<TeeEmulatorOptions> every = {
      {.tee = "tdx", .quote_version = "4"},
      {.tee = "tdx", .quote_version = "5"},
      {.tee = "tdx", .quote_version = "5", .td = "1.5"}};
  for (const TeeEmulatorOptions& options : every) {
    const TeeEmulatorProcess tee(options);
    const Verifier verifier(tee);
    const auto quote = verifier.Verify(Quote(tee));
    ASSERT_TRUE(quote.ok()) << quote.status();
    EXPECT_EQ(std::to_string(quote->quote().header.version),
              options.quote_version);
    EXPECT_EQ(quote->body().kind(), options.td == "1.5" ? "td15" : "td10");
    const auto tcb = verifier.Evaluate(*quote);
    ASSERT_TRUE(tcb.ok()) << tcb.status();
    EXPECT_EQ(tcb->status, TcbStatus::kUpToDate);
  }
}

TEST_F(VerifyEmulatedTd, AcceptsAPaddedQuote) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  tee.Set("outblob_size=32768");
  const Bytes quote = Quote(tee);
  ASSERT_EQ(quote.size(), 32768U);
  EXPECT_TRUE(Verifier(tee).Verify(quote).ok());
}

TEST_F(VerifyEmulatedTd, RefusesEachWrongQuoteByItsClass) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  const Verifier verifier(tee);
  const std::vector<std::pair<std::string, ErrorClass>> every = {
      {"other_key", ErrorClass::kSignatureInvalid},
      {"unbound_key", ErrorClass::kBindingMismatch},
      {"foreign_qe", ErrorClass::kUntrustedRoot},
      {"version_6", ErrorClass::kUnsupportedVersion},
      {"short", ErrorClass::kTruncated},
      {"empty", ErrorClass::kEmpty}};
  for (const auto& [fault, error_class] : every) {
    tee.Set("report=" + fault);
    const absl::Status status = verifier.Verify(Quote(tee)).status();
    EXPECT_FALSE(status.ok()) << fault;
    EXPECT_EQ(ErrorClassOf(status, ErrorClass::kMalformed), error_class)
        << fault << ": " << status;
  }
}

TEST_F(VerifyEmulatedTd, IntelsRootDoesNotVouchForIt) {
  const TeeEmulatorProcess tee({.tee = "tdx"});
  Verifier verifier(tee);
  verifier.trust().roots = IntelTdxRoots();
  EXPECT_EQ(ErrorClassOf(verifier.Verify(Quote(tee)).status(),
                         ErrorClass::kMalformed),
            ErrorClass::kUntrustedRoot);
}

TEST_F(VerifyEmulatedTd, TellsTheStatusThatTheCollateralGives) {
  const TeeEmulatorProcess tee({.tee = "tdx", .tcb_status = "OutOfDate"});
  const Verifier verifier(tee);
  const auto tcb = verifier.Evaluate(verifier.Verify(Quote(tee)).value());
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_EQ(tcb->status, TcbStatus::kOutOfDate);
  EXPECT_EQ(tcb->advisory_ids.size(), 1U);
}

TEST_F(VerifyEmulatedTd, RefusesARevokedPck) {
  const TeeEmulatorProcess tee({.tee = "tdx", .revoke_pck = true});
  EXPECT_EQ(ErrorClassOf(Verifier(tee).Verify(Quote(tee)).status(),
                         ErrorClass::kMalformed),
            ErrorClass::kChainInvalid);
}

}  // namespace
}  // namespace evidenced
