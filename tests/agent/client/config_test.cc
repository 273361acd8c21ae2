#include "agent/client/config.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/client/identity.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

TEST(ParseClientConfig, ReadsEveryKey) {
  const auto options = ParseClientConfig(
      "address = \"host:7443\"\nca = \"ca.pem\"\ncert = \"me.pem\"\n"
      "key = \"me.key\"\nserver_name = \"agent\"\naudience = \"urn:me\"\n"
      "timeout = 2.5\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->address, "host:7443");
  EXPECT_EQ(options->ca, "ca.pem");
  EXPECT_EQ(options->cert, "me.pem");
  EXPECT_EQ(options->key, "me.key");
  EXPECT_EQ(options->server_name, "agent");
  EXPECT_EQ(options->audience, "urn:me");
  EXPECT_EQ(options->timeout_seconds, 2.5);
}

TEST(ParseClientConfig, TakesWholeSeconds) {
  const auto options = ParseClientConfig("timeout = 3");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->timeout_seconds, 3.0);
}

TEST(ParseClientConfig, RefusesUnknownKeysAndWrongTypesAllAtOnce) {
  const auto options =
      ParseClientConfig("ca = 1\nsurprise = \"x\"\n[tls]\ncert = \"a\"\n");
  ASSERT_FALSE(options.ok());
  EXPECT_THAT(options.status().message(),
              HasSubstr("line 1: expected a string for ca, found integer"));
  EXPECT_THAT(options.status().message(),
              HasSubstr("line 2: expected address, ca"));
  EXPECT_THAT(options.status().message(), HasSubstr("found the key surprise"));
  EXPECT_THAT(options.status().message(), HasSubstr("found the key tls"));
}

TEST(ParseClientConfig, NamesTheLineThatIsNotToml) {
  const auto options = ParseClientConfig("ca = \"a\"\nca = ");
  ASSERT_FALSE(options.ok());
  EXPECT_THAT(options.status().message(), HasSubstr("line 2"));
}

TEST(ParseClientConfig, ShowsNothingOfTheFileThatATerminalObeys) {
  // U+009B begins a control sequence.
  const auto options = ParseClientConfig("ca = n\xc2\x9b 31m");
  ASSERT_FALSE(options.ok());
  EXPECT_THAT(
      std::string(options.status().message()),
      testing::Each(testing::AllOf(testing::Ge(' '), testing::Le('~'))));
}

TEST(Merge, CommandLineWins) {
  ConnectionOptions command_line;
  command_line.ca = "mine";
  ConnectionOptions file;
  file.ca = "theirs";
  file.key = "key";
  const ConnectionOptions merged = Merge(command_line, file);
  EXPECT_EQ(merged.ca, "mine");
  EXPECT_EQ(merged.key, "key");
}

ConnectionOptions Tcp() {
  ConnectionOptions options;
  options.address = "[::1]:7443";
  options.ca = options.cert = options.key = "file";
  return options;
}

TEST(CheckConnection, AcceptsTcpWithTlsAndUnixWithout) {
  EXPECT_TRUE(CheckConnection(Tcp()).ok());
  ConnectionOptions local;
  local.address = "unix:/run/evidenced/evidenced.sock";
  EXPECT_TRUE(CheckConnection(local).ok());
}

TEST(CheckConnection, RefusesTcpWithoutTls) {
  for (auto field : {&ConnectionOptions::ca, &ConnectionOptions::cert,
                     &ConnectionOptions::key}) {
    ConnectionOptions options = Tcp();
    (options.*field).reset();
    EXPECT_FALSE(CheckConnection(options).ok());
  }
}

TEST(CheckConnection, RefusesUnixWithTls) {
  ConnectionOptions options = Tcp();
  options.address = "unix:/socket";
  EXPECT_FALSE(CheckConnection(options).ok());
}

TEST(CheckConnection, RefusesOtherAddresses) {
  for (const char* address :
       {"", "host", "host:", ":1", "host:0", "host:65536", "host:port",
        "./host:1", "dns:host:1", "::1:1", "[]:1"}) {
    ConnectionOptions options = Tcp();
    options.address = address;
    EXPECT_FALSE(CheckConnection(options).ok()) << address;
  }
}

TEST(HasAddressForm, IsWhatNoFileCanHaveWithoutASlash) {
  for (const char* address : {"host:1", "[::1]:1", "[fe80::1%eth0]:1",
                              "unix:/a/b", "unix:a", "a:b"}) {
    EXPECT_TRUE(HasAddressForm(address)) << address;
  }
  for (const char* file : {"", "a", "./host:1", "/host:1", "a/b:1", "a.bin"}) {
    EXPECT_FALSE(HasAddressForm(file)) << file;
  }
}

TEST(CheckConnection, RefusesTimeoutsThatAreNone) {
  for (const double timeout : {0.0, -1.0, 1e9}) {
    ConnectionOptions options = Tcp();
    options.timeout_seconds = timeout;
    EXPECT_FALSE(CheckConnection(options).ok()) << timeout;
  }
}

TEST(CheckServerNames, DemandsASubjectAlternativeName) {
  CertificateSpec spec;
  spec.common_name = "localhost";
  const Certificate bare = IssueRoot(spec).certificate;
  EXPECT_TRUE(absl::IsUnauthenticated(CheckServerNames(bare)));
  spec.dns_sans = {"localhost"};
  EXPECT_TRUE(CheckServerNames(IssueRoot(spec).certificate).ok());
}

TEST(ChooseAudience, RefusesWhatNoTranscriptMayHold) {
  EXPECT_TRUE(ChooseAudience("urn:me", nullptr).ok());
  for (const std::string& audience :
       {std::string(), std::string("a b"), std::string("a\nb"),
        std::string("\xc3\xa4"), std::string(2049, 'a')}) {
    EXPECT_FALSE(ChooseAudience(audience, nullptr).ok());
  }
}

TEST(ChooseAudience, IsRequiredWithoutCertificate) {
  const auto audience = ChooseAudience(std::nullopt, nullptr);
  ASSERT_FALSE(audience.ok());
  EXPECT_THAT(audience.status().message(), HasSubstr("--audience"));
}

}  // namespace
}  // namespace evidenced
