// Measures on one core, in turns, what it takes to verify a TDX quote: with its
// PCK and collateral in the cache; with none, in all and by its parts; and, as
// their baseline, three bare verifications over the same curve, as many as a
// quote, its quoting enclave's report and one certificate have signatures. The
// PKI is the tests' own. Prints a JSON array of {name, value, unit, baseline}.
#include <iostream>
#include <vector>

#include "evidence/verify/tdx_collateral.h"
#include "quote/base/bytes.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/tcb_evaluation.h"
#include "quote/tdx/verify.h"
#include "tests/bench/bare_ecdsa.h"
#include "tests/bench/measure.h"
#include "tests/evidence/verify/tdx_attester.h"

namespace evidenced {
namespace {

constexpr int kRounds = 300;
constexpr int kBaseline = 3;
constexpr size_t kNumberSize = 32;

void Evaluate(const VerifiedTdxQuote& quote, const TdxTcbCollateral& tcb) {
  Require(EvaluateTdxTcb(quote, *tcb.tcb_info, *tcb.qe_identity).ok(),
          "the TCB");
}

void VerifyAll(ByteView bytes, const TdxCollateral& collateral) {
  const auto parsed = ParseTdxQuote(bytes);
  Require(parsed.ok(), "parsing the quote");
  const auto pck = EndorseTdxPck(*parsed, collateral);
  Require(pck.ok(), "the PCK");
  const auto quote = VerifyTdxQuote(bytes, *pck, collateral.enclaves);
  Require(quote.ok(), "the quote");
  const auto tcb = VerifyTcbCollateral(collateral);
  Require(tcb.ok(), "the collateral");
  Evaluate(*quote, *tcb);
}

int Run() {
  const TdxAttester attester = Td15Attester();
  const Bytes bytes = attester.Quote(Bytes(kTdReportDataSize, 0x5a));
  const auto parsed = ParseTdxQuote(bytes);
  Require(parsed.ok(), "parsing the quote");
  const TdxCollateral cold = WithTcb(attester.Collateral());
  TdxCollateralCache cache(1);
  TdxCollateral warm = cold;
  warm.cache = &cache;
  const auto pck = EndorseTdxPck(*parsed, cold);
  Require(pck.ok(), "the PCK");
  const auto quote = VerifyTdxQuote(bytes, *pck, cold.enclaves);
  Require(quote.ok(), "the quote");
  const auto tcb = VerifyTcbCollateral(cold);
  Require(tcb.ok(), "the collateral");
  const ByteView signature = parsed->qe_report_signature;
  BareEcdsa bare(pck->pck().certificate.spki(),
                 {.digest = "SHA256",
                  .r = signature.first(kNumberSize),
                  .s = signature.subspan(kNumberSize)});

  const std::vector<Step> steps = {
      {"bare-p256",
       [&] {
         Require(bare.Verify(parsed->qe_report_bytes), "the bare verification");
       }},
      {"warm", [&] { VerifyAll(bytes, warm); }},
      {"cold", [&] { VerifyAll(bytes, cold); }},
      {"cold/parse",
       [&] { Require(ParseTdxQuote(bytes).ok(), "parsing the quote"); }},
      {"cold/certificates",
       [&] { Require(PckChainOf(*parsed).ok(), "parsing the certificates"); }},
      {"cold/pck-chain",
       [&] { Require(EndorseTdxPck(*parsed, cold).ok(), "the PCK"); }},
      {"cold/quote",
       [&] {
         Require(VerifyTdxQuote(bytes, *pck, cold.enclaves).ok(), "the quote");
       }},
      {"cold/collateral",
       [&] { Require(VerifyTcbCollateral(cold).ok(), "the collateral"); }},
      {"cold/tcb", [&] { Evaluate(*quote, *tcb); }}};
  std::cout << MeasureInTurns("tdx", steps, kRounds, kBaseline) << std::endl;
  return 0;
}

}  // namespace
}  // namespace evidenced

int main() { return evidenced::Run(); }
