// TPM structures.
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/client/inspection.h"
#include "agent/client/json_tpm.h"
#include "agent/client/pcrs_file.h"
#include "agent/client/render_tpm.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::StatusOr<TpmAttest> GenuineMagic(ByteView bytes) {
  ASSIGN_OR_RETURN(TpmAttest attest, ParseTpmAttest(bytes));
  if (attest.magic != kTpmGenerated) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected the magic 0x%08x, found 0x%08x",
                        kTpmGenerated, attest.magic));
  }
  return attest;
}

}  // namespace

absl::StatusOr<Inspection> InspectAttest(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const TpmAttest attest, GenuineMagic(bytes));
  Table table;
  AddAttest(attest, table);
  return Inspection{.json = {{"attest", AttestToJson(attest)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectStatement(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const TpmStatement statement, SplitTpmStatement(bytes));
  ASSIGN_OR_RETURN(const TpmAttest attest, GenuineMagic(statement.attest));
  Table table;
  AddAttest(attest, table);
  Inspection out{.json = {{"attest", AttestToJson(attest)}}, .text = ""};
  // A TPM2B_ATTEST alone has none.
  if (!statement.signature.empty()) {
    ASSIGN_OR_RETURN(const TpmSignature signature,
                     ParseTpmSignature(statement.signature));
    AddSignature(signature, table);
    out.json["signature"] = SignatureToJson(signature);
  }
  out.text = table.Render();
  return out;
}

absl::StatusOr<Inspection> InspectSignature(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const TpmSignature signature, ParseTpmSignature(bytes));
  Table table;
  AddSignature(signature, table);
  return Inspection{.json = {{"signature", SignatureToJson(signature)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectPublicArea(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const TpmPublicArea area,
                   ParseTpmPublic(WithoutTpm2bSize(bytes)));
  Table table;
  AddPublicArea(area, table);
  return Inspection{.json = {{"public_area", PublicAreaToJson(area)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectPcrDump(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const PcrDump dump, ParsePcrDump(bytes));
  Table table;
  AddPcrValues(dump.Values(), table);
  return Inspection{.json = {{"pcr_blob", PcrDumpToJson(dump)}},
                    .text = table.Render()};
}

absl::StatusOr<Inspection> InspectPcrValues(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const GivenPcrs given, ParsePcrsFile(ToString(bytes)));
  const PcrValues& values = given.values;
  if (values.empty()) {
    return absl::InvalidArgumentError("expected PCR values, found none");
  }
  Table table;
  AddPcrValues(values, table);
  if (!given.unknown.empty()) {
    table.Row({"other banks", absl::StrJoin(given.unknown, ", ")});
  }
  return Inspection{.json = {{"pcr_values", PcrValuesToJson(values)},
                             {"pcr_values_of_unknown_banks", given.unknown}},
                    .text = table.Render()};
}

}  // namespace evidenced
