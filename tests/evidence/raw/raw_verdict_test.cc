#include "evidence/raw/raw_verdict.h"

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

TEST(RawVerdict, AcceptsWhenEveryCheckPasses) {
  RawVerdict verdict;
  verdict.Pass("signature_valid", "a signature by the key", "the same");
  verdict.NotChecked("binding", "no nonce was given", "not checked");
  EXPECT_EQ(verdict.outcome(), RawOutcome::kAccept);
  EXPECT_FALSE(verdict.error_class().has_value());
}

TEST(RawVerdict, IsIncompleteWhereMaterialIsMissing) {
  RawVerdict verdict;
  verdict.Undecided("signature_valid", "a signature by the key", "no key");
  EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(verdict.undecided(), ElementsAre("signature_valid"));
}

TEST(RawVerdict, AFailureOutranksWhatIsMissing) {
  RawVerdict verdict;
  verdict.Undecided("signature_valid", "a signature by the key", "no key");
  verdict.Fail(ErrorClass::kUnsupportedType, "type", "a quote", "0x8014");
  EXPECT_EQ(verdict.outcome(), RawOutcome::kReject);
}

TEST(RawVerdict, TheEarlierClassCounts) {
  RawVerdict verdict;
  verdict.Fail(ErrorClass::kDigestMismatch, "digest", "a", "b");
  verdict.Fail(ErrorClass::kSignatureInvalid, "signature", "a", "b");
  verdict.Fail(ErrorClass::kChainInvalid, "chain", "a", "b");
  EXPECT_EQ(verdict.error_class(), ErrorClass::kSignatureInvalid);
}

TEST(RawVerdict, KnowsTheFirstCheckOfItsClass) {
  RawVerdict verdict;
  EXPECT_EQ(verdict.decisive(), nullptr);
  verdict.Pass("layout", "a quote", "a quote");
  verdict.Fail(ErrorClass::kDigestMismatch, "digest", "a", "b");
  EXPECT_EQ(verdict.decisive()->name, "digest");
  verdict.Fail(ErrorClass::kSignatureInvalid, "signature", "a", "b");
  verdict.Fail(ErrorClass::kSignatureInvalid, "another signature", "a", "b");
  verdict.Fail(ErrorClass::kChainInvalid, "chain", "a", "b");
  EXPECT_EQ(verdict.decisive()->name, "signature");

  RawVerdict whole;
  whole.Fail(ErrorClass::kChainInvalid, "chain", "a", "b");
  whole.Include(verdict, "tpm/");
  EXPECT_EQ(whole.error_class(), ErrorClass::kSignatureInvalid);
  EXPECT_EQ(whole.decisive()->name, "tpm/signature");
  RawVerdict first;
  first.Fail(ErrorClass::kEmpty, "size", "bytes", "none");
  first.Include(verdict, "tpm/");
  EXPECT_EQ(first.decisive()->name, "size");
}

TEST(RawVerdict, TakesTheClassOfAStatus) {
  RawVerdict verdict;
  verdict.Add("layout", "a quote",
              Classified(ErrorClass::kTruncated,
                         absl::InvalidArgumentError("is truncated")),
              "", ErrorClass::kMalformed);
  EXPECT_EQ(verdict.error_class(), ErrorClass::kTruncated);
  EXPECT_EQ(verdict.checks().at(0).found, "is truncated");
}

TEST(RawVerdict, IncludesWhatIsSaidOfAPart) {
  RawVerdict part;
  part.Undecided("signature_valid", "a signature by the key", "no key");
  RawVerdict whole;
  whole.Pass("layout", "a table", "a table");
  whole.Include(part);
  EXPECT_EQ(whole.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(whole.undecided(), ElementsAre("signature_valid"));
  EXPECT_EQ(whole.checks().size(), 2U);
  part.Fail(ErrorClass::kSignatureInvalid, "signature", "a", "b");
  whole.Fail(ErrorClass::kDigestMismatch, "digest", "a", "b");
  whole.Include(part);
  EXPECT_EQ(whole.error_class(), ErrorClass::kSignatureInvalid);
}

TEST(ErrorClass, TheFirstOneOfAStatusStays) {
  const absl::Status status = Classified(
      ErrorClass::kMalformed,
      Classified(ErrorClass::kEmpty, absl::InvalidArgumentError("empty")));
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kEmpty);
  EXPECT_EQ(ErrorClassName(ErrorClassOf(status)), "empty");
}

TEST(ErrorClass, AnOkStatusHasNone) {
  const absl::Status status =
      Classified(ErrorClass::kMalformed, absl::OkStatus());
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(ErrorClassOf(status, ErrorClass::kBindingMismatch),
            ErrorClass::kBindingMismatch);
}

}  // namespace
}  // namespace evidenced
