#ifndef AGENT_CLIENT_FETCH_STEPS_H_
#define AGENT_CLIENT_FETCH_STEPS_H_

// The steps that a fetch from any vendor's service is made of.

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/fetched_collateral.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"

namespace evidenced {

inline constexpr absl::string_view kNextUpdate = "next update";
inline constexpr absl::string_view kValidUntil = "valid until";

// An answer, and what was read of it.
template <typename Read>
struct Asked {
  CollateralAnswer answer;
  Read read;
};

// Of what its maker does not count.
template <typename Read>
Edition NoEdition(const Read&) {
  return {};
}

inline Edition EditionOfList(const RevocationList& list) {
  return {.name = "thisUpdate",
          .number = absl::ToUnixSeconds(list.this_update()),
          .text = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", list.this_update(),
                                   absl::UTCTimeZone())};
}

// Asks one question; `reader` makes a StatusOr<Read> of an answer, as of a
// time, and `edition` an Edition of that.
template <typename Reader, typename EditionOf,
          typename Read = typename std::invoke_result_t<
              Reader, const CollateralAnswer&, ValidityTime>::value_type>
absl::StatusOr<Asked<Read>> Ask(CollateralAnswers& answers,
                                const CollateralQuestion& question,
                                const Reader& reader,
                                const EditionOf& edition) {
  std::optional<Read> read;
  ASSIGN_OR_RETURN(
      CollateralAnswer answer,
      answers.Get(question,
                  [&](const CollateralAnswer& found,
                      ValidityTime time) -> absl::StatusOr<Edition> {
                    ASSIGN_OR_RETURN(read, reader(found, time));
                    return edition(*read);
                  }));
  return Asked<Read>{.answer = std::move(answer), .read = *std::move(read)};
}

// Whether a list that was given revokes none of those whose collateral is
// fetched. Asked of it only once it is kept: else one that revokes some would
// be forgotten, and one of before taken for the newest. DATA_LOSS, with its
// class: `none_revoked` is not OK.
inline absl::Status ByList(const CollateralAnswer& list,
                           const absl::Status& none_revoked) {
  if (none_revoked.ok()) return none_revoked;
  return Classified(
      ErrorClassOf(none_revoked),
      absl::DataLossError(absl::StrCat("by the revocation list of ",
                                       Printable(list.url, list.url.size()),
                                       ": ", none_revoked.message())));
}

// `bytes`, of `answer`, as a file until `until`.
struct FileUntil {
  absl::string_view what;
  absl::Time time;
};
inline FetchedFile FileOf(absl::string_view role, std::string bytes,
                          const CollateralAnswer& answer, FileUntil until) {
  return {.role = role,
          .bytes = std::move(bytes),
          .url = answer.url,
          .fetched = answer.fetched,
          .from_cache = answer.from_cache,
          .until_what = until.what,
          .until = until.time};
}

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_STEPS_H_
