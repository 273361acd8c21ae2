// Collateral that Intel's service gave, which lies beside the project, and the
// quotes that it is for.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "quote/base/error_class.h"
#include "quote/crypto/certificate_usage.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/tcb_comparison.h"
#include "quote/tdx/tcb_evaluation.h"
#include "tests/quote/tdx/fixture.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

std::vector<Certificate> CertificatesOf(const Fixture& fixture,
                                        const char* role) {
  return CertificatesFromFile(fixture.Role(role)).value();
}

// What both kinds of signed text have in expected.json.
void ExpectSigned(const Json& expected, const SignedJson& json,
                  const TcbSigningChain& chain) {
  EXPECT_EQ(expected.at("signed_text_sha256").get<std::string>(),
            Hex(Sha256(AsBytes(json.body))));
  EXPECT_EQ(expected.at("signature_valid"),
            CheckCollateralSignature(json, chain.signing).ok());
  EXPECT_EQ(expected.at("signing_chain_valid_ignoring_time"),
            CheckTcbSigningChain(chain).ok());
  EXPECT_EQ(expected.at("signing_root_spki_sha256").get<std::string>(),
            Hex(chain.root.spki_sha256()));
  EXPECT_EQ(expected.at("signing_root_is_intel_sgx_root_ca"),
            CheckTdxRoot(chain.root, IntelTdxRoots()).ok());
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

TcbInfo ExpectTcbInfo(const Fixture& fixture, const TcbSigningChain& chain) {
  const Json& expected = fixture.expected.at("tcb_info");
  const auto json = SplitSignedJson(kTcbInfoKey, fixture.Role("tcb_info"));
  EXPECT_TRUE(json.ok()) << json.status();
  ExpectSigned(expected, *json, chain);
  const auto parsed = ParseTcbInfo(json->body);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(expected.at("id"), parsed->id);
  EXPECT_EQ(expected.at("issueDate"), TimeText(parsed->issue_date));
  EXPECT_EQ(expected.at("nextUpdate"), TimeText(parsed->next_update));
  EXPECT_EQ(FromHex(expected.at("fmspc").get<std::string>()).value(),
            parsed->fmspc);
  EXPECT_EQ(expected.at("tcbEvaluationDataNumber"),
            parsed->tcb_evaluation_data_number);
  std::vector<std::string> statuses;
  for (const PlatformTcbLevel& level : parsed->levels) {
    statuses.emplace_back(TcbStatusName(level.standing.status));
  }
  EXPECT_EQ(expected.at("tcb_statuses"), Json(statuses));
  return *parsed;
}

QeIdentity ExpectQeIdentity(const Fixture& fixture,
                            const TcbSigningChain& chain) {
  const Json& expected = fixture.expected.at("qe_identity");
  const auto json =
      SplitSignedJson(kQeIdentityKey, fixture.Role("qe_identity"));
  EXPECT_TRUE(json.ok()) << json.status();
  ExpectSigned(expected, *json, chain);
  const auto parsed = ParseQeIdentity(json->body);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(expected.at("id"), parsed->id);
  EXPECT_EQ(expected.at("isvprodid"), parsed->isv_prod_id);
  EXPECT_EQ(FromHex(expected.at("mrsigner").get<std::string>()).value(),
            parsed->mr_signer);
  EXPECT_EQ(FromHex(expected.at("attributesMask").get<std::string>()).value(),
            parsed->attributes_mask);
  return *parsed;
}

Json QeJson(const QeComparison& qe, const EnclaveReport& report) {
  return {
      {"mrsigner_match", qe.mr_signer_match},
      {"isvprodid_match", qe.isv_prod_id_match},
      {"miscselect_match", qe.misc_select_match},
      {"attributes_match", qe.attributes_match},
      {"isv_svn", report.isv_svn},
      {"tcb_status", qe.standing.has_value()
                         ? Json(std::string(TcbStatusName(qe.standing->status)))
                         : Json()}};
}

Json ModuleJson(const TdxModuleComparison& module) {
  Json out = {{"id", module.id},
              {"mrsigner_match", module.mr_signer_match},
              {"attributes_match", module.attributes_match}};
  if (!module.standing.has_value()) return out;
  out["found"] = module.found;
  out["isv_svn"] = module.isv_svn;
  out["status"] = std::string(TcbStatusName(module.standing->status));
  return out;
}

Json EvaluationJson(const TcbInfo& info, const QeIdentity& identity,
                    const TdxQuote& quote, const PckExtensions& pck) {
  const auto level = ReachedLevel(info, pck, quote.td->tee_tcb_svn);
  Json out = {{"fmspc_match", CheckFmspc(info, pck).ok()},
              {"pceid_match", CheckPceId(info, pck).ok()},
              {"matched_level", level.has_value() ? Json(*level) : Json()},
              {"platform_tcb_status", "NotSupported"},
              {"tdx_module", ModuleJson(CompareTdxModule(
                                 info, *quote.td, quote.td->tee_tcb_svn))},
              {"qe_identity",
               QeJson(CompareQe(identity, quote.qe_report), quote.qe_report)}};
  if (!level.has_value()) return out;
  const TcbStanding& standing = info.levels.at(*level).standing;
  out["platform_tcb_status"] = std::string(TcbStatusName(standing.status));
  out["tcb_date"] = TimeText(standing.tcb_date);
  out["advisory_ids"] = standing.advisory_ids;
  return out;
}

void ExpectEvaluations(const Fixture& fixture, const TcbInfo& info,
                       const QeIdentity& identity) {
  for (const auto& [file, expected] :
       fixture.expected.at("evaluations").items()) {
    SCOPED_TRACE(file);
    const auto quote = ParseTdxQuote(fixture.Read(file));
    ASSERT_TRUE(quote.ok()) << quote.status();
    const auto chain = PckChainOf(*quote);
    ASSERT_TRUE(chain.ok()) << chain.status();
    const auto pck = ParsePckCertificate(FindPck(*chain).value());
    ASSERT_TRUE(pck.ok()) << pck.status();
    EXPECT_EQ(EvaluationJson(info, identity, *quote, pck->extensions),
              expected.at("tcb_evaluation"));
  }
}

void ExpectCrl(const Json& expected, const RevocationList& crl,
               const Certificate& issuer) {
  EXPECT_EQ(expected.at("signature_valid"), crl.VerifySignedBy(issuer).ok());
  EXPECT_EQ(expected.at("last_update"), TimeText(crl.this_update()));
  EXPECT_EQ(expected.at("next_update"), TimeText(*crl.next_update()));
  EXPECT_EQ(expected.at("revoked_count"), crl.size());
  std::vector<std::string> serials = crl.RevokedSerials();
  std::sort(serials.begin(), serials.end());
  EXPECT_EQ(expected.at("revoked_serials"), Json(serials));
}

void ExpectCrls(const Fixture& fixture) {
  if (!fixture.Has("pck_crl")) return;
  std::vector<Certificate> issuers =
      CertificatesOf(fixture, "crl_issuer_chain");
  // The root may come first.
  if (IsSelfSigned(issuers.front())) std::swap(issuers.front(), issuers.back());
  ExpectCrl(fixture.expected.at("pck_crl"),
            RevocationList::FromFile(fixture.Role("pck_crl")).value(),
            issuers.front());
  ExpectCrl(fixture.expected.at("root_crl"),
            RevocationList::FromFile(fixture.Role("root_crl")).value(),
            issuers.back());
}

TEST(TdxCollateralFixtures, AreReadAndJudgedAsExpected) {
  for (const Fixture& fixture : FixturesOf("tdx-collateral")) {
    SCOPED_TRACE(fixture.name());
    const auto chain =
        TcbSigningChainOf(CertificatesOf(fixture, "tcb_signing_chain"));
    ASSERT_TRUE(chain.ok()) << chain.status();
    const TcbInfo info = ExpectTcbInfo(fixture, *chain);
    if (!fixture.Has("qe_identity")) continue;
    const QeIdentity identity = ExpectQeIdentity(fixture, *chain);
    ExpectEvaluations(fixture, info, identity);
    ExpectCrls(fixture);
  }
}

// All of it, at a time at which all was current.
TEST(TdxCollateralFixtures, VerifyFromEndToEnd) {
  for (const Fixture& fixture : FixturesOf("tdx-collateral")) {
    if (fixture.name() != "pcs-50806f-2023") continue;
    const ValidityTime time = ValidityTime::At(
        absl::FromCivil(absl::CivilSecond(2023, 7, 1), absl::UTCTimeZone()));
    const TdxTrust trust = {
        .roots = IntelTdxRoots(),
        .crls =
            PckCrls{
                .root =
                    RevocationList::FromFile(fixture.Role("root_crl")).value(),
                .pck =
                    RevocationList::FromFile(fixture.Role("pck_crl")).value()},
        .crl_use = PckCrlUse::kRequired,
        .time = time};
    const auto signing =
        VerifyTcbSigning(CertificatesOf(fixture, "tcb_signing_chain"), trust);
    ASSERT_TRUE(signing.ok()) << signing.status();
    const auto info = VerifyTcbInfo(fixture.Role("tcb_info"), *signing, time);
    ASSERT_TRUE(info.ok()) << info.status();
    const auto identity =
        VerifyQeIdentity(fixture.Role("qe_identity"), *signing, time);
    ASSERT_TRUE(identity.ok()) << identity.status();
    const Bytes bytes = fixture.Read("quote_b.bin");
    const auto chain = PckChainOf(ParseTdxQuote(bytes).value());
    const auto pck = VerifyPck(FindPck(*chain).value(), *chain, trust);
    ASSERT_TRUE(pck.ok()) << pck.status();
    const auto quote = VerifyTdxQuote(bytes, *pck, IntelTdQuotingEnclaves());
    ASSERT_TRUE(quote.ok()) << quote.status();
    const auto tcb = EvaluateTdxTcb(*quote, *info, *identity);
    ASSERT_TRUE(tcb.ok()) << tcb.status();
    EXPECT_EQ(tcb->status, TcbStatus::kUpToDate);
    EXPECT_EQ(tcb->tcb_evaluation_data_number, 15U);
    return;
  }
  FAIL() << "expected the case pcs-50806f-2023, found none";
}

}  // namespace
}  // namespace evidenced
