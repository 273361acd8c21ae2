#include "agent/client/collateral_subject.h"

#include <cmath>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/v1/saved.pb.h"

#include "agent/client/collateral_arguments.h"
#include "tests/agent/client/collateral_service.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

class Subject : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, ByteView bytes) const {
    WriteFile(folder_.File(name), bytes);
    return folder_.File(name);
  }
  std::string Report(const SnpReportSpec& spec) const {
    return Write("report", UnsignedSnpReport(spec));
  }
  static SubjectArguments OfReport(const std::string& path,
                                   const std::string& product = "") {
    SubjectArguments arguments;
    arguments.report = path;
    arguments.product = product;
    return arguments;
  }
  std::string Quote() const {
    return Write("quote", SharedTdxMachine().Quote());
  }
  // Of a platform whose quotes have `pem` for certificates.
  std::string QuoteWith(const std::string& pem) const {
    const TdxMachine& machine = SharedTdxMachine();
    tdx_quoter::QuoteSpec spec;
    spec.pck_chain = ToBytes(AsBytes(pem));
    return Write("quote", tdx_quoter::MakeQuote(
                              spec, {.attestation = machine.attestation.evp(),
                                     .pck = machine.pki.pck().key.evp()}));
  }
  static Issued PckBy(const std::string& ca) {
    return Issue(PckSpec(tdx_quoter::PckExtension(tdx_quoter::Platform())),
                 IssueRoot(CaSpec(ca)));
  }
  static SubjectArguments OfQuote(const std::string& path) {
    SubjectArguments arguments;
    arguments.quote = path;
    return arguments;
  }
  static void ExpectRefused(const SubjectArguments& arguments,
                            const std::string& why) {
    const absl::Status status = LoadSubject(arguments).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(why));
  }

  TempDir folder_;
};

// As `verify` takes it.
TEST_F(Subject, IsThePlatformWhosePckSignedWhereverThatStands) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  const Issued foreign =
      Issue(PckSpec(PckExtensionFor({1, 0, 0, 0, 0, 0})), pki.platform_ca());
  const auto subject = LoadSubject(OfQuote(QuoteWith(
      Pem(foreign.certificate) + Pem(pki.pck().certificate) +
      Pem(pki.platform_ca().certificate) + Pem(pki.root().certificate))));
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(std::get<TdxSubject>(*subject).pck->certificate.sha256(),
            pki.pck().certificate.sha256());
  EXPECT_EQ(Hex(std::get<TdxSubject>(*subject).fmspc), "90c06f000000");
}

TEST_F(Subject, IsTheChipOfAReport) {
  const auto milan = LoadSubject(OfReport(Report({})));
  ASSERT_TRUE(milan.ok()) << milan.status();
  EXPECT_EQ(std::get<SnpSubject>(*milan).product, SnpProduct::kMilan);
  EXPECT_EQ(std::get<SnpSubject>(*milan).kind, SnpKeyKind::kVcek);
  EXPECT_EQ(std::get<SnpSubject>(*milan).report.chip_id, MilanChip());

  const auto turin = LoadSubject(OfReport(Report(TurinReportSpec())));
  ASSERT_TRUE(turin.ok()) << turin.status();
  EXPECT_EQ(std::get<SnpSubject>(*turin).product, SnpProduct::kTurin);

  const auto vlek = LoadSubject(OfReport(Report(VlekReportSpec())));
  ASSERT_TRUE(vlek.ok()) << vlek.status();
  EXPECT_EQ(std::get<SnpSubject>(*vlek).kind, SnpKeyKind::kVlek);
}

TEST_F(Subject, NeedsTheProductOfAReportThatDoesNotSayIt) {
  const std::string path = Report({.version = 2});
  ExpectRefused(OfReport(path), "expected --product");
  const auto genoa = LoadSubject(OfReport(path, "genoa"));
  ASSERT_TRUE(genoa.ok()) << genoa.status();
  EXPECT_EQ(std::get<SnpSubject>(*genoa).product, SnpProduct::kGenoa);
}

TEST_F(Subject, RefusesAnotherProductThanTheReports) {
  const std::string path = Report({});
  EXPECT_TRUE(LoadSubject(OfReport(path, "milan")).ok());
  ExpectRefused(OfReport(path, "turin"), "expected milan, as the report says");
  ExpectRefused(OfReport(path, "rome"), "found rome");
}

TEST_F(Subject, RefusesAReportThatNamesNoChipOrKey) {
  const absl::Status masked =
      LoadSubject(OfReport(Report({.chip_id = Bytes(64, 0)}))).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(masked)) << masked;
  SnpReportSpec vlek = VlekReportSpec();
  vlek.chip_id = Bytes(64, 0);
  EXPECT_TRUE(LoadSubject(OfReport(Report(vlek))).ok());
  // SIGNING_KEY 7: none.
  EXPECT_FALSE(LoadSubject(OfReport(Report({.key_info = 7U << 2U}))).ok());
  ExpectRefused(OfReport(Report({.version = 6})), "version 2 to 5");
  ExpectRefused(
      OfReport(Report({.cpuid = {.family = 0x1b, .model = 0, .stepping = 0}})),
      "found family 0x1b");
  ExpectRefused(OfReport(Write("short", Bytes(100, 0))), "short");
}

TEST_F(Subject, IsThePlatformOfAQuote) {
  const auto subject = LoadSubject(OfQuote(Quote()));
  ASSERT_TRUE(subject.ok()) << subject.status();
  const auto& tdx = std::get<TdxSubject>(*subject);
  EXPECT_EQ(Hex(tdx.fmspc), "90c06f000000");
  EXPECT_EQ(tdx.ca, PckCa::kPlatform);
  EXPECT_TRUE(tdx.pck.has_value());
}

TEST_F(Subject, RefusesOptionsThatSayOtherwiseThanTheQuote) {
  SubjectArguments arguments = OfQuote(Quote());
  arguments.fmspc = "90C06F000000";
  arguments.pck_ca = "platform";
  EXPECT_TRUE(LoadSubject(arguments).ok());
  arguments.fmspc = "00a06d080000";
  ExpectRefused(arguments, "--fmspc: expected 90c06f000000");
  arguments.fmspc = "";
  arguments.pck_ca = "processor";
  ExpectRefused(arguments, "--pck-ca: expected platform");
}

TEST_F(Subject, IsThePlatformOfAQuoteWithThePckAlone) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  const std::string path = QuoteWith(Pem(pki.pck().certificate));
  const auto subject = LoadSubject(OfQuote(path));
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(Hex(std::get<TdxSubject>(*subject).fmspc), "90c06f000000");
  EXPECT_EQ(std::get<TdxSubject>(*subject).ca, PckCa::kPlatform);
  EXPECT_TRUE(std::get<TdxSubject>(*subject).pck.has_value());
  SubjectArguments arguments = OfQuote(path);
  arguments.pck_ca = "processor";
  ExpectRefused(arguments, "--pck-ca: expected platform");

  // By the name that the certificate gives, as nothing else says it.
  const std::string other =
      QuoteWith(Pem(PckBy("Intel SGX PCK Processor CA").certificate));
  const auto processor = LoadSubject(OfQuote(other));
  ASSERT_TRUE(processor.ok()) << processor.status();
  EXPECT_EQ(std::get<TdxSubject>(*processor).ca, PckCa::kProcessor);
  arguments = OfQuote(QuoteWith(Pem(PckBy("Somebody's CA").certificate)));
  ExpectRefused(arguments, "expected --pck-ca platform or processor");
  arguments.pck_ca = "processor";
  const auto named = LoadSubject(arguments);
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(std::get<TdxSubject>(*named).ca, PckCa::kProcessor);
}

TEST_F(Subject, NeedsTheFmspcOfAQuoteWithoutCertificates) {
  SubjectArguments arguments = OfQuote(QuoteWith(""));
  ExpectRefused(arguments, "expected --fmspc");
  arguments.fmspc = "90C06F000000";
  arguments.pck_ca = "processor";
  const auto subject = LoadSubject(arguments);
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(std::get<TdxSubject>(*subject).ca, PckCa::kProcessor);
}

TEST_F(Subject, RefusesOptionsOfTheOtherVendor) {
  SubjectArguments report = OfReport(Report({}));
  report.fmspc = "90C06F000000";
  ExpectRefused(report, "--fmspc: expected a TD quote");
  report.fmspc = "";
  report.pck_ca = "platform";
  ExpectRefused(report, "--pck-ca: expected a TD quote");
  SubjectArguments quote = OfQuote(Quote());
  quote.product = "milan";
  ExpectRefused(quote, "--product: expected an SNP report");
  SubjectArguments fmspc;
  fmspc.fmspc = "90C06F000000";
  fmspc.product = "milan";
  ExpectRefused(fmspc, "--product: expected an SNP report");
}

TEST_F(Subject, IsAnFmspcAlone) {
  SubjectArguments arguments;
  arguments.fmspc = "00a06d080000";
  arguments.pck_ca = "processor";
  const auto subject = LoadSubject(arguments);
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(std::get<TdxSubject>(*subject).ca, PckCa::kProcessor);
  arguments.pck_ca = "root";
  ExpectRefused(arguments, "expected platform or processor, found root");
  arguments.pck_ca = "";
  arguments.fmspc = "00a06d08";
  ExpectRefused(arguments, "expected 6 bytes, found 4");
  arguments.fmspc = "zz";
  ExpectRefused(arguments, "--fmspc");
}

TEST_F(Subject, IsOne) {
  ExpectRefused({}, "found 0 of them");
  SubjectArguments both = OfReport(Report({}));
  both.quote = Quote();
  ExpectRefused(both, "found 2 of them");
}

TEST_F(Subject, IsInSavedEvidence) {
  ::evidence::v1::SavedEvidence saved;
  saved.mutable_evidence()->set_signer("snp");
  saved.mutable_evidence()->set_statement(ToString(UnsignedSnpReport({})));
  SubjectArguments arguments;
  arguments.evidence = Write("saved", AsBytes(saved.SerializeAsString()));
  const auto subject = LoadSubject(arguments);
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_TRUE(std::holds_alternative<SnpSubject>(*subject));

  saved.mutable_evidence()->set_signer("tdx");
  Write("saved", AsBytes(saved.SerializeAsString()));
  ExpectRefused(arguments, "saved: ");
  saved.mutable_evidence()->set_signer("tpm");
  Write("saved", AsBytes(saved.SerializeAsString()));
  ExpectRefused(arguments, "found tpm");
}

class Plan : public Subject {
 protected:
  Plan() {
    arguments_.subject.fmspc = "00a06d080000";
    arguments_.cache = "/cache";
  }
  void ExpectRefusedPlan(const std::string& why) const {
    const absl::Status status = LoadCollateralPlan(arguments_).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(why));
  }

  CollateralArguments arguments_;
};

TEST_F(Plan, NamesTheVendorsServices) {
  const auto plan = LoadCollateralPlan(arguments_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->services.kds, "https://kdsintf.amd.com");
  EXPECT_EQ(plan->services.pcs, "https://api.trustedservices.intel.com");
  EXPECT_EQ(plan->services.pcs_certificates,
            "https://certificates.trustedservices.intel.com");
  EXPECT_EQ(plan->cache, "/cache");
  EXPECT_EQ(plan->at, std::nullopt);
}

TEST_F(Plan, AsksAMirrorForAllThatItStandsFor) {
  arguments_.pcs = "https://mirror/";
  arguments_.kds = "https://other";
  const auto plan = LoadCollateralPlan(arguments_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->services.kds, "https://other");
  EXPECT_EQ(plan->services.pcs, "https://mirror");
  EXPECT_EQ(plan->services.pcs_certificates, "https://mirror");
}

TEST_F(Plan, RefusesWhatIsNoTimeNorService) {
  for (const double seconds : {0.0, -1.0, 3601.0, std::nan("")}) {
    arguments_.timeout_seconds = seconds;
    ExpectRefusedPlan("--timeout");
  }
  arguments_.timeout_seconds = 1;
  arguments_.at = "yesterday";
  ExpectRefusedPlan("--at");
  arguments_.at = "";
  arguments_.kds = "http://kds";
  ExpectRefusedPlan("--kds");
}

TEST_F(Plan, NeedsACacheWhereNoServiceIsAsked) {
  arguments_.cache = "";
  arguments_.no_cache = true;
  arguments_.offline = true;
  ExpectRefusedPlan("--offline and --no-cache");
}

}  // namespace
}  // namespace evidenced
