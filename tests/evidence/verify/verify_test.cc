#include "evidence/verify/verify.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/evidence/verify/covered_field.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

std::vector<std::string> Names(const Checks& checks) {
  std::vector<std::string> names;
  for (const Check& check : checks) names.push_back(check.name);
  return names;
}

void RemovePart(VerifyInput& input, absl::string_view label) {
  auto* parts = input.evidence.mutable_parts();
  for (int i = 0; i < parts->size(); ++i) {
    if (parts->Get(i).label() != label) continue;
    parts->DeleteSubrange(i, 1);
    return;
  }
}

TEST(VerifyEvidence, AcceptsTheSmallestEvidence) {
  const auto evidence = MustVerify(EvidenceBuilder().Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->binding().level(), BindingLevel::kB1);
  EXPECT_EQ(evidence->secure_boot(), true);
  EXPECT_EQ(evidence->logs().size(), 2);
  EXPECT_EQ(evidence->pcrs().at(HashAlgorithm::kSha256).size(), 22);
}

TEST(VerifyEvidence, AcceptsAnRsaKey) {
  EvidenceBuilder builder;
  builder.ak = MakeRsaAk(kTpmAlgRsassa);
  MustVerify(builder.Build());
}

TEST(VerifyEvidence, ListsEveryCheckInOrder) {
  const Verification result = VerifyEvidence(EvidenceBuilder().Build());
  EXPECT_THAT(
      Names(result.checks),
      ::testing::ElementsAre(
          "signer", "statement", "attestation-key", "quote-signature",
          "pcr-digest", "pcr-selection", "pcr-bank", "binding", "part/log.ima",
          "part/log.tcg2", "part/tpm.ak", "log/log.ima", "replay/log.ima",
          "replay/log.ima/pcr10", "log/log.tcg2", "replay/log.tcg2",
          "replay/log.tcg2/pcr0", "replay/log.tcg2/pcr7"));
  for (const Check& check : result.checks) {
    EXPECT_EQ(check.outcome, Outcome::kPass) << check.name;
    EXPECT_NE(check.expected, "") << check.name;
    EXPECT_NE(check.found, "") << check.name;
  }
}

TEST(VerifyEvidence, MakesTheSameVerdictTwice) {
  const VerifyInput input = EvidenceBuilder().Build();
  const Verification first = VerifyEvidence(input);
  const Verification second = VerifyEvidence(input);
  EXPECT_EQ(Names(first.checks), Names(second.checks));
}

// Every byte of everything that the quote covers, flipped one at a time.
class FlippedByte : public ::testing::TestWithParam<CoveredField> {};

TEST_P(FlippedByte, IsRefused) {
  VerifyInput input = EvidenceBuilder().Build();
  ExpectFlipsRefused(input, GetParam());
}

TEST_P(FlippedByte, IsRefusedWhenCutAnywhere) {
  VerifyInput input = EvidenceBuilder().Build();
  ExpectCutsRefused(input, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Covered, FlippedByte,
    ::testing::Values(
        CoveredField{
            "Statement",
            [](VerifyInput& in) { return in.evidence.mutable_statement(); }},
        CoveredField{"Manifest", ManifestOf},
        CoveredField{"Instance", InstanceOf},
        CoveredField{"AttestationKey",
                     [](VerifyInput& in) {
                       return PartOf(in, "tpm.ak").mutable_data();
                     }},
        CoveredField{"BootLog",
                     [](VerifyInput& in) {
                       return PartOf(in, "log.tcg2").mutable_data();
                     }},
        CoveredField{"ImaLog",
                     [](VerifyInput& in) {
                       return PartOf(in, "log.ima").mutable_data();
                     }},
        CoveredField{"MediaType",
                     [](VerifyInput& in) {
                       return PartOf(in, "log.ima").mutable_media_type();
                     }},
        CoveredField{"Register",
                     [](VerifyInput& in) {
                       return in.evidence.mutable_registers(0)
                           ->mutable_registers(7)
                           ->mutable_value();
                     }}),
    NameOf);

TEST(VerifyEvidence, NamesThePartWhoseByteIsFlipped) {
  VerifyInput input = EvidenceBuilder().Build();
  (*PartOf(input, "log.tcg2").mutable_data())[100] ^= 1;
  const Verification result = VerifyEvidence(input);
  EXPECT_THAT(FindCheck(result.checks, "binding")->found,
              HasSubstr("part-digest"));
  EXPECT_EQ(FindCheck(result.checks, "part/log.tcg2")->outcome, Outcome::kFail);
  EXPECT_EQ(FindCheck(result.checks, "part/log.ima")->outcome,
            Outcome::kNotChecked);
}

TEST(VerifyEvidence, RefusesARemovedPart) {
  VerifyInput input = EvidenceBuilder().Build();
  RemovePart(input, "log.ima");
  EXPECT_THAT(Refusal(input), HasSubstr("part-not-delivered"));
}

TEST(VerifyEvidence, RefusesARemovedKey) {
  VerifyInput input = EvidenceBuilder().Build();
  RemovePart(input, "tpm.ak");
  EXPECT_THAT(Refusal(input), HasSubstr("attestation-key: "));
}

TEST(VerifyEvidence, RefusesAnAddedPart) {
  VerifyInput input = EvidenceBuilder().Build();
  v1::Part* part = input.evidence.add_parts();
  part->set_label("log.runtime");
  part->set_data("more");
  EXPECT_THAT(Refusal(input), HasSubstr("part-not-in-manifest"));
}

TEST(VerifyEvidence, RefusesAPartThatComesTwice) {
  VerifyInput input = EvidenceBuilder().Build();
  *input.evidence.add_parts() = v1::Part(PartOf(input, "log.ima"));
  EXPECT_THAT(Refusal(input), HasSubstr("part-duplicate"));
}

TEST(VerifyEvidence, RefusesALogThatIsCutAfterAnEvent) {
  VerifyInput input = EvidenceBuilder().Build();
  std::vector<BootEvent> events = SmallBoot();
  events.pop_back();
  PartOf(input, "log.tcg2")
      .set_data(ToString(BootLog({HashAlgorithm::kSha256}, events)));
  EXPECT_THAT(Refusal(input), HasSubstr("part-digest"));
}

TEST(VerifyEvidence, RefusesALogWhoseEventsChangePlaces) {
  VerifyInput input = EvidenceBuilder().Build();
  std::vector<BootEvent> events = SmallBoot();
  std::swap(events[1], events[2]);
  PartOf(input, "log.tcg2")
      .set_data(ToString(BootLog({HashAlgorithm::kSha256}, events)));
  EXPECT_THAT(Refusal(input), HasSubstr("part-digest"));
}

TEST(VerifyEvidence, RefusesAnotherChallenge) {
  const VerifyInput good = EvidenceBuilder().Build();
  const auto refusal = [&good](const auto& change) {
    VerifyInput input = good;
    change(input.state);
    return Refusal(input);
  };
  EXPECT_EQ(refusal([](BindingState&) {}), "accepted");
  const auto mismatch = HasSubstr("report-data-mismatch");
  EXPECT_THAT(refusal([](BindingState& s) { s.nonce[31] ^= 1; }), mismatch);
  EXPECT_THAT(refusal([](BindingState& s) { s.audience += "x"; }), mismatch);
  EXPECT_THAT(refusal([](BindingState& s) { s.spki[0] ^= 1; }), mismatch);
  EXPECT_THAT(refusal([](BindingState& s) { s.certificate[0] ^= 1; }),
              mismatch);
  EXPECT_THAT(refusal([](BindingState& s) { s.peer[0] ^= 1; }), mismatch);
  EXPECT_THAT(refusal([](BindingState& s) { s.user_data = {1}; }), mismatch);
}

TEST(VerifyEvidence, RefusesLessThanTheMinimumBinding) {
  EvidenceBuilder builder;
  builder.state.role = 3;
  builder.state.spki = builder.state.certificate = builder.state.peer = {};
  VerifyInput input = builder.Build();
  EXPECT_THAT(Refusal(input), HasSubstr("min-binding"));
  input.min_binding = BindingLevel::kB0;
  EXPECT_EQ(Refusal(input), "accepted");
}

TEST(VerifyEvidence, RefusesASignerThatItCannotVerify) {
  VerifyInput input = EvidenceBuilder().Build();
  input.state.accept_signers = {"cca", "tpm"};
  input.evidence.set_signer("cca");
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-supported"));
}

TEST(VerifyEvidence, RefusesASignerThatIsNotAccepted) {
  VerifyInput input = EvidenceBuilder().Build();
  input.state.accept_signers = {"snp"};
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-accepted"));
  input.state.accept_signers.clear();
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-accepted"));
}

TEST(VerifyEvidence, RefusesAnotherKey) {
  VerifyInput input = EvidenceBuilder().Build();
  PartOf(input, "tpm.ak").set_data(ToString(MakeEccAk().PublicBytes()));
  EXPECT_THAT(Refusal(input), HasSubstr("quote-signature: "));
}

TEST(VerifyEvidence, RefusesAKeyThatSignsWhatAnybodyChose) {
  EvidenceBuilder builder;
  builder.ak.spec.attributes &= ~kTpmaRestricted;
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("quote-signature: "));
}

TEST(VerifyEvidence, RefusesRegistersOfAnUnknownBank) {
  VerifyInput input = EvidenceBuilder().Build();
  // 0x1000B is SHA-256 only in its lower 16 bits.
  input.evidence.mutable_registers(0)->set_algorithm(
      static_cast<v1::HashAlgorithm>(0x1000B));
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-digest: "));
}

TEST(VerifyEvidence, DoesNotReadHints) {
  VerifyInput input = EvidenceBuilder().Build();
  v1::Hints* hints = input.evidence.mutable_hints();
  (*hints->mutable_quoted_events())["log.tcg2"] = 1;
  hints->set_boot_id("another");
  hints->set_attempts(7);
  const auto evidence = MustVerify(input);
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->FindLog("log.tcg2")->quoted().size(), 4);
}

TEST(VerifyEvidence, EscapesWhatCameOnceAndKeepsControlSequencesOut) {
  VerifyInput input = EvidenceBuilder().Build();
  input.evidence.set_signer("a\x1b\"b");
  EXPECT_EQ(Failures(VerifyEvidence(input).checks),
            "signer: signer-not-accepted: found \"a\\x1b\\x22b\"\n");
}

}  // namespace
}  // namespace evidenced
