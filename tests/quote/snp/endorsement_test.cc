#include "quote/snp/endorsement.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

// Self-signed: parsing does not ask who signed.
absl::StatusOr<SnpEndorsement> Parse(const SnpKeySpec& spec,
                                     KeyKind kind = KeyKind::kP384) {
  return ParseSnpEndorsement(
      IssueRoot(SnpKeyCertificateSpec(spec), kind).certificate);
}

void ExpectRefused(const SnpKeySpec& spec,
                   ErrorClass error_class = ErrorClass::kMalformed) {
  const auto parsed = Parse(spec);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(parsed.status()), error_class) << parsed.status();
}

TEST(ParseSnpEndorsement, ReadsAVcek) {
  const auto parsed = Parse(MilanVcekSpec());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->kind, SnpKeyKind::kVcek);
  EXPECT_EQ(parsed->struct_version, 0);
  EXPECT_EQ(parsed->product_name, "Milan-B0");
  EXPECT_EQ(parsed->product, SnpProduct::kMilan);
  EXPECT_EQ(parsed->tcb, SnpTcb(kMilanTcb, SnpProduct::kMilan));
  EXPECT_EQ(parsed->hwid, MilanChip());
  EXPECT_EQ(parsed->csp_id, "");
  EXPECT_EQ(parsed->key.spki(), parsed->certificate.spki());
}

TEST(ParseSnpEndorsement, ReadsAVcekOfTurin) {
  const auto parsed = Parse(TurinVcekSpec());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->struct_version, 1);
  EXPECT_EQ(parsed->product, SnpProduct::kTurin);
  EXPECT_EQ(parsed->tcb, SnpTcb(kTurinTcb, SnpProduct::kTurin));
  EXPECT_EQ(parsed->tcb.fmc(), 3);
  EXPECT_EQ(parsed->hwid.size(), 8U);
}

TEST(ParseSnpEndorsement, ReadsAVlek) {
  const auto parsed = Parse(MilanVlekSpec());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->kind, SnpKeyKind::kVlek);
  EXPECT_EQ(parsed->csp_id, "CN=csp.example");
  EXPECT_TRUE(parsed->hwid.empty());
}

TEST(ParseSnpEndorsement, PutsEachSvnInItsPlace) {
  SnpKeySpec spec = MilanVcekSpec();
  const std::vector<std::string> arcs = {"3.1", "3.2", "3.4", "3.5",
                                         "3.6", "3.7", "3.3", "3.8"};
  for (size_t i = 0; i < arcs.size(); ++i) {
    spec.extensions[arcs[i]] = DerInteger(static_cast<uint8_t>(0xa0 + i));
  }
  const auto parsed = Parse(spec);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->tcb.raw(), 0xa7a6a5a4a3a2a1a0);
}

TEST(ParseSnpEndorsement, TakesAHardwareIdWithItsHeader) {
  SnpKeySpec spec = MilanVcekSpec();
  Bytes wrapped = {4, 64};
  const Bytes chip = MilanChip();
  wrapped.insert(wrapped.end(), chip.begin(), chip.end());
  spec.extensions["4"] = wrapped;
  const auto parsed = Parse(spec);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->hwid, chip);
}

TEST(ParseSnpEndorsement, RefusesAMissingExtension) {
  for (const SnpKeySpec& whole :
       {MilanVcekSpec(), TurinVcekSpec(), MilanVlekSpec()}) {
    for (const auto& [arc, value] : whole.extensions) {
      SnpKeySpec spec = whole;
      spec.extensions.erase(arc);
      ExpectRefused(spec);
    }
  }
}

TEST(ParseSnpEndorsement, RefusesSvnsThatAreNoByte) {
  for (const Bytes& bad :
       {Bytes{}, Bytes{2}, Bytes{2, 0}, Bytes{2, 1, 0x80}, Bytes{2, 2, 0, 1},
        Bytes{2, 2, 1, 0}, Bytes{2, 3, 0, 0, 1}, Bytes{2, 1, 4, 0},
        Bytes{4, 1, 4}, Bytes{2, 0x81, 1, 4}, Bytes{2, 0xff}}) {
    SnpKeySpec spec = MilanVcekSpec();
    spec.extensions["3.8"] = bad;
    ExpectRefused(spec);
    spec = MilanVcekSpec();
    spec.extensions["1"] = bad;
    ExpectRefused(spec);
  }
}

TEST(ParseSnpEndorsement, RefusesTheSvnsOfAnotherLayout) {
  SnpKeySpec milan = MilanVcekSpec();
  milan.extensions["3.9"] = DerInteger(0);
  ExpectRefused(milan);
  SnpKeySpec turin = TurinVcekSpec();
  turin.extensions["3.4"] = DerInteger(0);
  ExpectRefused(turin);
}

TEST(ParseSnpEndorsement, RefusesUnknownProducts) {
  SnpKeySpec spec = MilanVcekSpec();
  spec.extensions["2"] = DerIa5String("Venice-A0");
  ExpectRefused(spec, ErrorClass::kUnsupportedType);
}

TEST(ParseSnpEndorsement, RefusesNamesThatAreNoPrintableText) {
  for (const Bytes& bad :
       {Bytes{}, Bytes{0x16, 0}, Bytes{0x16, 2, 'M', 0x1b},
        Bytes{0x16, 9, 'M', 'i', 'l', 'a', 'n'}, Bytes{0x0c, 1, 'M'}}) {
    SnpKeySpec spec = MilanVcekSpec();
    spec.extensions["2"] = bad;
    ExpectRefused(spec);
    spec = MilanVlekSpec();
    spec.extensions["5"] = bad;
    ExpectRefused(spec);
  }
}

TEST(ParseSnpEndorsement, RefusesHardwareIdsOfAnotherLength) {
  for (const size_t size :
       {size_t{0}, size_t{8}, size_t{63}, size_t{65}, size_t{66}}) {
    SnpKeySpec spec = MilanVcekSpec();
    spec.extensions["4"] = Bytes(size, 0x40);
    ExpectRefused(spec);
  }
  SnpKeySpec turin = TurinVcekSpec();
  turin.extensions["4"] = MilanChip();
  ExpectRefused(turin);
}

TEST(ParseSnpEndorsement, RefusesAKeyThatIsBothOrNeither) {
  SnpKeySpec both = MilanVcekSpec();
  both.extensions["5"] = DerIa5String("CN=csp.example");
  ExpectRefused(both);
  both.common_name = "SEV-VLEK";
  ExpectRefused(both);
  SnpKeySpec misnamed = MilanVcekSpec();
  misnamed.common_name = "SEV-VLEK";
  ExpectRefused(misnamed);
  misnamed = MilanVlekSpec();
  misnamed.common_name = "SEV-VCEK";
  ExpectRefused(misnamed);
  SnpKeySpec other = MilanVcekSpec();
  other.common_name = "leaf";
  ExpectRefused(other);
}

TEST(ParseSnpEndorsement, RefusesKeysOtherThanP384) {
  for (const KeyKind kind :
       {KeyKind::kP256, KeyKind::kP521, KeyKind::kRsa2048}) {
    const auto parsed = Parse(MilanVcekSpec(), kind);
    EXPECT_EQ(ErrorClassOf(parsed.status()), ErrorClass::kMalformed);
  }
}

TEST(ParseSnpEndorsement, RefusesAnUnknownStructVersion) {
  SnpKeySpec spec = MilanVcekSpec();
  spec.extensions["1"] = DerInteger(2);
  ExpectRefused(spec, ErrorClass::kUnsupportedVersion);
}

}  // namespace
}  // namespace evidenced
