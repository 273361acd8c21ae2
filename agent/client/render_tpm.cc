#include "agent/client/render_tpm.h"

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "quote/base/bytes.h"
#include "quote/crypto/key_text.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

std::string HexOrNone(const Bytes& bytes) {
  return bytes.empty() ? "none" : Hex(bytes);
}

// Adds the rows of each type of statement.
class BodyRows {
 public:
  explicit BodyRows(Table& table) : table_(table) {}

  void operator()(const std::monostate&) const {}
  void operator()(const TpmAttest::Quote& quote) const {
    for (const PcrBankSelection& bank : quote.selection) {
      table_.Row(
          {"quoted",
           absl::StrCat(HashName(bank.algorithm), ", PCR ",
                        bank.pcrs.empty() ? "none" : PcrsText(bank.pcrs))});
    }
    table_.Row({"PCR digest", HexOrNone(quote.pcr_digest)});
  }
  void operator()(const TpmAttest::Nv& nv) const {
    table_.Row({"NV index name", HexOrNone(nv.index_name)});
    table_.Row({"NV contents", absl::StrCat(HexOrNone(nv.contents),
                                            " at offset ", nv.offset)});
  }
  void operator()(const TpmAttest::NvDigest& nv) const {
    table_.Row({"NV index name", HexOrNone(nv.index_name)});
    table_.Row({"NV digest", HexOrNone(nv.digest)});
  }
  void operator()(const TpmAttest::Certify& certify) const {
    table_.Row({"certified name", HexOrNone(certify.name)});
    table_.Row({"qualified name", HexOrNone(certify.qualified_name)});
  }
  void operator()(const TpmAttest::Creation& creation) const {
    table_.Row({"object name", HexOrNone(creation.object_name)});
    table_.Row({"creation hash", HexOrNone(creation.creation_hash)});
  }
  void operator()(const TpmAttest::Time& time) const {
    table_.Row({"time", absl::StrCat(time.time_ms, " ms since power-on")});
    table_.Row({"certified clock", ClockText(time.clock)});
    table_.Row({"certified firmware", FirmwareText(time.firmware_version)});
  }
  void operator()(const TpmAttest::SessionAudit& audit) const {
    table_.Row({"exclusive session", audit.exclusive ? "yes" : "no"});
    table_.Row({"session digest", HexOrNone(audit.session_digest)});
  }
  void operator()(const TpmAttest::CommandAudit& audit) const {
    table_.Row({"audit counter", absl::StrCat(audit.counter)});
    table_.Row({"audit digest", HexOrNone(audit.audit_digest)});
    table_.Row({"command digest", HexOrNone(audit.command_digest)});
  }

 private:
  Table& table_;
};

}  // namespace

std::string ClockText(const TpmClock& clock) {
  return absl::StrFormat(
      "%s since the TPM was cleared; reset count %d, restart count %d, %s",
      // A clock may claim more milliseconds than an int64_t counts.
      DurationText(absl::Seconds(static_cast<int64_t>(clock.clock_ms / 1000))),
      clock.reset_count, clock.restart_count,
      clock.safe ? "safe" : "not safe (it may have run before)");
}

void AddAttest(const TpmAttest& attest, Table& table) {
  table.Row({"type", AttestTypeName(attest.type)});
  if (attest.magic != kTpmGenerated) {
    table.Row(
        {"magic", absl::StrFormat("0x%08x: not made by a TPM", attest.magic)});
  }
  table.Row({"qualified signer", HexOrNone(attest.qualified_signer)});
  table.Row({"extra data", HexOrNone(attest.extra_data)});
  table.Row({"clock", ClockText(attest.clock)});
  table.Row({"firmware", FirmwareText(attest.firmware_version)});
  std::visit(BodyRows(table), attest.body);
  if (attest.trailing_bytes > 0) {
    table.Row({"behind it", Count(attest.trailing_bytes, "byte")});
  }
}

void AddSignature(const TpmSignature& signature, Table& table) {
  table.Row({"signature", absl::StrCat(SchemeName(signature.scheme), " with ",
                                       HashName(signature.hash))});
}

void AddPublicArea(const TpmPublicArea& area, Table& table) {
  table.Row({"key", KeyName(area.key.spki())});
  table.Row(
      {"public key", absl::StrCat("SHA-256 ", Hex(area.key.spki_sha256()))});
  table.Row({"name", Hex(area.Name())});
  table.Row({"attributes", DescribeAttributes(area.attributes)});
  table.Row({"scheme", area.scheme == kTpmAlgNull
                           ? "none"
                           : absl::StrCat(SchemeName(area.scheme), " with ",
                                          HashName(area.scheme_hash))});
  if (!area.auth_policy.empty()) {
    table.Row({"policy", Hex(area.auth_policy)});
  }
}

void AddPcrValues(const PcrValues& values, Table& table) {
  for (const auto& [bank, registers] : values) {
    for (const auto& [pcr, value] : registers) {
      table.Row({absl::StrCat(HashName(bank), " ", pcr), Hex(value)});
    }
  }
}

}  // namespace evidenced
