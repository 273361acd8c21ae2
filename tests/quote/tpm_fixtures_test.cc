// Quotes captured from real TPMs, which lie beside the project. A case gives
// its key as a TPMT_PUBLIC, a SubjectPublicKeyInfo or PEM; the latter two say
// nothing about the key's attributes, so those of an AK are supposed.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "openssl/pem.h"

#include "quote/base/byte_reader.h"
#include "quote/crypto/openssl_ptr.h"
#include "quote/tpm/quote.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Bytes ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Bytes SpkiOfPem(const Bytes& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const EvpKeyPtr key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

// A key without its TPMT_PUBLIC has the scheme that its capture was made with.
std::optional<TpmPublicArea> KeyOf(const fs::path& folder, const Json& roles) {
  if (roles.contains("ak_tpmt")) {
    return *ParseTpmPublic(ReadFile(folder / roles["ak_tpmt"]));
  }
  Bytes spki;
  if (roles.contains("ak_spki_der")) {
    spki = ReadFile(folder / roles["ak_spki_der"]);
  } else if (roles.contains("ak_pem")) {
    spki = SpkiOfPem(ReadFile(folder / roles["ak_pem"]));
  } else {
    return std::nullopt;
  }
  const Bytes signature = ReadFile(folder / roles["signature"]);
  ByteReader in(signature);
  const auto scheme = in.Be<uint16_t>();
  const auto hash = HashAlgorithmFromId(in.Be<uint16_t>());
  return TpmPublicArea{.bytes = {},
                       .name_algorithm = HashAlgorithm::kSha256,
                       .attributes = kAkAttributes,
                       .auth_policy = {},
                       .scheme = scheme,
                       .scheme_hash = hash.value_or(HashAlgorithm::kSha256),
                       .key = *PublicKey::FromSpki(spki)};
}

// The register values of a case, in either form; empty if it has none.
PcrValues ValuesOf(const Json& expected) {
  PcrValues values;
  if (expected.contains("pcr_values")) {
    for (const auto& [bank, pcrs] : expected["pcr_values"].items()) {
      for (const auto& [pcr, value] : pcrs.items()) {
        values[*HashAlgorithmFromName(bank)][std::stoul(pcr)] =
            *FromHex(value.get<std::string>());
      }
    }
  }
  if (expected.contains("pcr_blob")) {
    const Json& blob = expected["pcr_blob"];
    size_t next = 0;
    for (const Json& bank : blob["selection"]) {
      const auto hash = HashAlgorithmFromName(bank["hash"].get<std::string>());
      for (const uint32_t pcr : bank["pcrs"]) {
        values[*hash][pcr] =
            *FromHex(blob["values"][next++].get<std::string>());
      }
    }
  }
  return values;
}

void CheckFields(const TpmQuote& quote, const Json& attest) {
  EXPECT_EQ(Hex(quote.qualified_signer), attest["qualified_signer"]);
  EXPECT_EQ(Hex(quote.extra_data), attest["extra_data"]);
  EXPECT_EQ(quote.clock.clock_ms, attest["clock"].get<uint64_t>());
  EXPECT_EQ(quote.clock.reset_count, attest["reset_count"].get<uint32_t>());
  EXPECT_EQ(quote.clock.restart_count, attest["restart_count"].get<uint32_t>());
  EXPECT_EQ(quote.clock.safe, attest["safe"].get<bool>());
  EXPECT_EQ(Hex(quote.pcr_digest), attest["pcr_digest"]);
  ASSERT_EQ(quote.selection.size(), attest["pcr_selection"].size());
  for (size_t i = 0; i < quote.selection.size(); ++i) {
    const Json& bank = attest["pcr_selection"][i];
    EXPECT_EQ(std::string(HashName(quote.selection[i].algorithm)),
              bank["hash"]);
    EXPECT_EQ(quote.selection[i].pcrs, bank["pcrs"]);
  }
}

enum class Verdict { kAccepted, kRejected };

Verdict Verify(const fs::path& folder, const Json& expected,
               const TpmPublicArea& key) {
  const Json& roles = expected["roles"];
  const Bytes attest = ReadFile(folder / roles["attest"]);
  const Bytes signature = ReadFile(folder / roles["signature"]);
  const auto quote = VerifyTpmQuote(attest, signature, key);
  if (!quote.ok()) return Verdict::kRejected;
  const PcrValues values = ValuesOf(expected);
  if (values.empty()) return Verdict::kAccepted;
  return VerifyPcrs(*quote, values).ok() ? Verdict::kAccepted
                                         : Verdict::kRejected;
}

TEST(CapturedQuotes, AreParsedAndJudgedAsTheirManifestSays) {
  const fs::path root = fs::path(SHARED_DIR) / "fixtures" / "tpm-quote";
  if (!fs::exists(root)) GTEST_SKIP() << "SKIPPED: no " << root;
  int accepted = 0;
  int rejected = 0;
  for (const auto& entry : fs::directory_iterator(root)) {
    SCOPED_TRACE(entry.path().string());
    const Json expected = Json::parse(ReadFile(entry.path() / "expected.json"));
    const Json& roles = expected["roles"];
    const auto quote = ParseTpmQuote(ReadFile(entry.path() / roles["attest"]));
    const bool parses =
        expected["parse"] == "ok" && expected["attest"]["type"] == "8018";
    EXPECT_EQ(quote.ok(), parses) << quote.status();
    if (quote.ok()) CheckFields(*quote, expected["attest"]);
    // Azure's statements have a bare signature and a key in JSON.
    const auto key = KeyOf(entry.path(), roles);
    if (!key.has_value()) continue;
    const Verdict verdict = Verify(entry.path(), expected, *key);
    EXPECT_EQ(verdict == Verdict::kAccepted, expected["overall"] == "accept");
    ++(verdict == Verdict::kAccepted ? accepted : rejected);
  }
  EXPECT_GE(accepted, 4);
  EXPECT_GE(rejected, 5);
}

TEST(CapturedQuotes, NameOfACapturedKeyIsTheOneItsTpmGave) {
  const fs::path folder =
      fs::path(SHARED_DIR) / "fixtures" / "tpm-quote" / "keylime-emulator";
  if (!fs::exists(folder)) GTEST_SKIP() << "SKIPPED: no " << folder;
  const auto key = ParseTpmPublic(ReadFile(folder / "ak_tpmt.bin"));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Name(), ReadFile(folder / "ak_name.bin"));
  EXPECT_EQ(key->key.spki(), SpkiOfPem(ReadFile(folder / "ak.pem")));
}

}  // namespace
}  // namespace evidenced
