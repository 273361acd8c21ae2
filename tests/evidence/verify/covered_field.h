#ifndef TESTS_EVIDENCE_VERIFY_COVERED_FIELD_H_
#define TESTS_EVIDENCE_VERIFY_COVERED_FIELD_H_

#include <cstddef>
#include <string>

#include "gtest/gtest.h"

#include "evidence/verify/verify.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {

// What of evidence a signature covers.
struct CoveredField {
  const char* name;
  std::string* (*field)(VerifyInput&);
};

inline std::string NameOf(const ::testing::TestParamInfo<CoveredField>& test) {
  return test.param.name;
}

inline std::string* ManifestOf(VerifyInput& input) {
  return input.evidence.mutable_manifest();
}
inline std::string* InstanceOf(VerifyInput& input) {
  return input.evidence.mutable_binding()->mutable_instance();
}

// Each of the first `count` of `bytes`, which are a part of `input`, flipped,
// one at a time.
inline void ExpectFlipsRefused(VerifyInput& input, std::string& bytes,
                               size_t count) {
  ASSERT_NE(count, 0U);
  ASSERT_LE(count, bytes.size());
  for (size_t i = 0; i < count; ++i) {
    const char kept = bytes[i];
    bytes[i] = static_cast<char>(kept ^ (1 << (i % 8)));
    EXPECT_NE(Refusal(input), "accepted") << "byte " << i;
    bytes[i] = kept;
  }
  EXPECT_EQ(Refusal(input), "accepted");
}
inline void ExpectFlipsRefused(VerifyInput& input, const CoveredField& field) {
  std::string& bytes = *field.field(input);
  ExpectFlipsRefused(input, bytes, bytes.size());
}

// Of every length but its own.
inline void ExpectCutsRefused(VerifyInput& input, const CoveredField& field) {
  std::string& bytes = *field.field(input);
  ASSERT_FALSE(bytes.empty());
  while (!bytes.empty()) {
    bytes.pop_back();
    EXPECT_NE(Refusal(input), "accepted") << bytes.size() << " bytes";
  }
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_COVERED_FIELD_H_
