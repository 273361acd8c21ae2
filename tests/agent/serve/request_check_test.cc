#include "agent/serve/request_check.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

using absl::StatusCode;

class CheckRequestTest : public testing::Test {
 protected:
  CheckRequestTest() {
    CertificateSpec spec;
    spec.uri_sans = {"spiffe://a/1", "spiffe://a/2"};
    spec.dns_sans = {"one.a"};
    caller_.certificate =
        std::make_shared<Certificate>(IssueRoot(spec).certificate);
    request_.set_nonce(std::string(32, 'n'));
    request_.set_audience("spiffe://a/1");
  }

  StatusCode Code() const {
    return CheckRequest(request_, caller_, &server_).status().code();
  }
  StatusCode LocalCode() const {
    return CheckRequest(request_, Caller(), nullptr).status().code();
  }

  Certificate server_ = IssueRoot(CertificateSpec()).certificate;
  Caller caller_;
  v1::GetEvidenceRequest request_;
};

TEST_F(CheckRequestTest, TakesTheSmallestRequest) {
  EXPECT_EQ(Code(), StatusCode::kOk);
  EXPECT_EQ(LocalCode(), StatusCode::kOk);
}

TEST_F(CheckRequestTest, TakesNoncesOf32To64Bytes) {
  for (size_t size = 0; size <= 70; ++size) {
    request_.set_nonce(std::string(size, 'n'));
    EXPECT_EQ(Code(), size >= 32 && size <= 64 ? StatusCode::kOk
                                               : StatusCode::kInvalidArgument)
        << size;
  }
}

TEST_F(CheckRequestTest, TakesAnyUriOfTheCertificateAsAudience) {
  request_.set_audience("spiffe://a/2");
  EXPECT_EQ(Code(), StatusCode::kOk);
  for (const char* other : {"spiffe://a/3", "spiffe://a/1x", "spiffe://a/",
                            "SPIFFE://a/1", "dns:one.a", "one.a"}) {
    request_.set_audience(other);
    EXPECT_EQ(Code(), StatusCode::kPermissionDenied) << other;
    EXPECT_EQ(LocalCode(), StatusCode::kOk) << other;
  }
}

TEST_F(CheckRequestTest, TakesADnsNameAsAudienceOnlyWithoutUri) {
  CertificateSpec spec;
  spec.dns_sans = {"one.a"};
  caller_.certificate =
      std::make_shared<Certificate>(IssueRoot(spec).certificate);
  EXPECT_EQ(Code(), StatusCode::kPermissionDenied);
  request_.set_audience("dns:one.a");
  EXPECT_EQ(Code(), StatusCode::kOk);
}

TEST_F(CheckRequestTest, RefusesAnAudienceThatIsNotPlainText) {
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\x7f"),
        std::string("a\0b", 3), std::string("\xc3\xa4"),
        std::string(2049, 'a')}) {
    request_.set_audience(bad);
    EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << bad;
    EXPECT_EQ(LocalCode(), StatusCode::kInvalidArgument) << bad;
  }
  request_.set_audience(std::string(2048, 'a'));
  EXPECT_EQ(LocalCode(), StatusCode::kOk);
}

TEST_F(CheckRequestTest, TakesOnlyTheServersOwnCertificateHash) {
  std::string hash = ToString(server_.sha256());
  request_.set_server_certificate_sha256(hash);
  EXPECT_EQ(Code(), StatusCode::kOk);
  EXPECT_EQ(LocalCode(), StatusCode::kInvalidArgument);
  hash[31] = static_cast<char>(hash[31] ^ 1);
  request_.set_server_certificate_sha256(hash);
  EXPECT_EQ(Code(), StatusCode::kFailedPrecondition);
  for (const size_t size : {size_t{1}, size_t{31}, size_t{33}}) {
    request_.set_server_certificate_sha256(std::string(size, 'x'));
    EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << size;
  }
}

TEST_F(CheckRequestTest, TakesKnownLabelsOnce) {
  for (const char* label :
       {"tpm", "tpm.ak", "log.tcg2", "log.ima", "log.ccel"}) {
    request_.add_labels(label);
  }
  const auto challenge = CheckRequest(request_, caller_, &server_);
  ASSERT_TRUE(challenge.ok()) << challenge.status();
  EXPECT_EQ(challenge->labels.size(), 5U);
  request_.add_labels("log.ima");
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument);
  request_.clear_labels();
  request_.add_labels("log.runtime");
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument);
}

TEST_F(CheckRequestTest, LimitsUserData) {
  request_.set_user_data(std::string(65536, 'u'));
  EXPECT_EQ(Code(), StatusCode::kOk);
  request_.set_user_data(std::string(65537, 'u'));
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument);
}

TEST_F(CheckRequestTest, RefusesToQuotePcrsThatTheGuestCanReset) {
  v1::PcrSelection& selection = *request_.add_pcrs();
  selection.set_algorithm(v1::SHA256);
  selection.add_pcrs(0);
  selection.add_pcrs(22);
  EXPECT_EQ(Code(), StatusCode::kOk);
  for (const uint32_t pcr : {16U, 23U, 24U}) {
    selection.set_pcrs(1, pcr);
    EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << pcr;
  }
}

TEST_F(CheckRequestTest, RefusesAMalformedPcrSelection) {
  v1::PcrSelection& selection = *request_.add_pcrs();
  selection.set_algorithm(v1::SHA256);
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << "no PCR";
  selection.add_pcrs(3);
  selection.add_pcrs(3);
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << "one twice";
  selection.mutable_pcrs()->RemoveLast();
  EXPECT_EQ(Code(), StatusCode::kOk);
  *request_.add_pcrs() = selection;
  EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << "a bank twice";
  request_.mutable_pcrs()->RemoveLast();
  // 11, which is SHA-256, comes back modulo 2^16.
  for (const int algorithm : {0, 99, 65536 + 11, -65525}) {
    request_.mutable_pcrs(0)->set_algorithm(
        static_cast<v1::HashAlgorithm>(algorithm));
    EXPECT_EQ(Code(), StatusCode::kInvalidArgument) << algorithm;
  }
}

v1::GetRawReportRequest RawRequest(const std::string& data) {
  v1::GetRawReportRequest request;
  request.set_report_data(data);
  return request;
}

TEST(CheckRawRequest, TakesExactly64Bytes) {
  const auto data = CheckRawRequest(RawRequest(std::string(64, 'r')));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(ToBytes(*data), Bytes(64, 'r'));
  for (const size_t size : {0U, 8U, 63U, 65U}) {
    EXPECT_EQ(
        CheckRawRequest(RawRequest(std::string(size, 'r'))).status().code(),
        StatusCode::kInvalidArgument)
        << size;
  }
}

TEST(CheckRawRequest, RefusesWhatBeginsAsBoundEvidenceDoes) {
  std::string data = "EVIDENCE" + std::string(56, '\1');
  EXPECT_EQ(CheckRawRequest(RawRequest(data)).status().code(),
            StatusCode::kInvalidArgument);
  // Every other beginning is the caller's.
  for (size_t at = 0; at < 8; ++at) {
    std::string other = data;
    other[at] = static_cast<char>(other[at] ^ 0x20);
    EXPECT_TRUE(CheckRawRequest(RawRequest(other)).ok()) << at;
  }
  EXPECT_TRUE(CheckRawRequest(RawRequest(" " + data.substr(0, 63))).ok());
}

}  // namespace
}  // namespace evidenced
