#ifndef AGENT_CLIENT_COLLATERAL_SUBJECT_H_
#define AGENT_CLIENT_COLLATERAL_SUBJECT_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"

#include "agent/client/collateral_urls.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/report.h"
#include "quote/tdx/pck.h"

namespace evidenced {

// Whose collateral is fetched. Nothing of it is verified: who writes a report
// of another machine gets that machine's collateral.
struct SnpSubject {
  SnpReport report;
  SnpProduct product = SnpProduct::kMilan;
  SnpKeyKind kind = SnpKeyKind::kVcek;
};
struct TdxSubject {
  Bytes fmspc;
  PckCa ca = PckCa::kPlatform;
  // nullopt: the FMSPC was given and no quote, or one without certificates.
  std::optional<PckCertificate> pck;
  bool has_quote = false;
};
using CollateralSubject = std::variant<SnpSubject, TdxSubject>;

struct SubjectArguments {
  std::string evidence;  // file: what `evidencectl get` saved
  std::string quote;     // file
  std::string report;    // file
  std::string fmspc;     // hexadecimal
  std::string pck_ca;    // "platform", "processor"
  std::string product;   // "milan", "genoa", "turin"
};

// INVALID_ARGUMENT: not one file, or only an FMSPC; a file that is no report or
// quote; digits that are none; what the file does not say and no option says;
// an option that says otherwise than the file, or something of another kind of
// machine. FAILED_PRECONDITION: a report
// that names no chip, or that no key signed.
absl::StatusOr<CollateralSubject> LoadSubject(
    const SubjectArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_SUBJECT_H_
