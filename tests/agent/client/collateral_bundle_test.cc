#include "agent/client/collateral_bundle.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class Bundle : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.File(name); }
  void Write(absl::string_view name) const {
    WriteFile(Path(std::string(name)), AsBytes("x"));
  }
  void WriteAll(std::span<const BundleRole> roles) const {
    for (const BundleRole& role : roles) Write(role.file);
  }
  void Remove(absl::string_view name) const {
    std::filesystem::remove(Path(std::string(name)));
  }
  static std::vector<std::pair<BundleKind, std::span<const BundleRole>>>
  Kinds() {
    return {{BundleKind::kTdx, kTdxBundleRoles},
            {BundleKind::kSnp, kSnpBundleRoles}};
  }

  TempDir folder_;
};

TEST_F(Bundle, GivesWhatIsThereByRole) {
  WriteAll(kSnpBundleRoles);
  const auto bundle = OpenCollateralBundle(folder_.path());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_THAT(bundle->files,
              UnorderedElementsAre(Pair("ek", Path("ek.der")),
                                   Pair("ca", Path("ca.pem")),
                                   Pair("crl", Path("crl.der"))));
  EXPECT_EQ(bundle->Path("crl"), Path("crl.der"));
  EXPECT_EQ(bundle->Path("qe_identity"), "");
}

TEST_F(Bundle, KnowsEveryFileOfBothKinds) {
  WriteAll(kTdxBundleRoles);
  WriteAll(kSnpBundleRoles);
  const auto bundle = OpenCollateralBundle(folder_.path());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->files.size(),
            kTdxBundleRoles.size() + kSnpBundleRoles.size());
  EXPECT_TRUE(bundle->CheckWhole(BundleKind::kTdx).ok());
  EXPECT_TRUE(bundle->CheckWhole(BundleKind::kSnp).ok());
}

TEST_F(Bundle, NeedsNeitherAVlekNorThePckThatAQuoteHas) {
  WriteAll(kTdxBundleRoles);
  WriteAll(kSnpBundleRoles);
  Remove("pck_chain.pem");
  Remove("ek.der");
  for (const BundleKind kind : {BundleKind::kTdx, BundleKind::kSnp}) {
    const auto bundle = OpenCollateralBundle(folder_.path(), kind);
    EXPECT_TRUE(bundle.ok()) << bundle.status();
  }
}

TEST_F(Bundle, RefusesOneThatLacksAnyFile) {
  for (const auto& [kind, roles] : Kinds()) {
    for (const BundleRole& gone : roles) {
      if (gone.need == BundleNeed::kPerhaps) continue;
      WriteAll(roles);
      Remove(gone.file);
      for (const absl::Status& status :
           {OpenCollateralBundle(folder_.path()).status(),
            OpenCollateralBundle(folder_.path(), kind).status()}) {
        EXPECT_TRUE(absl::IsNotFound(status)) << status;
        EXPECT_THAT(status.message(),
                    HasSubstr("found no " + std::string(gone.file)));
        EXPECT_THAT(status.message(), HasSubstr(folder_.path()));
      }
    }
    for (const BundleRole& role : roles) Remove(role.file);
  }
}

TEST_F(Bundle, RefusesThatOfTheOtherVendor) {
  WriteAll(kSnpBundleRoles);
  const absl::Status tdx =
      OpenCollateralBundle(folder_.path(), BundleKind::kTdx).status();
  EXPECT_TRUE(absl::IsInvalidArgument(tdx)) << tdx;
  EXPECT_THAT(tdx.message(), HasSubstr("expected collateral for TD quotes"));
  EXPECT_THAT(tdx.message(), HasSubstr("found that for SNP reports"));
  EXPECT_EQ(OpenCollateralBundle(folder_.path())->CheckWhole(BundleKind::kTdx),
            tdx);
  for (const BundleRole& role : kSnpBundleRoles) Remove(role.file);
  WriteAll(kTdxBundleRoles);
  const absl::Status snp =
      OpenCollateralBundle(folder_.path(), BundleKind::kSnp).status();
  EXPECT_THAT(snp.message(), HasSubstr("found that for TD quotes"));
}

TEST_F(Bundle, RefusesALinkThatLeadsNowhere) {
  for (const auto& [kind, roles] : Kinds()) {
    for (const BundleRole& role : roles) {
      WriteAll(roles);
      Remove(role.file);
      std::filesystem::create_symlink(Path("gone"),
                                      Path(std::string(role.file)));
      for (const absl::Status& status :
           {OpenCollateralBundle(folder_.path()).status(),
            OpenCollateralBundle(folder_.path(), kind).status()}) {
        EXPECT_TRUE(absl::IsNotFound(status)) << status;
        EXPECT_THAT(status.message(), HasSubstr("a link that leads to none"));
        EXPECT_THAT(status.message(), HasSubstr(std::string(role.file)));
      }
      Remove(role.file);
    }
    for (const BundleRole& role : roles) Remove(role.file);
  }
}

TEST_F(Bundle, FollowsALinkToAFile) {
  WriteAll(kSnpBundleRoles);
  std::filesystem::rename(Path("ca.pem"), Path("elsewhere"));
  std::filesystem::create_symlink(Path("elsewhere"), Path("ca.pem"));
  EXPECT_TRUE(OpenCollateralBundle(folder_.path(), BundleKind::kSnp).ok());
}

TEST_F(Bundle, LeavesOtherFilesAlone) {
  WriteAll(kSnpBundleRoles);
  Write("README");
  Write("tcb_info.json");
  Remove("ek.der");
  ASSERT_TRUE(std::filesystem::create_directory(Path("ek.der")));
  const auto bundle = OpenCollateralBundle(folder_.path(), BundleKind::kSnp);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_THAT(bundle->files,
              UnorderedElementsAre(Pair("ca", Path("ca.pem")),
                                   Pair("crl", Path("crl.der"))));
  // Half a bundle beside a whole one.
  EXPECT_TRUE(OpenCollateralBundle(folder_.path()).ok());
}

TEST_F(Bundle, RefusesADirectoryWithoutCollateral) {
  Write("README");
  const absl::Status status = OpenCollateralBundle(folder_.path()).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr(folder_.path()));
}

TEST_F(Bundle, RefusesWhatIsNoDirectory) {
  Write("file");
  EXPECT_TRUE(
      absl::IsInvalidArgument(OpenCollateralBundle(Path("file")).status()));
  const absl::Status missing = OpenCollateralBundle(Path("none")).status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_THAT(missing.message(), HasSubstr(Path("none")));
}

}  // namespace
}  // namespace evidenced
