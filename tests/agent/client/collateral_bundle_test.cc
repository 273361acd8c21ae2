#include "agent/client/collateral_bundle.h"

#include <filesystem>
#include <string>

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

  TempDir folder_;
};

TEST_F(Bundle, GivesWhatIsThereByRole) {
  Write("tcb_info.json");
  Write("root_crl.der");
  const auto bundle = OpenCollateralBundle(folder_.path());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_THAT(bundle->files,
              UnorderedElementsAre(Pair("tcb_info", Path("tcb_info.json")),
                                   Pair("root_crl", Path("root_crl.der"))));
  EXPECT_EQ(bundle->Path("root_crl"), Path("root_crl.der"));
  EXPECT_EQ(bundle->Path("qe_identity"), "");
}

TEST_F(Bundle, KnowsEveryFileOfBothKinds) {
  for (const BundleRole& role : kTdxBundleRoles) Write(role.file);
  for (const BundleRole& role : kSnpBundleRoles) Write(role.file);
  const auto bundle = OpenCollateralBundle(folder_.path());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->files.size(),
            kTdxBundleRoles.size() + kSnpBundleRoles.size());
}

TEST_F(Bundle, LeavesOtherFilesAlone) {
  Write("ek.der");
  Write("README");
  ASSERT_TRUE(std::filesystem::create_directory(Path("crl.der")));
  const auto bundle = OpenCollateralBundle(folder_.path());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_THAT(bundle->files, UnorderedElementsAre(Pair("ek", Path("ek.der"))));
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
