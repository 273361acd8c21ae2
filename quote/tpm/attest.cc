#include "quote/tpm/attest.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/pcr_bank.h"

namespace evidenced {
namespace {

// TPM_ST: Part 2, section 6.9.
constexpr uint16_t kAttestNv = 0x8014;
constexpr uint16_t kAttestCommandAudit = 0x8015;
constexpr uint16_t kAttestSessionAudit = 0x8016;
constexpr uint16_t kAttestCertify = 0x8017;
constexpr uint16_t kAttestTime = 0x8019;
constexpr uint16_t kAttestCreation = 0x801a;
constexpr uint16_t kAttestNvDigest = 0x801c;

constexpr uint32_t kMaxBanks = 16;  // HASH_COUNT of a PC Client TPM
constexpr char kWhat[] = "TPMS_ATTEST";

Bytes Sized(ByteReader& in) { return ToBytes(in.Take(in.Be<uint16_t>())); }

// TPMI_YES_NO.
absl::Status ReadYesNo(ByteReader& in, absl::string_view what, bool& value) {
  const uint8_t byte = in.U8();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (byte > 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected 0 or 1 as %s, found %d", what, byte));
  }
  value = byte == 1;
  return absl::OkStatus();
}

absl::Status ReadClock(ByteReader& in, TpmClock& clock) {
  clock.clock_ms = in.Be<uint64_t>();
  clock.reset_count = in.Be<uint32_t>();
  clock.restart_count = in.Be<uint32_t>();
  return ReadYesNo(in, "clock safe", clock.safe);
}

absl::Status ReadSelection(ByteReader& in, TpmAttest::Quote& quote) {
  const auto algorithm = in.Be<uint16_t>();
  const ByteView bitmap = in.Take(in.U8());
  RETURN_IF_ERROR(in.Check("TPMS_PCR_SELECTION"));
  ASSIGN_OR_RETURN(PcrBankSelection selection,
                   ReadPcrBank(algorithm, bitmap, quote.selection));
  quote.selection.push_back(std::move(selection));
  quote.octets.push_back(bitmap.size());
  return absl::OkStatus();
}

absl::Status ReadQuote(ByteReader& in, TpmAttest& attest) {
  auto& quote = attest.body.emplace<TpmAttest::Quote>();
  const auto count = in.Be<uint32_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  if (count > kMaxBanks) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d PCR banks, found %d", kMaxBanks, count));
  }
  for (uint32_t i = 0; i < count; ++i) {
    RETURN_IF_ERROR(ReadSelection(in, quote));
  }
  quote.pcr_digest = Sized(in);
  return in.Check(kWhat);
}

absl::Status ReadNv(ByteReader& in, TpmAttest& attest) {
  auto& nv = attest.body.emplace<TpmAttest::Nv>();
  nv.index_name = Sized(in);
  nv.offset = in.Be<uint16_t>();
  nv.contents = Sized(in);
  return in.Check(kWhat);
}

absl::Status ReadTime(ByteReader& in, TpmAttest& attest) {
  auto& time = attest.body.emplace<TpmAttest::Time>();
  time.time_ms = in.Be<uint64_t>();
  RETURN_IF_ERROR(ReadClock(in, time.clock));
  time.firmware_version = in.Be<uint64_t>();
  return in.Check(kWhat);
}

absl::Status ReadSessionAudit(ByteReader& in, TpmAttest& attest) {
  auto& audit = attest.body.emplace<TpmAttest::SessionAudit>();
  RETURN_IF_ERROR(ReadYesNo(in, "exclusive session", audit.exclusive));
  audit.session_digest = Sized(in);
  return in.Check(kWhat);
}

absl::Status ReadCommandAudit(ByteReader& in, TpmAttest& attest) {
  auto& audit = attest.body.emplace<TpmAttest::CommandAudit>();
  audit.counter = in.Be<uint64_t>();
  audit.algorithm = in.Be<uint16_t>();
  audit.audit_digest = Sized(in);
  audit.command_digest = Sized(in);
  return in.Check(kWhat);
}

// TPMS_NV_DIGEST_CERTIFY_INFO, TPMS_CERTIFY_INFO and TPMS_CREATION_INFO are two
// sized byte strings each.
absl::Status ReadPair(ByteReader& in, TpmAttest& attest) {
  Bytes first = Sized(in);
  Bytes second = Sized(in);
  if (attest.type == kAttestCertify) {
    attest.body = TpmAttest::Certify{.name = std::move(first),
                                     .qualified_name = std::move(second)};
  } else if (attest.type == kAttestCreation) {
    attest.body = TpmAttest::Creation{.object_name = std::move(first),
                                      .creation_hash = std::move(second)};
  } else {
    attest.body = TpmAttest::NvDigest{.index_name = std::move(first),
                                      .digest = std::move(second)};
  }
  return in.Check(kWhat);
}

// TPMU_ATTEST: Part 2, section 10.12.11.
absl::Status ReadBody(ByteReader& in, TpmAttest& attest) {
  switch (attest.type) {
    case kAttestQuote:
      return ReadQuote(in, attest);
    case kAttestNv:
      return ReadNv(in, attest);
    case kAttestTime:
      return ReadTime(in, attest);
    case kAttestSessionAudit:
      return ReadSessionAudit(in, attest);
    case kAttestCommandAudit:
      return ReadCommandAudit(in, attest);
    case kAttestNvDigest:
    case kAttestCertify:
    case kAttestCreation:
      return ReadPair(in, attest);
    default:
      in.Rest();
      return absl::OkStatus();
  }
}

}  // namespace

absl::StatusOr<TpmAttest> ParseTpmAttest(ByteView attest) {
  if (attest.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a TPMS_ATTEST, found no byte"));
  }
  ByteReader in(attest);
  TpmAttest out;
  out.magic = in.Be<uint32_t>();
  out.type = in.Be<uint16_t>();
  out.qualified_signer = Sized(in);
  out.extra_data = Sized(in);
  RETURN_IF_ERROR(ReadClock(in, out.clock));
  out.firmware_version = in.Be<uint64_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  RETURN_IF_ERROR(ReadBody(in, out));
  out.trailing_bytes = in.remaining();
  return out;
}

std::string AttestTypeName(uint16_t type) {
  switch (type) {
    case kAttestNv:
      return "TPM_ST_ATTEST_NV";
    case kAttestCommandAudit:
      return "TPM_ST_ATTEST_COMMAND_AUDIT";
    case kAttestSessionAudit:
      return "TPM_ST_ATTEST_SESSION_AUDIT";
    case kAttestCertify:
      return "TPM_ST_ATTEST_CERTIFY";
    case kAttestQuote:
      return "TPM_ST_ATTEST_QUOTE";
    case kAttestTime:
      return "TPM_ST_ATTEST_TIME";
    case kAttestCreation:
      return "TPM_ST_ATTEST_CREATION";
    case kAttestNvDigest:
      return "TPM_ST_ATTEST_NV_DIGEST";
    default:
      return absl::StrFormat("TPM_ST 0x%04x", type);
  }
}

}  // namespace evidenced
