#include "agent/serve/tls_material.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

class LoadTlsMaterialTest : public testing::Test {
 protected:
  LoadTlsMaterialTest() : folder_(MakeFolder()) {
    files_.set_certificate(folder_ + "/server.pem");
    files_.set_key(folder_ + "/server.key");
    files_.set_client_ca(folder_ + "/ca.pem");
    WriteFile(files_.certificate(), Pem(leaf_.certificate));
    WriteFile(files_.key(), leaf_.key.PrivatePem());
    WriteFile(files_.client_ca(), Pem(root_.certificate));
  }
  ~LoadTlsMaterialTest() override { std::filesystem::remove_all(folder_); }

  auto Load(absl::Time now = TestNow()) { return LoadTlsMaterial(files_, now); }
  // Refused for this file, and for this reason.
  void ExpectRefused(const std::string& path, absl::string_view reason,
                     absl::Time now = TestNow()) {
    const auto material = Load(now);
    EXPECT_EQ(material.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(material.status().message(), path))
        << material.status();
    EXPECT_TRUE(absl::StrContains(material.status().message(), reason))
        << material.status();
  }

  std::string folder_;
  v1::Tls files_;
  Issued root_ = IssueRoot(CaSpec("root"));
  Issued leaf_ = Issue(CertificateSpec(), root_);
};

TEST_F(LoadTlsMaterialTest, TakesWhatFitsTogether) {
  const auto material = Load();
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ((*material)->leaf().der(), leaf_.certificate.der());
}

TEST_F(LoadTlsMaterialTest, TakesAChainInOrderOnly) {
  const Issued middle = Issue(CaSpec("middle"), root_);
  const Issued leaf = Issue(CertificateSpec(), middle);
  WriteFile(files_.key(), leaf.key.PrivatePem());
  WriteFile(files_.certificate(),
            Pem(leaf.certificate) + Pem(middle.certificate));
  EXPECT_TRUE(Load().ok()) << Load().status();
  WriteFile(files_.certificate(),
            Pem(leaf.certificate) + Pem(root_.certificate));
  ExpectRefused(files_.certificate(), "expected a chain from CN=leaf");
  WriteFile(files_.certificate(),
            Pem(middle.certificate) + Pem(leaf.certificate));
  ExpectRefused(files_.key(),
                "expected the private key of CN=middle, found another");
}

TEST_F(LoadTlsMaterialTest, RefusesAClientsCertificate) {
  CertificateSpec spec;
  spec.extended_key_usage = "clientAuth";
  const Issued client = Issue(spec, root_);
  WriteFile(files_.certificate(), Pem(client.certificate));
  WriteFile(files_.key(), client.key.PrivatePem());
  ExpectRefused(files_.certificate(), "purpose");
}

TEST_F(LoadTlsMaterialTest, RefusesAMissingOrEmptyOrSenselessFile) {
  for (const std::string& path :
       {files_.certificate(), files_.key(), files_.client_ca()}) {
    const auto before = Load();
    ASSERT_TRUE(before.ok()) << before.status();
    std::filesystem::rename(path, path + ".kept");
    ExpectRefused(path, "expected a readable file, found none");
    WriteFile(path, "");
    ExpectRefused(path, "found it empty");
    WriteFile(path, "-----BEGIN NONSENSE-----\n");
    ExpectRefused(path, "PEM");
    std::filesystem::rename(path + ".kept", path);
  }
}

TEST_F(LoadTlsMaterialTest, RefusesAnotherKey) {
  WriteFile(files_.key(), TestKey(KeyKind::kP256).PrivatePem());
  ExpectRefused(files_.key(),
                "expected the private key of CN=leaf, found another");
}

TEST_F(LoadTlsMaterialTest, RefusesAKeyThatOthersCanRead) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    ASSERT_EQ(chmod(files_.key().c_str(), mode), 0);
    ExpectRefused(files_.key(), absl::StrFormat("found mode %04o", mode));
  }
  ASSERT_EQ(chmod(files_.key().c_str(), 0400), 0);
  EXPECT_TRUE(Load().ok());
}

TEST_F(LoadTlsMaterialTest, RefusesACertificateOutsideItsDates) {
  for (const absl::Duration away : {absl::Hours(25), -absl::Hours(25)}) {
    ExpectRefused(files_.certificate(), "expected a certificate that is valid",
                  TestNow() + away);
  }
}

}  // namespace
}  // namespace evidenced
