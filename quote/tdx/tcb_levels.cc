#include "quote/tdx/tcb_levels.h"

#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {

absl::Status CollateralRefused(const std::string& message) {
  return Classified(ErrorClass::kCollateralInvalid,
                    absl::InvalidArgumentError(message));
}

absl::Status CheckKind(const JsonKind& expected, const JsonKind& found) {
  if (expected.id == found.id && expected.version == found.version) {
    return absl::OkStatus();
  }
  return CollateralRefused(absl::StrFormat(
      "expected collateral of the kind %s, version %d, found %s, version %d",
      expected.id, expected.version, Printable(found.id), found.version));
}

absl::StatusOr<uint32_t> ReadInteger(const JsonReader& object, const char* key,
                                     uint32_t most) {
  ASSIGN_OR_RETURN(const JsonReader member, object.Member(key));
  return member.Integer(most);
}

absl::StatusOr<Bytes> ReadHex(const JsonReader& object, const char* key,
                              size_t size) {
  ASSIGN_OR_RETURN(const JsonReader member, object.Member(key));
  return member.Hexadecimal(size);
}

absl::StatusOr<std::string> ReadText(const JsonReader& object,
                                     const char* key) {
  ASSIGN_OR_RETURN(const JsonReader member, object.Member(key));
  return member.Text();
}

absl::StatusOr<absl::Time> ReadTime(const JsonReader& object, const char* key) {
  ASSIGN_OR_RETURN(const JsonReader member, object.Member(key));
  return member.Time();
}

absl::StatusOr<TcbStanding> ReadStanding(const JsonReader& level) {
  constexpr char kAdvisories[] = "advisoryIDs";
  TcbStanding standing;
  ASSIGN_OR_RETURN(const std::string name, ReadText(level, "tcbStatus"));
  const std::optional<TcbStatus> status = TcbStatusFromName(name);
  if (!status.has_value()) {
    return CollateralRefused(
        absl::StrFormat("expected a TCB status that Intel documents as "
                        "%s.tcbStatus, found %s",
                        level.path(), Printable(name)));
  }
  standing.status = *status;
  ASSIGN_OR_RETURN(standing.tcb_date, ReadTime(level, "tcbDate"));
  if (!level.Has(kAdvisories)) return standing;
  ASSIGN_OR_RETURN(const JsonReader advisories, level.Member(kAdvisories));
  ASSIGN_OR_RETURN(const std::vector<JsonReader> elements,
                   advisories.Elements());
  for (const JsonReader& element : elements) {
    ASSIGN_OR_RETURN(std::string id, element.Text());
    standing.advisory_ids.push_back(std::move(id));
  }
  return standing;
}

absl::StatusOr<std::vector<IsvTcbLevel>> ReadIsvLevels(
    const JsonReader& object) {
  ASSIGN_OR_RETURN(const JsonReader levels, object.Member("tcbLevels"));
  ASSIGN_OR_RETURN(const std::vector<JsonReader> elements, levels.Elements());
  std::vector<IsvTcbLevel> out;
  for (const JsonReader& element : elements) {
    IsvTcbLevel level;
    ASSIGN_OR_RETURN(const JsonReader tcb, element.Member("tcb"));
    ASSIGN_OR_RETURN(const uint32_t svn,
                     ReadInteger(tcb, "isvsvn", UINT16_MAX));
    level.isv_svn = static_cast<uint16_t>(svn);
    ASSIGN_OR_RETURN(level.standing, ReadStanding(element));
    out.push_back(std::move(level));
  }
  return out;
}

}  // namespace evidenced
