#include "agent/client/collateral_answers.h"

#include "absl/strings/str_cat.h"

#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status DoesNotVerify(const HttpQuestion& question,
                           const absl::Status& why) {
  return Classified(
      ErrorClassOf(why),
      absl::DataLossError(absl::StrCat(
          "asked ", question.service, " for ", question.what,
          ", found what does not verify at ",
          Printable(question.url, question.url.size()), ": ", why.message())));
}

absl::Status NotKept(const CollateralQuestion& question,
                     const absl::Status& why) {
  return absl::NotFoundError(
      absl::StrCat("expected ", question.http.what,
                   " in the cache, as no service is asked, "
                   "found ",
                   why.ok() ? "none" : why.message()));
}

}  // namespace

std::optional<CollateralAnswer> CollateralAnswers::Kept(
    const CollateralQuestion& question, Check check, absl::Status& why) const {
  const auto kept = order_.cache.Find(question.http.url);
  if (!kept.has_value()) return std::nullopt;
  CollateralAnswer answer{.url = question.http.url,
                          .body = kept->body,
                          .issuer_chain = kept->issuer_chain,
                          .fetched = kept->fetched,
                          .from_cache = true};
  if (order_.now - answer.fetched > question.max_age) {
    why = absl::NotFoundError("one that is too old");
    return std::nullopt;
  }
  const absl::Status checked = check(answer);
  if (checked.ok()) return answer;
  why = absl::NotFoundError(
      absl::StrCat("one that will not do: ", checked.message()));
  return std::nullopt;
}

void CollateralAnswers::Keep(const CollateralAnswer& answer) {
  const absl::Status kept =
      order_.cache.Keep(answer.url, {.fetched = answer.fetched,
                                     .issuer_chain = answer.issuer_chain,
                                     .body = answer.body});
  if (kept.ok() || !remarks_.empty()) return;
  remarks_.push_back(absl::StrCat("not kept in the cache: ", kept.message()));
}

absl::StatusOr<CollateralAnswer> CollateralAnswers::Get(
    const CollateralQuestion& question, Check check) {
  absl::Status why;
  if (use_cache_) {
    auto kept = Kept(question, check, why);
    if (kept.has_value()) {
      cache_used_ = true;
      return *std::move(kept);
    }
  }
  if (http_ == nullptr) return NotKept(question, why);
  ASSIGN_OR_RETURN(HttpReply reply,
                   GetPatiently(question.http, order_.deadline, *http_, pace_));
  CollateralAnswer answer{.url = question.http.url,
                          .body = std::move(reply.body),
                          .issuer_chain = reply.Header(question.chain_header),
                          .fetched = pace_.Now(),
                          .from_cache = false};
  const absl::Status checked = check(answer);
  if (!checked.ok()) return DoesNotVerify(question.http, checked);
  Keep(answer);
  return answer;
}

bool CollateralAnswers::AskAnew() {
  use_cache_ = false;
  return cache_used_ && http_ != nullptr;
}

}  // namespace evidenced
