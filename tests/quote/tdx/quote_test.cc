#include "quote/tdx/quote.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/tdx/td_bits.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {
namespace {

using tdx_quoter::QuoteSpec;

// Where the fields of a quote of version 4 are.
constexpr size_t kV4SignatureData = 48 + 584;
constexpr size_t kV4Certification = kV4SignatureData + 4 + 128;
constexpr size_t kV4AuthSize = kV4Certification + 6 + 384 + 64;

Bytes Made(const QuoteSpec& spec) { return SharedTdxMachine().Quote(spec); }

QuoteSpec Version5(bool td15) {
  QuoteSpec spec;
  spec.version = 5;
  spec.td15 = td15;
  return spec;
}

TdxQuote Parsed(const QuoteSpec& spec) {
  auto quote = ParseTdxQuote(Made(spec));
  EXPECT_TRUE(quote.ok()) << quote.status();
  return *std::move(quote);
}

void ExpectRefused(ByteView bytes, ErrorClass error_class) {
  const auto quote = ParseTdxQuote(bytes);
  EXPECT_EQ(quote.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(quote.status()), error_class) << quote.status();
}

// `bytes` with others at `offset`.
Bytes With(Bytes bytes, size_t offset, ByteView others) {
  std::copy(others.begin(), others.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  return bytes;
}

TEST(ParseTdxQuote, FindsEachFieldInPlace) {
  const TdxQuote quote = Parsed({});
  EXPECT_EQ(quote.header.version, 4);
  EXPECT_EQ(quote.header.att_key_type, 2);
  EXPECT_EQ(quote.header.tee_type, 0x81U);
  EXPECT_EQ(quote.header.reserved, Bytes(4, 0));
  EXPECT_EQ(Hex(quote.header.qe_vendor_id), "939a7233f79c4ca9940a0db3957f0607");
  EXPECT_EQ(quote.header.user_data, Bytes(20, 0x0d));
  EXPECT_FALSE(quote.body_descriptor.has_value());
  EXPECT_FALSE(quote.enclave.has_value());
  ASSERT_TRUE(quote.td.has_value());
  EXPECT_EQ(quote.td->kind(), "td10");
  EXPECT_EQ(Hex(quote.td->tee_tcb_svn), "05010200000000000000000000000000");
  EXPECT_EQ(quote.td->mr_seam, Bytes(48, 0x5e));
  EXPECT_EQ(quote.td->mrsigner_seam, Bytes(48, 0));
  EXPECT_EQ(quote.td->report_data, Bytes(64, 0xda));
  const TdMeasurements& td = quote.td->td;
  EXPECT_EQ(td.td_attributes, 0x10000000U);
  EXPECT_EQ(td.xfam, 0x602e7U);
  EXPECT_EQ(td.mr_td, Bytes(48, 0x3d));
  EXPECT_EQ(td.mr_config_id, Bytes(48, 0xc1));
  EXPECT_EQ(td.mr_owner, Bytes(48, 0x01));
  EXPECT_EQ(td.mr_owner_config, Bytes(48, 0x02));
  for (size_t i = 0; i < td.rtmr.size(); ++i) {
    EXPECT_EQ(td.rtmr.at(i), Bytes(48, static_cast<uint8_t>(0xa0 + i)));
  }
}

TEST(ParseTdxQuote, FindsTheSignatureDataInPlace) {
  const TdxMachine& machine = SharedTdxMachine();
  const Bytes bytes = machine.Quote();
  const TdxQuote quote = ParseTdxQuote(bytes).value();
  EXPECT_EQ(quote.signed_size, 48U + 584U);
  EXPECT_EQ(quote.signature_size, bytes.size() - quote.signed_size - 4);
  EXPECT_TRUE(Equal(quote.signature, ByteView(bytes).subspan(636, 64)));
  EXPECT_EQ(quote.attestation_key,
            tdx_quoter::PointP256(machine.attestation.evp()));
  EXPECT_EQ(quote.certification_type, 6);
  EXPECT_EQ(quote.qe_report.cpu_svn, Bytes(16, 4));
  EXPECT_EQ(quote.qe_report.misc_select, Bytes(4, 0));
  EXPECT_EQ(Hex(quote.qe_report.attributes),
            "1500000000000000e700000000000000");
  EXPECT_EQ(quote.qe_report.mr_enclave, Bytes(32, 0xee));
  EXPECT_EQ(quote.qe_report.mr_signer, Bytes(32, 0x51));
  EXPECT_EQ(quote.qe_report.isv_prod_id, 2);
  EXPECT_EQ(quote.qe_report.isv_svn, 4);
  EXPECT_EQ(quote.qe_report.report_data.size(), 64U);
  EXPECT_FALSE(quote.qe_report.debug());
  EXPECT_EQ(quote.qe_auth_data, Bytes(32, 0xad));
  EXPECT_EQ(quote.pck_type, 5);
  EXPECT_EQ(quote.pck_data, machine.pki.PckChainPem());
  EXPECT_TRUE(quote.slack.empty());
  EXPECT_TRUE(quote.trailing.empty());
}

TEST(ParseTdxQuote, ReadsVersion5OfBothBodies) {
  const TdxQuote td10 = Parsed(Version5(false));
  EXPECT_EQ(td10.body_descriptor->type, 2);
  EXPECT_EQ(td10.body_descriptor->size, 584U);
  EXPECT_EQ(td10.td->kind(), "td10");
  EXPECT_EQ(td10.signed_size, 48U + 6U + 584U);
  const TdxQuote td15 = Parsed(Version5(true));
  EXPECT_EQ(td15.body_descriptor->type, 3);
  EXPECT_EQ(td15.body_descriptor->size, 648U);
  EXPECT_EQ(td15.td->kind(), "td15");
  EXPECT_EQ(td15.signed_size, 48U + 6U + 648U);
  EXPECT_EQ(Hex(*td15.td->tee_tcb_svn_2), "06010300000000000000000000000000");
  EXPECT_EQ(td15.td->mr_service_td, Bytes(48, 0x5d));
  EXPECT_EQ(td15.td->td.rtmr[3], Bytes(48, 0xa3));
}

TEST(ParseTdxQuote, RefusesEveryTruncation) {
  for (const QuoteSpec& spec : {QuoteSpec(), Version5(false), Version5(true)}) {
    const Bytes quote = Made(spec);
    ExpectRefused({}, ErrorClass::kEmpty);
    for (size_t size = 1; size < quote.size(); ++size) {
      ExpectRefused(ByteView(quote).first(size), ErrorClass::kTruncated);
    }
  }
}

TEST(ParseTdxQuote, RefusesOtherVersions) {
  for (const uint16_t version : {0, 1, 2, 6, 0x0400, 0xffff}) {
    const Bytes quote = With(Made({}), 0, tdx_quoter::Le(version, 2));
    ExpectRefused(quote, ErrorClass::kUnsupportedVersion);
  }
}

TEST(ParseTdxQuote, RefusesOtherTees) {
  for (const uint32_t tee : {0x00U, 0x80U, 0x82U, 0x8100U, 0x81000000U}) {
    QuoteSpec spec = Version5(true);
    spec.tee_type = tee;
    ExpectRefused(Made(spec), ErrorClass::kUnsupportedType);
    spec = {};
    spec.tee_type = tee;
    ExpectRefused(Made(spec), ErrorClass::kUnsupportedType);
  }
}

TEST(ParseTdxQuote, RefusesOtherKindsOfAttestationKeys) {
  for (const uint16_t kind : {0, 1, 3, 0x0200}) {
    QuoteSpec spec;
    spec.att_key_type = kind;
    ExpectRefused(Made(spec), ErrorClass::kUnsupportedAlgorithm);
  }
}

TEST(ParseTdxQuote, RefusesABodyWhoseSizeIsNotItsTypes) {
  for (const bool td15 : {false, true}) {
    for (const uint32_t size :
         {0U, 384U, 583U, 585U, 647U, 649U, 0xffffffffU, td15 ? 584U : 648U}) {
      QuoteSpec spec = Version5(td15);
      spec.body_size = size;
      ExpectRefused(Made(spec), ErrorClass::kMalformed);
    }
  }
}

TEST(ParseTdxQuote, RefusesTypesOfBodiesThatItDoesNotKnow) {
  for (const uint16_t type : {0, 1, 4, 5, 0x0200}) {
    QuoteSpec spec = Version5(true);
    spec.body_type = type;
    ExpectRefused(Made(spec), ErrorClass::kUnsupportedType);
  }
}

TEST(ParseTdxQuote, RefusesCertificationDataWithoutAQeReport) {
  for (const uint16_t type : {0, 1, 5, 7}) {
    QuoteSpec spec;
    spec.certification_type = type;
    ExpectRefused(Made(spec), ErrorClass::kUnsupportedType);
  }
}

// Each length, with one that reaches over what holds it.
TEST(ParseTdxQuote, RefusesLengthsThatReachTooFar) {
  const Bytes quote = Made({});
  const Bytes most(4, 0xff);
  ExpectRefused(With(quote, kV4SignatureData, most), ErrorClass::kTruncated);
  ExpectRefused(With(quote, kV4Certification + 2, most),
                ErrorClass::kTruncated);
  ExpectRefused(With(quote, kV4AuthSize, ByteView(most).first(2)),
                ErrorClass::kTruncated);
  ExpectRefused(With(quote, kV4AuthSize + 2 + 32 + 2, most),
                ErrorClass::kTruncated);
}

// The certificates must fill the data around the QE's report: what is between
// would be read by some and not by others.
TEST(ParseTdxQuote, RefusesBytesBehindTheInnerCertificationData) {
  const Bytes quote = Made({});
  const size_t inner = SharedTdxMachine().pki.PckChainPem().size();
  ExpectRefused(
      With(quote, kV4AuthSize + 2 + 32 + 2, tdx_quoter::Le(inner - 1, 4)),
      ErrorClass::kMalformed);
}

TEST(ParseTdxQuote, ShowsWhatNobodyNeeds) {
  QuoteSpec spec;
  spec.slack = Bytes(3, 0x51);
  spec.trailing = Bytes(70, 0);
  const TdxQuote quote = Parsed(spec);
  EXPECT_EQ(quote.slack, spec.slack);
  EXPECT_EQ(quote.trailing, spec.trailing);
}

TEST(ParseTdxQuote, ReadsOtherKindsOfPckData) {
  QuoteSpec spec;
  spec.pck_type = 3;
  spec.pck_chain = Bytes(300, 0x33);
  const TdxQuote quote = Parsed(spec);
  EXPECT_EQ(quote.pck_type, 3);
  EXPECT_EQ(quote.pck_data, spec.pck_chain);
}

// An SGX quote has an enclave where a TD would be, and no data around the QE's.
TEST(ParseTdxQuote, ReadsAnSgxQuoteAsOne) {
  const TdxMachine& machine = SharedTdxMachine();
  QuoteSpec spec;
  spec.version = 3;
  spec.tee_type = 0;
  spec.pck_chain = machine.pki.PckChainPem();
  tdx_quoter::Blob signed_part = tdx_quoter::SignedPart(spec);
  signed_part.resize(48);
  const Bytes enclave =
      tdx_quoter::EnclaveReportBody({.isv_prod_id = 77}, Bytes(64, 0xda));
  signed_part.insert(signed_part.end(), enclave.begin(), enclave.end());
  Bytes bytes = signed_part;
  const Bytes data =
      tdx_quoter::SignatureData(spec,
                                {.attestation = machine.attestation.evp(),
                                 .pck = machine.pki.pck().key.evp()},
                                signed_part);
  bytes.insert(bytes.end(), data.begin(), data.end());
  const auto quote = ParseTdxQuote(bytes);
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_FALSE(quote->td.has_value());
  EXPECT_EQ(quote->enclave->isv_prod_id, 77);
  EXPECT_EQ(quote->signed_size, 48U + 384U);
  EXPECT_FALSE(quote->certification_type.has_value());
  EXPECT_EQ(quote->pck_data, spec.pck_chain);
  for (size_t size = 1; size < bytes.size(); ++size) {
    ExpectRefused(ByteView(bytes).first(size), ErrorClass::kTruncated);
  }
}

TEST(TdBits, HaveNamesAndRest) {
  EXPECT_TRUE(HasBit(0x10000000, kTdAttributes.at(6)));
  EXPECT_EQ(kTdAttributes.at(6).name, "sept_ve_disable");
  EXPECT_EQ(UnnamedBits(0x10000003, kTdAttributes), 2U);
  EXPECT_EQ(UnnamedBits(0x602e7, kTdXfam), 0U);
}

}  // namespace
}  // namespace evidenced
