#include "quote/tdx/qe_identity.h"

#include "nlohmann/json.hpp"

#include "quote/base/status_macros.h"
#include "quote/json/strict_json.h"
#include "quote/tdx/json_reader.h"
#include "quote/tdx/tcb_levels.h"

namespace evidenced {
namespace {

constexpr JsonKind kKind = {.id = "TD_QE", .version = 2};
constexpr size_t kMiscSelectSize = 4;
constexpr size_t kAttributesSize = 16;
constexpr size_t kMrSignerSize = 32;

}  // namespace

absl::StatusOr<QeIdentity> ParseQeIdentity(absl::string_view body) {
  RETURN_IF_ERROR(CheckStrictJson(body));
  const auto json =
      nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
  const JsonReader object(json, std::string(kQeIdentityKey));
  QeIdentity out;
  ASSIGN_OR_RETURN(out.id, ReadText(object, "id"));
  ASSIGN_OR_RETURN(out.version, ReadInteger(object, "version", UINT32_MAX));
  RETURN_IF_ERROR(CheckKind(kKind, {.id = out.id, .version = out.version}));
  ASSIGN_OR_RETURN(out.issue_date, ReadTime(object, "issueDate"));
  ASSIGN_OR_RETURN(out.next_update, ReadTime(object, "nextUpdate"));
  ASSIGN_OR_RETURN(out.tcb_evaluation_data_number,
                   ReadInteger(object, "tcbEvaluationDataNumber", UINT32_MAX));
  ASSIGN_OR_RETURN(out.misc_select,
                   ReadHex(object, "miscselect", kMiscSelectSize));
  ASSIGN_OR_RETURN(out.misc_select_mask,
                   ReadHex(object, "miscselectMask", kMiscSelectSize));
  ASSIGN_OR_RETURN(out.attributes,
                   ReadHex(object, "attributes", kAttributesSize));
  ASSIGN_OR_RETURN(out.attributes_mask,
                   ReadHex(object, "attributesMask", kAttributesSize));
  ASSIGN_OR_RETURN(out.mr_signer, ReadHex(object, "mrsigner", kMrSignerSize));
  ASSIGN_OR_RETURN(const uint32_t product,
                   ReadInteger(object, "isvprodid", UINT16_MAX));
  out.isv_prod_id = static_cast<uint16_t>(product);
  ASSIGN_OR_RETURN(out.levels, ReadIsvLevels(object));
  return out;
}

}  // namespace evidenced
