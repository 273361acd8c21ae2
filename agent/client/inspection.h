#ifndef AGENT_CLIENT_INSPECTION_H_
#define AGENT_CLIENT_INSPECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "agent/client/text.h"
#include "evidence/log/log_file.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What a file holds. Nothing of it is verified.
struct Inspection {
  nlohmann::ordered_json json;
  std::string text;  // lines
};

// One kind of file. `inspect` says why the bytes are none of it.
struct Inspector {
  absl::string_view kind;  // "TPMS_ATTEST"
  absl::StatusOr<Inspection> (*inspect)(ByteView bytes, const Palette& palette);
};

// All kinds, those with a magic number first. Bytes are of the first kind that
// takes them.
const std::vector<Inspector>& Inspectors();

// Each in a file with its like. INVALID_ARGUMENT: the bytes are none.
absl::StatusOr<Inspection> InspectAttest(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectStatement(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectSignature(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectPublicArea(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectPcrDump(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectPcrValues(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectCcelTable(ByteView bytes, const Palette&);
// A log of a confidential-computing guest looks like a TPM's: it is known by
// its header, which is of register 1 where a TPM log's is of PCR 0, and has one
// bank alone; or, as td-shim's is of 0, by a bank of SHA-384 alone and events
// of the registers 0 to 4 alone. Which it was is shown.
absl::StatusOr<Inspection> InspectCcLog(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectTcgLog(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectImaLog(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectImaAscii(ByteView bytes, const Palette&);
// Of the form that somebody who has the file knows.
absl::StatusOr<Inspection> InspectLogAs(LogFileForm form, ByteView bytes,
                                        const Palette& palette);
absl::string_view LogKind(LogFileForm form);  // as in Inspectors()
absl::StatusOr<Inspection> InspectCertificates(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectPublicKey(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectAkJwk(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectSnpReport(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectSnpTable(ByteView bytes, const Palette&);
// A report, and directly behind it a table.
absl::StatusOr<Inspection> InspectSnpExtendedReport(ByteView bytes,
                                                    const Palette&);
absl::StatusOr<Inspection> InspectHclReport(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectTdxQuote(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectTdReport(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectTcbInfo(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectQeIdentity(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectCrl(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectManifest(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectTranscript(ByteView bytes, const Palette&);
absl::StatusOr<Inspection> InspectEvidence(ByteView bytes, const Palette&);

}  // namespace evidenced

#endif  // AGENT_CLIENT_INSPECTION_H_
