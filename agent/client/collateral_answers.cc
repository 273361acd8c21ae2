#include "agent/client/collateral_answers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "agent/client/text.h"
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
                     absl::string_view found) {
  return absl::NotFoundError(
      absl::StrCat("expected ", question.http.what,
                   " in the cache, as no service is asked, found ", found));
}

std::string AgeText(const CollateralQuestion& question, absl::Duration age,
                    absl::string_view why) {
  return absl::StrCat(question.http.what, " was fetched ",
                      DurationText(std::max(age, absl::ZeroDuration())),
                      " ago, and may have been replaced since: ", why);
}

// That the cache has no later edition than `found`, which the service gave.
absl::Status CheckNotBefore(const CollateralQuestion& question,
                            const absl::StatusOr<Edition>& kept,
                            const Edition& found) {
  if (!kept.ok() || found.number >= kept->number) return absl::OkStatus();
  return Classified(
      ErrorClass::kCollateralInvalid,
      absl::DataLossError(absl::StrCat(
          "asked ", question.http.service, " for ", question.http.what,
          ", expected ", kept->name, " ", kept->text,
          " or later, as it was before, found ", found.text, " at ",
          Printable(question.http.url, question.http.url.size()))));
}

// Busy (429, 503), broken (5xx), or not to be reached. One that refuses, does
// not know what was asked for or says too much has answered, and a stranger is
// none.
bool IsMute(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

std::optional<CollateralAnswer> CollateralAnswers::Find(
    const CollateralQuestion& question) const {
  auto kept = order_.cache.Find(question.http.url);
  if (!kept.has_value()) return std::nullopt;
  return CollateralAnswer{.url = question.http.url,
                          .body = std::move(kept->body),
                          .issuer_chain = std::move(kept->issuer_chain),
                          .fetched = kept->fetched,
                          .from_cache = true};
}

bool CollateralAnswers::IsFresh(const CollateralAnswer& kept) const {
  const absl::Duration age = pace_.Now() - kept.fetched;
  return order_.use == CacheUse::kWhileFresh && age >= absl::ZeroDuration() &&
         age <= kFreshFor;
}

std::optional<CollateralAnswer> CollateralAnswers::InPlaceOf(
    const CollateralQuestion& question, Check check,
    const absl::Status& unanswered) {
  auto kept = Find(question);
  if (order_.use == CacheUse::kNever || !kept.has_value() ||
      !check(*kept, ValidityTime::At(order_.now)).ok()) {
    return std::nullopt;
  }
  cache_used_ = true;
  remarks_.push_back(
      AgeText(question, pace_.Now() - kept->fetched, unanswered.message()));
  return kept;
}

void CollateralAnswers::Keep(const CollateralAnswer& answer) {
  const absl::Status kept =
      order_.cache.Keep(answer.url, {.fetched = answer.fetched,
                                     .issuer_chain = answer.issuer_chain,
                                     .body = answer.body});
  if (kept.ok() || cache_failed_) return;
  cache_failed_ = true;
  remarks_.push_back(absl::StrCat("not kept in the cache: ", kept.message()));
}

absl::StatusOr<CollateralAnswer> CollateralAnswers::Offline(
    const CollateralQuestion& question, Check check) {
  auto kept = Find(question);
  if (!kept.has_value()) return NotKept(question, "none");
  const absl::Status checked =
      check(*kept, ValidityTime::At(order_.now)).status();
  if (!checked.ok()) {
    return NotKept(question,
                   absl::StrCat("one that will not do: ", checked.message()));
  }
  cache_used_ = true;
  if (!IsFresh(*kept)) {
    remarks_.push_back(
        AgeText(question, pace_.Now() - kept->fetched, "no service is asked"));
  }
  return *std::move(kept);
}

absl::StatusOr<CollateralAnswer> CollateralAnswers::Get(
    const CollateralQuestion& question, Check check) {
  const ValidityTime time = ValidityTime::At(order_.now);
  if (http_ == nullptr) return Offline(question, check);
  auto kept = Find(question);
  if (kept.has_value() && IsFresh(*kept) && check(*kept, time).ok()) {
    cache_used_ = true;
    return *std::move(kept);
  }
  absl::StatusOr<HttpReply> reply =
      GetPatiently(question.http, order_.deadline, *http_, pace_);
  if (IsMute(reply.status())) {
    auto instead = InPlaceOf(question, check, reply.status());
    if (instead.has_value()) return *std::move(instead);
  }
  RETURN_IF_ERROR(reply.status());
  CollateralAnswer answer{.url = question.http.url,
                          .body = std::move(reply->body),
                          .issuer_chain = reply->Header(question.chain_header),
                          .fetched = pace_.Now(),
                          .from_cache = false};
  // By now another may have kept one, and whether it is current is no matter.
  kept = Find(question);
  absl::StatusOr<Edition> before = absl::NotFoundError("none");
  if (kept.has_value()) before = check(*kept, ValidityTime::NotChecked());
  const absl::StatusOr<Edition> edition = check(answer, time);
  if (!edition.ok()) return DoesNotVerify(question.http, edition.status());
  RETURN_IF_ERROR(CheckNotBefore(question, before, *edition));
  Keep(answer);
  return answer;
}

bool CollateralAnswers::AskAnew() {
  order_.use = CacheUse::kNever;
  if (!cache_used_ || http_ == nullptr) return false;
  // All that is given from now on is new, and each is kept, or not, anew.
  remarks_.clear();
  cache_failed_ = false;
  return true;
}

}  // namespace evidenced
