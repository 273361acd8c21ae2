#include "evidence/binding/verify_binding.h"

#include <string>

#include "gtest/gtest.h"

#include "evidence/binding/merkle.h"
#include "evidence/binding/rebuild.h"
#include "quote/crypto/digest.h"
#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

const char kLog[] = "event 1|event 2|";

// A verifier over TLS and an honest answer, signed by a TPM or a CPU.
struct Exchange {
  BindingState state;
  WireEvidence wire;
  SignedContents contents;

  explicit Exchange(const std::string& signer) {
    const Transcript transcript = DirectTls();
    state.role = 1;
    state.audience = *transcript.audience;
    state.nonce = *transcript.nonce;
    state.spki = *transcript.spki;
    state.certificate = *transcript.certificate;
    state.peer = *transcript.peer;
    state.requested = {"log.ima"};
    state.accept_signers = {signer};
    wire.mode = 1;
    wire.instance = *transcript.instance;
    wire.signer = signer;
    wire.parts["log.ima"] = {
        std::string(kMediaIma), ToBytes(AsBytes(kLog)), false, {}};
    SetManifest({SigningEntry(signer),
                 PresentEntry("log.ima", kMediaIma, AsBytes(kLog)),
                 MissingEntry("log.tcg2", "not-requested")});
  }

  // The attester signs what the verifier will rebuild.
  void Sign() {
    const auto expected = RebuildBinding(state, wire);
    ASSERT_TRUE(expected.ok()) << expected.status();
    contents.signer_data = wire.signer == "tpm"
                               ? expected->tpm_signing
                               : ToBytes(expected->report_data);
    if (wire.parts.contains("tpm")) {
      contents.tpm_extra_data = expected->tpm_under_report;
    }
  }
  void SetManifest(const std::vector<ManifestEntry>& entries) {
    wire.manifest = *EncodeManifest(entries);
    Sign();
  }
  std::string Reason(BindingLevel min_level = BindingLevel::kB1) const {
    return ReasonOf(VerifyBinding(state, wire, contents, min_level));
  }
};

TEST(VerifyBinding, AcceptsWhatWasSignedForIt) {
  for (const std::string signer : {"tpm", "snp", "tdx"}) {
    const Exchange e(signer);
    const auto verified =
        VerifyBinding(e.state, e.wire, e.contents, BindingLevel::kB1);
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(verified->level(), BindingLevel::kB1);
    EXPECT_EQ(ToString(verified->parts().at("log.ima")), kLog);
    EXPECT_TRUE(verified->tails().empty());
    EXPECT_EQ(verified->manifest().signer(), signer);
  }
}

TEST(VerifyBinding, RefusesEveryFlippedBitOfWhatIsSigned) {
  for (const std::string signer : {"tpm", "snp"}) {
    const Exchange honest(signer);
    for (size_t i = 0; i < honest.contents.signer_data.size() * 8; ++i) {
      Exchange e = honest;
      e.contents.signer_data[i / 8] ^= static_cast<uint8_t>(1U << (i % 8));
      EXPECT_EQ(e.Reason(), "report-data-mismatch") << i;
    }
  }
}

TEST(VerifyBinding, RefusesEveryTruncationOfWhatIsSigned) {
  const Exchange honest("snp");
  for (size_t size = 0; size < kReportDataSize; ++size) {
    Exchange e = honest;
    e.contents.signer_data.resize(size);
    EXPECT_EQ(e.Reason(), "report-data-mismatch") << size;
  }
  Exchange longer = honest;
  longer.contents.signer_data.push_back(0);
  EXPECT_EQ(longer.Reason(), "report-data-mismatch");
}

TEST(VerifyBinding, RefusesEveryFlippedBitOfTheManifest) {
  const Exchange honest("tpm");
  for (size_t i = 0; i < honest.wire.manifest->size() * 8; ++i) {
    Exchange e = honest;
    (*e.wire.manifest)[i / 8] ^= static_cast<uint8_t>(1U << (i % 8));
    EXPECT_NE(e.Reason(), "accepted") << i;
  }
}

TEST(VerifyBinding, RefusesEveryFlippedBitOfAPart) {
  const Exchange honest("tpm");
  for (size_t i = 0; i < sizeof(kLog) - 1; ++i) {
    Exchange e = honest;
    e.wire.parts["log.ima"].data[i] ^= 1;
    EXPECT_EQ(e.Reason(), "part-digest") << i;
  }
}

TEST(VerifyBinding, RefusesAddedRemovedAndRelabelledParts) {
  Exchange e("tpm");
  e.wire.parts["log.tcg2"] = e.wire.parts["log.ima"];
  EXPECT_EQ(e.Reason(), "part-not-in-manifest");
  e.wire.parts.erase("log.tcg2");
  e.wire.parts["tpm"] = e.wire.parts["log.ima"];
  EXPECT_EQ(e.Reason(), "part-not-in-manifest");
  e.wire.parts.erase("tpm");
  e.wire.parts["log.ima"].media_type = "application/vnd.evidenced.IMA";
  EXPECT_EQ(e.Reason(), "media-type");
  e.wire.parts.erase("log.ima");
  EXPECT_EQ(e.Reason(), "part-not-delivered");
  e.state.requested.clear();
  EXPECT_EQ(e.Reason(), "accepted");
}

TEST(VerifyBinding, RefusesARequestThatWasChangedOnItsWay) {
  Exchange e("tpm");
  e.state.requested.emplace_back("log.tcg2");
  EXPECT_EQ(e.Reason(), "request-was-changed");
  e.state.requested.back() = "gpu.0";
  EXPECT_EQ(e.Reason(), "requested-label-unknown");
}

TEST(VerifyBinding, TakesAReasonItDoesNotKnow) {
  Exchange e("tpm");
  e.state.requested = {"log.tcg2"};
  e.wire.parts.clear();
  e.SetManifest({SigningEntry("tpm"), MissingEntry("log.tcg2", "on-holiday")});
  EXPECT_EQ(e.Reason(), "accepted");
}

TEST(VerifyBinding, JoinsAHeldPrefixWithTheRest) {
  Exchange e("tpm");
  e.state.held["log.ima"] = ToBytes(AsBytes("event 1|"));
  WirePart& part = e.wire.parts["log.ima"];
  part.delta = true;
  part.data = ToBytes(AsBytes("event 2|"));
  const auto verified =
      VerifyBinding(e.state, e.wire, e.contents, BindingLevel::kB1);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(ToString(verified->parts().at("log.ima")), kLog);
  e.state.held["log.ima"] = ToBytes(AsBytes("event X|"));
  EXPECT_EQ(e.Reason(), "part-digest");
  e.state.held.clear();
  EXPECT_EQ(e.Reason(), "part-digest");
}

TEST(VerifyBinding, KeepsTailsApart) {
  for (const std::string signer : {"tpm", "tdx"}) {
    Exchange e(signer);
    e.wire.parts["log.ima"].tail = {1, 2};
    const auto verified =
        VerifyBinding(e.state, e.wire, e.contents, BindingLevel::kB1);
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(ToString(verified->parts().at("log.ima")), kLog);
    EXPECT_EQ(verified->tails().at("log.ima"), (Bytes{1, 2}));
  }
}

TEST(VerifyBinding, RefusesTailsOfWhatIsNoLogAndWithoutRegisters) {
  Exchange snp("snp");
  snp.wire.parts["log.ima"].tail = {1};
  EXPECT_EQ(snp.Reason(), "tail-not-allowed");
  Exchange e("tpm");
  const Bytes key = {'k'};
  e.wire.parts["tpm.ak"] = {std::string(kMediaTpmPublic), key, false, {1}};
  e.SetManifest({SigningEntry("tpm"),
                 PresentEntry("tpm.ak", kMediaTpmPublic, key),
                 PresentEntry("log.ima", kMediaIma, AsBytes(kLog))});
  EXPECT_EQ(e.Reason(), "tail-not-allowed");
}

TEST(VerifyBinding, ComparesTheQuoteUnderACpuReport) {
  Exchange e("snp");
  const Bytes quote = {'q'};
  e.wire.parts["tpm"] = {std::string(kMediaTpmQuote), quote, false, {}};
  e.SetManifest({SigningEntry("snp"),
                 PresentEntry("tpm", kMediaTpmQuote, quote),
                 PresentEntry("log.ima", kMediaIma, AsBytes(kLog))});
  EXPECT_EQ(e.Reason(), "accepted");
  (*e.contents.tpm_extra_data)[31] ^= 1;
  EXPECT_EQ(e.Reason(), "tpm-extra-data");
  e.contents.tpm_extra_data.reset();
  EXPECT_EQ(e.Reason(), "tpm-extra-data");
}

TEST(VerifyBinding, TakesTheSignersOfThePolicyAlone) {
  Exchange e("tpm");
  e.state.accept_signers = {"snp", "tdx"};
  EXPECT_EQ(e.Reason(), "signer-not-accepted");
  e.state.accept_signers.clear();
  EXPECT_EQ(e.Reason(), "signer-not-accepted");
  e.wire.signer = "snp";
  e.state.accept_signers = {"snp"};
  EXPECT_EQ(e.Reason(), "signer-not-in-manifest");
}

TEST(VerifyBinding, RefusesAParavisorThatThePolicyDoesNotName) {
  Exchange e("tpm");
  const Bytes blob = {'h'};
  e.wire.parts["hcl"] = {
      "application/vnd.evidenced.azure-hcl", blob, false, {}};
  e.SetManifest(
      {SigningEntry("tpm"),
       PresentEntry("hcl", "application/vnd.evidenced.azure-hcl", blob),
       PresentEntry("log.ima", kMediaIma, AsBytes(kLog))});
  EXPECT_EQ(e.Reason(), "paravisor-not-in-policy");
  e.state.paravisor_in_policy = true;
  EXPECT_EQ(e.Reason(), "accepted");
}

TEST(VerifyBinding, ComputesTheLevelItself) {
  Exchange e("tpm");
  e.state.role = 3;
  e.Sign();
  EXPECT_EQ(e.Reason(), "min-binding");
  const auto verified =
      VerifyBinding(e.state, e.wire, e.contents, BindingLevel::kB0);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->level(), BindingLevel::kB0);
}

TEST(VerifyBinding, TakesBootEvidenceOnlyWhereNothingWasAsked) {
  Exchange e("tpm");
  e.state.nonce.clear();
  e.wire.mode = 3;
  e.Sign();
  EXPECT_EQ(e.Reason(BindingLevel::kNone), "accepted");
  EXPECT_EQ(e.Reason(BindingLevel::kB0), "min-binding");
  e.wire.mode = 1;
  EXPECT_EQ(e.Reason(BindingLevel::kNone), "mode-not-allowed");
  e.state.nonce = Bytes(32, 7);
  for (const int mode : {0, 3, 4, 0x10, 0xff}) {
    e.wire.mode = static_cast<uint8_t>(mode);
    EXPECT_EQ(e.Reason(BindingLevel::kNone), "mode-not-allowed") << mode;
  }
}

TEST(VerifyBinding, RefusesADigestWithoutItsManifest) {
  Exchange e("tpm");
  e.wire.manifest.reset();
  EXPECT_EQ(e.Reason(), "manifest-absent");
  e.wire.manifest = Bytes();
  EXPECT_EQ(e.Reason(), "manifest-absent");
}

TEST(VerifyBinding, NeverTakesAManifestThatNobodySigns) {
  Exchange e("tpm");
  // What EncodeManifest() would not write: one entry, log.ima.
  const Bytes whole = *EncodeManifest(
      {SigningEntry("tpm"), PresentEntry("log.ima", kMediaIma, AsBytes(kLog))});
  Bytes unsigned_manifest(whole.begin(), whole.end() - 5);
  unsigned_manifest[23] = 1;
  e.wire.manifest = unsigned_manifest;
  e.Sign();
  EXPECT_EQ(e.Reason(), "signer-not-in-manifest");
}

TEST(VerifyBinding, VerifiesItsOwnLeafOfABatch) {
  Exchange e("tpm");
  Transcript leaf = LeafTls();
  const Bytes own = MerkleLeaf(*EncodeTranscript(leaf));
  const std::vector<Bytes> leaves = {Bytes(48, 1), own, Bytes(48, 2)};
  e.wire.mode = 2;
  e.wire.batch = WireBatch{3, *MerkleRoot(leaves), 1, *MerklePath(leaves, 1)};
  e.Sign();
  EXPECT_EQ(e.Reason(), "accepted");
  Exchange other = e;
  other.state.nonce[0] ^= 1;
  EXPECT_EQ(other.Reason(), "inclusion-proof");
  other = e;
  other.wire.batch->root[0] ^= 1;
  EXPECT_EQ(other.Reason(), "inclusion-proof");
  other = e;
  other.wire.batch.reset();
  EXPECT_EQ(other.Reason(), "inclusion-proof");
}

}  // namespace
}  // namespace evidenced
