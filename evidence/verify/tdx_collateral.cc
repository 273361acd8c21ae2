#include "evidence/verify/tdx_collateral.h"

#include <span>

#include "absl/status/status.h"

#include "quote/base/byte_writer.h"
#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"
#include "quote/tdx/pck.h"

namespace evidenced {
namespace {

TdxTrust TrustOf(const TdxCollateral& collateral) {
  return {.roots = collateral.roots,
          .crls = collateral.crls,
          .crl_use = PckCrlUse::kIfGiven,
          .time = collateral.time};
}

absl::StatusOr<VerifiedPck> VerifyAnew(const TdxQuote& quote,
                                       const TdxCollateral& collateral) {
  const auto sent = PckChainOf(quote);
  const std::vector<Certificate> all = OwnThenSent(
      collateral.ca, sent.ok() ? *sent : std::vector<Certificate>());
  const auto pck = FindSigningPck(quote, all);
  if (!pck.ok()) {
    RETURN_IF_ERROR(sent.status());
    return pck.status();
  }
  return VerifyPck(*pck, all, TrustOf(collateral));
}

absl::StatusOr<TdxTcbCollateral> VerifyAnew(const TdxCollateral& collateral) {
  TdxTcbCollateral out;
  ASSIGN_OR_RETURN(out.signing, VerifyTcbSigning(collateral.tcb_signing,
                                                 TrustOf(collateral)));
  if (collateral.tcb_info.has_value()) {
    ASSIGN_OR_RETURN(
        out.tcb_info,
        VerifyTcbInfo(*collateral.tcb_info, *out.signing, collateral.time));
  }
  if (collateral.qe_identity.has_value()) {
    ASSIGN_OR_RETURN(out.qe_identity,
                     VerifyQeIdentity(*collateral.qe_identity, *out.signing,
                                      collateral.time));
  }
  return out;
}

absl::Status CheckDates(const TdxTcbCollateral& kept, ValidityTime time) {
  RETURN_IF_ERROR(kept.signing->CheckDates(time));
  if (kept.tcb_info.has_value()) {
    RETURN_IF_ERROR(kept.tcb_info->CheckDates(time));
  }
  if (kept.qe_identity.has_value()) {
    RETURN_IF_ERROR(kept.qe_identity->CheckDates(time));
  }
  return absl::OkStatus();
}

// The text of which a hash stands for all that an answer was made from, but the
// time, if one is given.
class Ingredients {
 public:
  explicit Ingredients(const TdxCollateral& collateral) {
    text_.Be(static_cast<uint8_t>(collateral.time.checked()));
    text_.Be(static_cast<uint64_t>(collateral.roots.size()));
    for (const Bytes& root : collateral.roots) Put(root);
    text_.Be(static_cast<uint8_t>(collateral.crls.has_value()));
    if (!collateral.crls.has_value()) return;
    Put(collateral.crls->root.sha256());
    Put(collateral.crls->pck.sha256());
  }

  Ingredients& PutAll(std::span<const Certificate> certificates) {
    text_.Be(static_cast<uint64_t>(certificates.size()));
    for (const Certificate& one : certificates) Put(one.sha256());
    return *this;
  }
  Ingredients& Put(ByteView bytes) {
    text_.Be(static_cast<uint64_t>(bytes.size())).Put(bytes);
    return *this;
  }
  Ingredients& PutIfAny(const std::optional<Bytes>& bytes) {
    text_.Be(static_cast<uint8_t>(bytes.has_value()));
    if (bytes.has_value()) Put(*bytes);
    return *this;
  }
  Ingredients& PutNumber(uint16_t number) {
    text_.Be(number);
    return *this;
  }

  Bytes Hash() const {
    return evidenced::Hash(HashAlgorithm::kSha256, {text_.view()});
  }

 private:
  ByteWriter text_;
};

}  // namespace

absl::StatusOr<VerifiedPck> EndorseTdxPck(const TdxQuote& quote,
                                          const TdxCollateral& collateral) {
  if (collateral.cache == nullptr) return VerifyAnew(quote, collateral);
  LruByHash<VerifiedPck>& cache = collateral.cache->pcks_;
  const Bytes hash = Ingredients(collateral)
                         .PutAll(collateral.ca)
                         .PutNumber(quote.pck_type)
                         .Put(quote.pck_data)
                         .Put(quote.qe_report_bytes)
                         .Put(quote.qe_report_signature)
                         .Hash();
  if (const VerifiedPck* kept = cache.Find(hash)) {
    RETURN_IF_ERROR(kept->CheckDates(collateral.time));
    return *kept;
  }
  ASSIGN_OR_RETURN(VerifiedPck fresh, VerifyAnew(quote, collateral));
  cache.Add(hash, fresh);
  return fresh;
}

absl::StatusOr<TdxTcbCollateral> VerifyTcbCollateral(
    const TdxCollateral& collateral) {
  const bool any =
      collateral.tcb_info.has_value() || collateral.qe_identity.has_value();
  if (collateral.tcb_signing.empty()) {
    if (!any) return TdxTcbCollateral();
    return CollateralInvalid(
        "expected the chain of TCB signing with TCB info and the QE's "
        "identity, found none");
  }
  if (collateral.cache == nullptr) return VerifyAnew(collateral);
  LruByHash<TdxTcbCollateral>& cache = collateral.cache->collateral_;
  const Bytes hash = Ingredients(collateral)
                         .PutAll(collateral.tcb_signing)
                         .PutIfAny(collateral.tcb_info)
                         .PutIfAny(collateral.qe_identity)
                         .Hash();
  if (const TdxTcbCollateral* kept = cache.Find(hash)) {
    RETURN_IF_ERROR(CheckDates(*kept, collateral.time));
    return *kept;
  }
  ASSIGN_OR_RETURN(TdxTcbCollateral fresh, VerifyAnew(collateral));
  cache.Add(hash, fresh);
  return fresh;
}

}  // namespace evidenced
