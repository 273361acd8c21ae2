// Quotes and TDREPORTs captured from real TDs, which lie beside the project.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "quote/base/error_class.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/quote_checks.h"
#include "quote/tdx/td_report.h"
#include "quote/tdx/verify.h"
#include "quote/tdx/verify_pck.h"
#include "tests/quote/tdx/fixture.h"
#include "tests/support/tdx_quoter/blob.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

// As the wire has it.
std::string Wire(uint64_t value, size_t size) {
  return Hex(tdx_quoter::Le(value, size));
}

void ExpectText(const Json& expected, const char* key,
                const std::string& found) {
  EXPECT_EQ(expected.at(key).get<std::string>(), found) << key;
}

void ExpectMeasurements(const Json& expected, const TdMeasurements& td,
                        const char* attributes) {
  ExpectText(expected, attributes, Wire(td.td_attributes, 8));
  ExpectText(expected, "xfam", Wire(td.xfam, 8));
  ExpectText(expected, "mr_td", Hex(td.mr_td));
  ExpectText(expected, "mr_config_id", Hex(td.mr_config_id));
  ExpectText(expected, "mr_owner", Hex(td.mr_owner));
  ExpectText(expected, "mr_owner_config", Hex(td.mr_owner_config));
  for (size_t i = 0; i < td.rtmr.size(); ++i) {
    ExpectText(expected, ("rtmr" + std::to_string(i)).c_str(),
               Hex(td.rtmr.at(i)));
  }
}

void ExpectTd(const Json& expected, const TdBody& td) {
  ExpectText(expected, "tee_tcb_svn", Hex(td.tee_tcb_svn));
  ExpectText(expected, "mr_seam", Hex(td.mr_seam));
  ExpectText(expected, "mrsigner_seam", Hex(td.mrsigner_seam));
  ExpectText(expected, "seam_attributes", Wire(td.seam_attributes, 8));
  ExpectText(expected, "report_data", Hex(td.report_data));
  ExpectMeasurements(expected, td.td, "td_attributes");
  ASSERT_EQ(expected.contains("mr_service_td"), td.tee_tcb_svn_2.has_value());
  if (!td.tee_tcb_svn_2.has_value()) return;
  ExpectText(expected, "tee_tcb_svn_2", Hex(*td.tee_tcb_svn_2));
  ExpectText(expected, "mr_service_td", Hex(td.mr_service_td));
}

void ExpectEnclave(const Json& expected, const EnclaveReport& report) {
  ExpectText(expected, "cpu_svn", Hex(report.cpu_svn));
  ExpectText(expected, "misc_select", Hex(report.misc_select));
  ExpectText(expected, "attributes", Hex(report.attributes));
  ExpectText(expected, "mr_enclave", Hex(report.mr_enclave));
  ExpectText(expected, "mr_signer", Hex(report.mr_signer));
  ExpectText(expected, "report_data", Hex(report.report_data));
  EXPECT_EQ(expected.at("isv_prod_id"), report.isv_prod_id);
  EXPECT_EQ(expected.at("isv_svn"), report.isv_svn);
}

void ExpectQuote(const Json& expected, const TdxQuote& quote) {
  const Json& header = expected.at("header");
  EXPECT_EQ(header.at("version"), quote.header.version);
  EXPECT_EQ(header.at("att_key_type"), quote.header.att_key_type);
  ExpectText(header, "qe_vendor_id", Hex(quote.header.qe_vendor_id));
  ExpectText(header, "user_data", Hex(quote.header.user_data));
  if (quote.td.has_value()) {
    ExpectText(expected, "body_kind", std::string(quote.td->kind()));
    ExpectTd(expected.at("body"), *quote.td);
  } else {
    ExpectEnclave(expected.at("body"), *quote.enclave);
  }
  EXPECT_EQ(expected.at("signature_data_len"), quote.signature_size);
  EXPECT_EQ(expected.at("trailing_bytes"), quote.trailing.size());
  ExpectText(expected, "quote_signature", Hex(quote.signature));
  ExpectText(expected, "attestation_key", Hex(quote.attestation_key));
  ExpectEnclave(expected.at("qe_report"), quote.qe_report);
  ExpectText(expected, "qe_report_signature", Hex(quote.qe_report_signature));
  ExpectText(expected, "qe_auth_data", Hex(quote.qe_auth_data));
  EXPECT_EQ(expected.at("inner_certification_data_type"), quote.pck_type);
  EXPECT_EQ(expected.at("inner_certification_data_size"),
            quote.pck_data.size());
}

void ExpectExtensions(const Json& expected, const PckExtensions& found) {
  ExpectText(expected, "ppid", Hex(found.ppid));
  ExpectText(expected, "cpu_svn", Hex(found.cpu_svn));
  ExpectText(expected, "pce_id", Hex(found.pce_id));
  ExpectText(expected, "fmspc", Hex(found.fmspc));
  EXPECT_EQ(expected.at("pce_svn"), found.pce_svn);
  EXPECT_EQ(expected.at("sgx_type"), found.sgx_type);
  EXPECT_EQ(
      expected.at("tcb_comp_svn").get<std::vector<int>>(),
      std::vector<int>(found.tcb_comp_svn.begin(), found.tcb_comp_svn.end()));
  ASSERT_EQ(expected.contains("platform_instance_id"),
            !found.platform_instance_id.empty());
  ASSERT_EQ(expected.contains("configuration"),
            found.configuration.has_value());
  if (!found.configuration.has_value()) return;
  ExpectText(expected, "platform_instance_id", Hex(found.platform_instance_id));
  const Json& configuration = expected.at("configuration");
  EXPECT_EQ(configuration.at("dynamic_platform"),
            found.configuration->dynamic_platform);
  EXPECT_EQ(configuration.at("cached_keys"), found.configuration->cached_keys);
  EXPECT_EQ(configuration.at("smt_enabled"), found.configuration->smt_enabled);
}

// The answer of each check, by its name in expected.json.
std::map<std::string, bool> Checks(ByteView bytes, const TdxQuote& quote,
                                   const PckCertificate& pck,
                                   const absl::StatusOr<PckChain>& chain) {
  return {
      {"tee_type_is_tdx", CheckTdxTeeType(quote).ok()},
      {"version_is_4_or_5", CheckTdxVersion(quote).ok()},
      {"qe_vendor_is_intel", CheckTdxQeVendor(quote).ok()},
      {"quote_signature_valid", CheckTdxSignature(bytes, quote).ok()},
      {"qe_report_data_binds_attestation_key", CheckTdxKeyBinding(quote).ok()},
      {"qe_report_signature_valid", CheckTdxQeSignature(quote, pck.key).ok()},
      {"pck_chain_valid_to_own_root_ignoring_time",
       chain.ok() && CheckPckIntermediate(*chain).ok()},
      {"root_key_is_intel_sgx_root_ca",
       chain.ok() && IsIntelTdxRoot(chain->root)},
  };
}

void ExpectCase(const Fixture& fixture) {
  const Json& expected = fixture.expected;
  const Bytes bytes = fixture.Role("quote");
  const auto quote = ParseTdxQuote(bytes);
  if (expected.at("parse") != "ok") {
    ASSERT_FALSE(quote.ok());
    EXPECT_EQ(expected.at("error_class").get<std::string>(),
              std::string(ErrorClassName(ErrorClassOf(quote.status()))));
    return;
  }
  ASSERT_TRUE(quote.ok()) << quote.status();
  ExpectQuote(expected.at("quote"), *quote);
  const auto certificates = PckChainOf(*quote);
  ASSERT_TRUE(certificates.ok()) << certificates.status();
  const auto pck = ParsePckCertificate(FindPck(*certificates).value());
  ASSERT_TRUE(pck.ok()) << pck.status();
  ExpectExtensions(expected.at("quote").at("pck_extensions"), pck->extensions);
  const auto chain = FindPckChain(pck->certificate, *certificates);
  EXPECT_EQ(Json(Checks(bytes, *quote, *pck, chain)), expected.at("checks"));
  const auto verified_pck = VerifyPck(pck->certificate, *certificates,
                                      {.roots = IntelTdxRoots(),
                                       .crls = std::nullopt,
                                       .crl_use = PckCrlUse::kIfGiven,
                                       .time = ValidityTime::NotChecked()});
  const bool verifies =
      verified_pck.ok() &&
      VerifyTdxQuote(bytes, *verified_pck, IntelTdQuotingEnclaves()).ok();
  // Only zeros may be behind a quote that is more than looked at.
  const bool padded = expected.at("quote").at("trailing_all_zero").get<bool>();
  EXPECT_EQ(verifies, expected.at("overall") == "accept" && padded);
}

TEST(TdxQuoteFixtures, AreReadAndJudgedAsExpected) {
  for (const Fixture& fixture : FixturesOf("tdx-quote")) {
    SCOPED_TRACE(fixture.name());
    ExpectCase(fixture);
  }
}

// Whoever made the attestation key of a genuine quote was Intel's QE.
TEST(TdxQuoteFixtures, AreOfTheQuotingEnclaveThatIsPinned) {
  for (const Fixture& fixture : FixturesOf("tdx-quote")) {
    if (fixture.expected.at("overall") != "accept") continue;
    SCOPED_TRACE(fixture.name());
    const auto quote = ParseTdxQuote(fixture.Role("quote"));
    ASSERT_TRUE(quote.ok()) << quote.status();
    EXPECT_TRUE(CheckTdxQe(*quote, IntelTdQuotingEnclaves()).ok());
  }
}

void ExpectReport(const Json& expected, const TdReport& report) {
  EXPECT_EQ(expected.at("type"), report.type);
  EXPECT_EQ(expected.at("subtype"), report.subtype);
  EXPECT_EQ(expected.at("report_version"), report.version);
  ExpectText(expected, "cpu_svn", Hex(report.cpu_svn));
  ExpectText(expected, "tee_tcb_info_hash", Hex(report.tee_tcb_info_hash));
  ExpectText(expected, "tee_info_hash", Hex(report.tee_info_hash));
  ExpectText(expected, "report_data", Hex(report.report_data));
  ExpectText(expected, "mac", Hex(report.mac));
  const Json& tcb = expected.at("tee_tcb_info");
  ExpectText(tcb, "valid", Wire(report.tcb_info.valid, 8));
  ExpectText(tcb, "tee_tcb_svn", Hex(report.tcb_info.tee_tcb_svn));
  ExpectText(tcb, "mr_seam", Hex(report.tcb_info.mr_seam));
  ExpectText(tcb, "mrsigner_seam", Hex(report.tcb_info.mrsigner_seam));
  ExpectText(tcb, "attributes", Wire(report.tcb_info.attributes, 8));
  ExpectText(tcb, "tee_tcb_svn_2", Hex(report.tcb_info.tee_tcb_svn_2));
  ExpectMeasurements(expected.at("td_info"), report.td, "attributes");
  ExpectText(expected.at("td_info"), "servtd_hash", Hex(report.servtd_hash));
  const Json& checks = expected.at("checks");
  EXPECT_EQ(checks.at("tee_tcb_info_hash_matches"),
            CheckTdReportTcbInfo(report).ok());
  EXPECT_EQ(checks.at("tee_info_hash_matches"),
            CheckTdReportTdInfo(report).ok());
}

TEST(TdReportFixtures, AreReadAndJudgedAsExpected) {
  for (const Fixture& fixture : FixturesOf("tdreport")) {
    SCOPED_TRACE(fixture.name());
    const auto report = ParseTdReport(fixture.Role("tdreport"));
    if (fixture.expected.at("parse") == "ok") {
      ASSERT_TRUE(report.ok()) << report.status();
      ExpectReport(fixture.expected.at("tdreport"), *report);
    } else {
      ASSERT_FALSE(report.ok());
      EXPECT_EQ(fixture.expected.at("error_class").get<std::string>(),
                std::string(ErrorClassName(ErrorClassOf(report.status()))));
    }
  }
}

}  // namespace
}  // namespace evidenced
