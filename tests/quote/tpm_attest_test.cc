// Statements of every type, and signatures, by their layout.
#include <string>
#include <variant>

#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "quote/tpm/attest.h"
#include "quote/tpm/signature.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

constexpr auto kSha256 = HashAlgorithm::kSha256;

// A statement of `type` with `body` behind the fields that all have.
Bytes Statement(uint16_t type, ByteView body) {
  const Bytes quote = AttestBytes({.type = type, .extra_data = Bytes(4, 0x22)});
  const size_t no_banks = 4;
  const size_t no_digest = 2;
  ByteWriter out;
  out.Put(ByteView(quote).first(quote.size() - no_banks - no_digest));
  out.Put(body);
  return std::move(out).Take();
}

Bytes Two(ByteView first, ByteView second) {
  ByteWriter out;
  out.Be(static_cast<uint16_t>(first.size())).Put(first);
  out.Be(static_cast<uint16_t>(second.size())).Put(second);
  return std::move(out).Take();
}

Bytes NvBody() {
  ByteWriter out;
  out.Be(uint16_t{2}).Put(Bytes{1, 2}).Be(uint16_t{7});
  out.Be(uint16_t{3}).Put(Bytes{4, 5, 6});
  return std::move(out).Take();
}

Bytes TimeBody() {
  ByteWriter out;
  out.Be(uint64_t{9}).Be(uint64_t{10}).Be(uint32_t{11}).Be(uint32_t{12});
  out.Be(uint8_t{1}).Be(uint64_t{13});
  return std::move(out).Take();
}

Bytes SessionBody() {
  ByteWriter out;
  out.Be(uint8_t{1}).Be(uint16_t{2}).Put(Bytes{1, 2});
  return std::move(out).Take();
}

Bytes CommandBody() {
  ByteWriter out;
  out.Be(uint64_t{5}).Be(uint16_t{0x000B}).Put(Two(Bytes{1}, Bytes{2, 3}));
  return std::move(out).Take();
}

struct Sample {
  uint16_t type;
  Bytes body;
};

std::vector<Sample> EveryType() {
  ByteWriter quote;
  quote.Be(uint32_t{1}).Put(SelectionBytes({kSha256, {0, 23}}));
  quote.Be(uint16_t{2}).Put(Bytes{8, 9});
  const Bytes pair = Two(Bytes{1, 2}, Bytes{3});
  return {{0x8014, NvBody()},
          {0x8015, CommandBody()},
          {0x8016, SessionBody()},
          {0x8017, pair},
          {0x8018, ToBytes(quote.view())},
          {0x8019, TimeBody()},
          {0x801a, pair},
          {0x801c, pair}};
}

TEST(ParseTpmAttest, RefusesEveryTruncationOfEveryType) {
  for (const Sample& sample : EveryType()) {
    const Bytes whole = Statement(sample.type, sample.body);
    ASSERT_TRUE(ParseTpmAttest(whole).ok()) << sample.type;
    for (size_t size = 1; size < whole.size(); ++size) {
      const auto status = ParseTpmAttest(ByteView(whole).first(size)).status();
      EXPECT_EQ(ErrorClassOf(status), ErrorClass::kTruncated)
          << sample.type << " " << size;
    }
  }
  EXPECT_EQ(ErrorClassOf(ParseTpmAttest({}).status()), ErrorClass::kEmpty);
}

TEST(ParseTpmAttest, CountsTrailingBytesOfEveryType) {
  for (const Sample& sample : EveryType()) {
    Bytes longer = Statement(sample.type, sample.body);
    longer.resize(longer.size() + 3);
    EXPECT_EQ(ParseTpmAttest(longer)->trailing_bytes, 3U) << sample.type;
  }
}

TEST(ParseTpmAttest, ReadsAnNvCertification) {
  const auto attest = ParseTpmAttest(Statement(0x8014, NvBody()));
  ASSERT_TRUE(attest.ok()) << attest.status();
  EXPECT_EQ(AttestTypeName(attest->type), "TPM_ST_ATTEST_NV");
  EXPECT_EQ(attest->extra_data, Bytes(4, 0x22));
  const auto& nv = std::get<TpmAttest::Nv>(attest->body);
  EXPECT_EQ(nv.index_name, (Bytes{1, 2}));
  EXPECT_EQ(nv.offset, 7);
  EXPECT_EQ(nv.contents, (Bytes{4, 5, 6}));
}

TEST(ParseTpmAttest, ReadsTimeAuditsAndCertifications) {
  const auto time = ParseTpmAttest(Statement(0x8019, TimeBody()));
  EXPECT_EQ(std::get<TpmAttest::Time>(time->body).clock.restart_count, 12U);
  const auto session = ParseTpmAttest(Statement(0x8016, SessionBody()));
  EXPECT_TRUE(std::get<TpmAttest::SessionAudit>(session->body).exclusive);
  const auto command = ParseTpmAttest(Statement(0x8015, CommandBody()));
  EXPECT_EQ(std::get<TpmAttest::CommandAudit>(command->body).command_digest,
            (Bytes{2, 3}));
  const Bytes pair = Two(Bytes{1, 2}, Bytes{3});
  const auto certify = ParseTpmAttest(Statement(0x8017, pair));
  EXPECT_EQ(std::get<TpmAttest::Certify>(certify->body).name, (Bytes{1, 2}));
  const auto creation = ParseTpmAttest(Statement(0x801a, pair));
  EXPECT_EQ(std::get<TpmAttest::Creation>(creation->body).creation_hash,
            Bytes{3});
  const auto digest = ParseTpmAttest(Statement(0x801c, pair));
  EXPECT_EQ(std::get<TpmAttest::NvDigest>(digest->body).digest, Bytes{3});
}

TEST(ParseTpmAttest, KeepsAnUnknownTypeWithoutABody) {
  const auto attest = ParseTpmAttest(Statement(0x8020, Bytes(9, 1)));
  ASSERT_TRUE(attest.ok());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(attest->body));
  EXPECT_EQ(AttestTypeName(attest->type), "TPM_ST 0x8020");
}

TEST(ParseTpmAttest, ReadsAnotherMagicAsItStands) {
  EXPECT_EQ(ParseTpmAttest(AttestBytes({.magic = 5}))->magic, 5U);
}

TEST(ParseTpmAttest, ClassesAnUnknownBankAsUnsupported) {
  ByteWriter quote;
  quote.Be(uint32_t{1}).Be(uint16_t{0x0027}).Be(uint8_t{0}).Be(uint16_t{0});
  EXPECT_EQ(
      ErrorClassOf(ParseTpmAttest(Statement(0x8018, quote.view())).status()),
      ErrorClass::kUnsupportedAlgorithm);
}

TEST(ParseTpmSignature, RefusesEveryTruncationAndTrailingBytes) {
  const Bytes ecdsa = EcdsaSignatureBytes(kSha256, Bytes(32, 1), Bytes(32, 2));
  const Bytes rsa = RsaSignatureBytes(0x0014, kSha256, Bytes(256, 3));
  for (const Bytes& whole : {ecdsa, rsa}) {
    ASSERT_TRUE(ParseTpmSignature(whole).ok());
    for (size_t size = 1; size < whole.size(); ++size) {
      EXPECT_EQ(
          ErrorClassOf(ParseTpmSignature(ByteView(whole).first(size)).status()),
          ErrorClass::kTruncated);
    }
    Bytes longer = whole;
    longer.push_back(0);
    EXPECT_EQ(ErrorClassOf(ParseTpmSignature(longer).status()),
              ErrorClass::kMalformed);
  }
  EXPECT_EQ(ErrorClassOf(ParseTpmSignature({}).status()), ErrorClass::kEmpty);
}

TEST(ParseTpmSignature, ClassesOtherAlgorithmsAsUnsupported) {
  const Bytes hmac = RsaSignatureBytes(0x0005, kSha256, Bytes(32, 1));
  Bytes sha3 = RsaSignatureBytes(0x0014, kSha256, Bytes(32, 1));
  sha3[3] = 0x27;
  const Bytes none = {0x00, 0x10};  // TPM_ALG_NULL, which has no hash
  for (const Bytes& bytes : {hmac, sha3, none}) {
    EXPECT_EQ(ErrorClassOf(ParseTpmSignature(bytes).status()),
              ErrorClass::kUnsupportedAlgorithm);
  }
}

}  // namespace
}  // namespace evidenced
