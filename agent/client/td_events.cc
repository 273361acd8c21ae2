#include "agent/client/td_events.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

// A document takes many times its size in memory.
constexpr size_t kMaxFileSize = 16U << 20;

absl::StatusOr<RtmrEvent> ReadEvent(size_t index, const Json& json) {
  const auto refused = [index](absl::string_view expected) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected %s in event %d, found another value", expected, index));
  };
  if (!json.is_object()) return refused("an object");
  const auto rtmr = json.find("imr");
  if (rtmr == json.end() || !rtmr->is_number_unsigned() ||
      rtmr->get<uint64_t>() >= kRtmrCount) {
    return refused("an RTMR, 0 to 3, as imr");
  }
  const auto digest = json.find("digest");
  if (digest == json.end() || !digest->is_string()) {
    return refused("digits of a digest");
  }
  ASSIGN_OR_RETURN(Bytes bytes, FromHex(digest->get_ref<const std::string&>()));
  if (bytes.size() != DigestSize(HashAlgorithm::kSha384)) {
    return refused("a SHA-384 digest");
  }
  return RtmrEvent{.rtmr = rtmr->get<size_t>(), .digest = std::move(bytes)};
}

}  // namespace

absl::StatusOr<std::vector<RtmrEvent>> ParseTdEvents(absl::string_view json) {
  if (json.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a list of events, found no byte"));
  }
  if (json.size() > kMaxFileSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected events of at most %d bytes, found %d",
                        kMaxFileSize, json.size()));
  }
  RETURN_IF_ERROR(CheckStrictJson(json));
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, false);
  if (!parsed.is_array() || parsed.size() > kMaxTdEvents) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a list of at most %d events, found %s of %d",
                        kMaxTdEvents, parsed.type_name(), parsed.size()));
  }
  std::vector<RtmrEvent> events;
  for (size_t i = 0; i < parsed.size(); ++i) {
    ASSIGN_OR_RETURN(RtmrEvent event, ReadEvent(i, parsed[i]));
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace evidenced
