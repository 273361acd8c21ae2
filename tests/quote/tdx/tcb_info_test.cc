#include "quote/tdx/tcb_info.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/tdx/qe_identity.h"
#include "tests/support/tdx_quoter/collateral.h"

namespace evidenced {
namespace {

using tdx_quoter::QeIdentityBody;
using tdx_quoter::QeIdentitySpec;
using tdx_quoter::TcbInfoBody;
using tdx_quoter::TcbInfoSpec;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::Time Utc(const char* text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%M:%SZ", text, &time, nullptr));
  return time;
}

void ExpectRefused(const absl::Status& status, ErrorClass error_class) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(status), error_class) << status;
}

// `body` with one text replaced by another.
std::string With(const std::string& body, absl::string_view text,
                 absl::string_view other) {
  EXPECT_NE(body.find(std::string(text)), std::string::npos) << text;
  return absl::StrReplaceAll(body, {{text, other}});
}

TEST(ParseTcbInfo, FindsEachValue) {
  TcbInfoSpec spec;
  spec.lines[0].module.attributes = {1, 2, 3, 4, 5, 6, 7, 8};
  spec.levels[0].sgx[15] = 65535;
  spec.levels[0].standing.advisories = {"INTEL-SA-1", "INTEL-SA-2"};
  spec.levels.push_back(
      {.pce_svn = 5,
       .standing = {.status = "OutOfDate", .date = "2018-01-04T00:00:00Z"}});
  const auto info = ParseTcbInfo(TcbInfoBody(spec));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->id, "TDX");
  EXPECT_EQ(info->version, 3U);
  EXPECT_EQ(info->issue_date, Utc("2025-12-31T12:00:00Z"));
  EXPECT_EQ(info->next_update, Utc("2026-01-30T12:00:00Z"));
  EXPECT_EQ(Hex(info->fmspc), "90c06f000000");
  EXPECT_EQ(Hex(info->pce_id), "0000");
  EXPECT_EQ(info->tcb_type, 0U);
  EXPECT_EQ(info->tcb_evaluation_data_number, 18U);
  EXPECT_EQ(info->tdx_module.mr_signer, Bytes(48, 0));
  EXPECT_EQ(info->tdx_module.attributes_mask, UINT64_MAX);
  ASSERT_THAT(info->tdx_module_identities, SizeIs(2));
  EXPECT_EQ(info->tdx_module_identities[0].id, "TDX_03");
  EXPECT_EQ(info->tdx_module_identities[0].module.attributes,
            0x0807060504030201U);
  EXPECT_EQ(info->tdx_module_identities[1].levels.at(0).isv_svn, 4);
  ASSERT_THAT(info->levels, SizeIs(2));
  EXPECT_EQ(info->levels[0].sgx_components[0], 5);
  EXPECT_EQ(info->levels[0].sgx_components[15], 65535);
  EXPECT_EQ(info->levels[0].pce_svn, 13);
  EXPECT_EQ(info->levels[0].tdx_components[2], 2);
  EXPECT_EQ(info->levels[0].standing.status, TcbStatus::kUpToDate);
  EXPECT_THAT(info->levels[0].standing.advisory_ids,
              ElementsAre("INTEL-SA-1", "INTEL-SA-2"));
  EXPECT_EQ(info->levels[1].standing.status, TcbStatus::kOutOfDate);
  EXPECT_EQ(info->levels[1].standing.tcb_date, Utc("2018-01-04T00:00:00Z"));
  EXPECT_THAT(info->levels[1].standing.advisory_ids, IsEmpty());
}

// Before modules had versions.
TEST(ParseTcbInfo, GoesWithoutModuleIdentities) {
  const std::string body =
      With(TcbInfoBody({.lines = {}}), R"("tdxModuleIdentities":[],)", "");
  const auto info = ParseTcbInfo(body);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_THAT(info->tdx_module_identities, IsEmpty());
}

TEST(ParseTcbInfo, LeavesOutWhatItDoesNotKnow) {
  const std::string body = TcbInfoBody({});
  EXPECT_TRUE(ParseTcbInfo(With(body, R"({"svn":200})",
                                R"({"svn":200,"category":"BIOS"})"))
                  .ok());
  EXPECT_TRUE(
      ParseTcbInfo(With(body, R"({"id":"TDX")", R"({"new":[],"id":"TDX")"))
          .ok());
}

TEST(ParseTcbInfo, RefusesOtherKinds) {
  TcbInfoSpec sgx;
  sgx.id = "SGX";
  TcbInfoSpec version;
  version.version = 2;
  TcbInfoSpec type;
  type.tcb_type = 1;
  for (const TcbInfoSpec& spec : {sgx, version, type}) {
    ExpectRefused(ParseTcbInfo(TcbInfoBody(spec)).status(),
                  ErrorClass::kCollateralInvalid);
  }
}

TEST(ParseTcbInfo, KnowsEachStatusThatIntelDocuments) {
  for (const char* status :
       {"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded",
        "ConfigurationAndSWHardeningNeeded", "OutOfDate",
        "OutOfDateConfigurationNeeded", "Revoked"}) {
    TcbInfoSpec spec;
    spec.levels[0].standing.status = status;
    const auto info = ParseTcbInfo(TcbInfoBody(spec));
    ASSERT_TRUE(info.ok()) << info.status();
    EXPECT_EQ(TcbStatusName(info->levels[0].standing.status), status);
  }
}

TEST(ParseTcbInfo, RefusesAStatusThatNobodyKnows) {
  for (const char* status : {"", "uptodate", "UpToDate ", "Fine"}) {
    TcbInfoSpec platform;
    platform.levels[0].standing.status = status;
    TcbInfoSpec module;
    module.lines[0].levels[0].standing.status = status;
    for (const TcbInfoSpec& spec : {platform, module}) {
      ExpectRefused(ParseTcbInfo(TcbInfoBody(spec)).status(),
                    ErrorClass::kCollateralInvalid);
    }
  }
}

// Each value absent, and of another type.
TEST(ParseTcbInfo, RefusesValuesThatAreMissingOrOfOtherTypes) {
  const std::string body = TcbInfoBody({});
  for (const char* key : {"id",
                          "version",
                          "issueDate",
                          "nextUpdate",
                          "fmspc",
                          "pceId",
                          "tcbType",
                          "tcbEvaluationDataNumber",
                          "tdxModule",
                          "tcbLevels",
                          "mrsigner",
                          "attributes",
                          "attributesMask",
                          "tcb",
                          "tcbDate",
                          "tcbStatus",
                          "sgxtcbcomponents",
                          "pcesvn",
                          "tdxtcbcomponents",
                          "svn",
                          "isvsvn"}) {
    const std::string quoted = absl::StrCat(R"(")", key, R"(":)");
    ExpectRefused(
        ParseTcbInfo(With(body, quoted, absl::StrCat(R"("x)", key, R"(":)")))
            .status(),
        ErrorClass::kMalformed);
    ExpectRefused(ParseTcbInfo(With(body, quoted,
                                    absl::StrCat(R"(")", key, R"(":1.5,"x)",
                                                 key, R"(":)")))
                      .status(),
                  ErrorClass::kMalformed);
  }
  const std::string identities = R"("tdxModuleIdentities":)";
  ExpectRefused(ParseTcbInfo(With(body, identities,
                                  absl::StrCat(identities, R"(1,"x":)")))
                    .status(),
                ErrorClass::kMalformed);
}

TEST(ParseTcbInfo, RefusesValuesOutOfRange) {
  const std::string body = TcbInfoBody({});
  for (const auto& [text, other] :
       std::vector<std::pair<std::string, std::string>>{
           {R"({"svn":200})", R"({"svn":65536})"},
           {R"({"svn":200})", R"({"svn":-1})"},
           {R"({"svn":200})", R"({"svn":"200"})"},
           {R"(,{"svn":200})", ""},
           {R"({"svn":200})", R"({"svn":200},{"svn":0})"},
           {R"("pcesvn":13)", R"("pcesvn":65536)"},
           {R"("90C06F000000")", R"("90C06F0000")"},
           {R"("90C06F000000")", R"("90C06F00000G")"},
           {"2025-12-31T12:00:00Z", "2025-12-31T12:00:00.5Z"},
           {"2025-12-31T12:00:00Z", " 2025-12-31T12:00:00Z"},
           {"2025-12-31T12:00:00Z", "2025-12-32T12:00:00Z"},
           {"2025-12-31T12:00:00Z", "2025-12-31 12:00:00"}}) {
    ExpectRefused(ParseTcbInfo(With(body, text, other)).status(),
                  ErrorClass::kMalformed);
  }
}

TEST(ParseQeIdentity, FindsEachValue) {
  QeIdentitySpec spec;
  spec.misc_select = {1, 2, 3, 4};
  spec.levels.push_back({.isv_svn = 1, .standing = {.status = "Revoked"}});
  const auto identity = ParseQeIdentity(QeIdentityBody(spec));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->id, "TD_QE");
  EXPECT_EQ(identity->version, 2U);
  EXPECT_EQ(identity->issue_date, Utc("2025-12-31T12:00:00Z"));
  EXPECT_EQ(identity->next_update, Utc("2026-01-30T12:00:00Z"));
  EXPECT_EQ(identity->tcb_evaluation_data_number, 18U);
  EXPECT_EQ(identity->misc_select, spec.misc_select);
  EXPECT_EQ(identity->misc_select_mask, spec.misc_select_mask);
  EXPECT_EQ(identity->attributes, spec.attributes);
  EXPECT_EQ(identity->attributes_mask, spec.attributes_mask);
  EXPECT_EQ(identity->mr_signer, spec.mr_signer);
  EXPECT_EQ(identity->isv_prod_id, 2);
  ASSERT_THAT(identity->levels, SizeIs(2));
  EXPECT_EQ(identity->levels[0].isv_svn, 4);
  EXPECT_EQ(identity->levels[1].standing.status, TcbStatus::kRevoked);
}

TEST(ParseQeIdentity, RefusesOtherEnclavesAndVersions) {
  QeIdentitySpec sgx;
  sgx.id = "QE";
  QeIdentitySpec version;
  version.version = 1;
  for (const QeIdentitySpec& spec : {sgx, version}) {
    ExpectRefused(ParseQeIdentity(QeIdentityBody(spec)).status(),
                  ErrorClass::kCollateralInvalid);
  }
}

TEST(ParseQeIdentity, RefusesValuesThatAreMissingOrOfOtherTypes) {
  const std::string body = QeIdentityBody({});
  for (const char* key :
       {"id", "version", "issueDate", "nextUpdate", "tcbEvaluationDataNumber",
        "miscselect", "miscselectMask", "attributes", "attributesMask",
        "mrsigner", "isvprodid", "tcbLevels", "tcb", "isvsvn", "tcbDate",
        "tcbStatus"}) {
    const std::string quoted = absl::StrCat(R"(")", key, R"(":)");
    ExpectRefused(
        ParseQeIdentity(With(body, quoted, absl::StrCat(R"("x)", key, R"(":)")))
            .status(),
        ErrorClass::kMalformed);
    ExpectRefused(ParseQeIdentity(With(body, quoted,
                                       absl::StrCat(R"(")", key, R"(":1.5,"x)",
                                                    key, R"(":)")))
                      .status(),
                  ErrorClass::kMalformed);
  }
}

TEST(TcbStatus, ConvergesToAllThatIsWrong) {
  using enum TcbStatus;
  EXPECT_EQ(Converge(kUpToDate, kUpToDate), kUpToDate);
  EXPECT_EQ(Converge(kUpToDate, kOutOfDate), kOutOfDate);
  EXPECT_EQ(Converge(kSwHardeningNeeded, kOutOfDate), kOutOfDate);
  EXPECT_EQ(Converge(kSwHardeningNeeded, kUpToDate), kSwHardeningNeeded);
  EXPECT_EQ(Converge(kConfigurationNeeded, kOutOfDate),
            kOutOfDateConfigurationNeeded);
  EXPECT_EQ(Converge(kConfigurationAndSwHardeningNeeded, kOutOfDate),
            kOutOfDateConfigurationNeeded);
  EXPECT_EQ(Converge(kConfigurationNeeded, kSwHardeningNeeded),
            kConfigurationAndSwHardeningNeeded);
  for (const TcbStatus any :
       {kUpToDate, kSwHardeningNeeded, kConfigurationNeeded,
        kConfigurationAndSwHardeningNeeded, kOutOfDate,
        kOutOfDateConfigurationNeeded, kRevoked}) {
    EXPECT_EQ(Converge(any, kRevoked), kRevoked);
    EXPECT_EQ(Converge(kRevoked, any), kRevoked);
    EXPECT_EQ(Converge(any, any), any);
  }
}

}  // namespace
}  // namespace evidenced
