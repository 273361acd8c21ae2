#include "tests/support/tee_emulator/tdx_guest.h"

#include <cerrno>
#include <mutex>
#include <string>

#include "tests/support/tdx_quoter/blob.h"

namespace tee_emulator {
namespace {

Blob DigestOf(const std::string& what) {
  return tdx_quoter::Sha384({what.begin(), what.end()});
}

}  // namespace

TdxGuest::TdxGuest(const Blob& owner) : log_(EncodeSpecId()) {
  const Blob zeros(kRegisterSize, 0);
  td_.mr_seam = DigestOf("emulated TDX module");
  td_.mr_td = DigestOf("emulated firmware of a TD");
  td_.mr_config_id = zeros;
  td_.mr_owner = zeros;
  td_.mr_owner_config = zeros;
  td_.mr_service_td = zeros;
  td_.rtmr.fill(zeros);
  for (const CcEvent& event : BootEvents(owner)) {
    if (Measure(event) != 0) Fail("no room for the log of the boot");
  }
}

tdx_quoter::Td TdxGuest::Now() const {
  const std::lock_guard lock(mutex_);
  return td_;
}

Blob TdxGuest::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

void TdxGuest::ExtendLocked(size_t rtmr, const Blob& digest) {
  Blob& value = td_.rtmr.at(rtmr);
  value = tdx_quoter::Sha384(tdx_quoter::Join({value, digest}));
}

void TdxGuest::Extend(size_t rtmr, const Blob& digest) {
  const std::lock_guard lock(mutex_);
  ExtendLocked(rtmr, digest);
}

int TdxGuest::Append(const CcEvent& event) {
  const Blob encoded = EncodeEvent(event);
  if (encoded.size() > kLogArea - log_.size()) return ENOSPC;
  log_.insert(log_.end(), encoded.begin(), encoded.end());
  return 0;
}

int TdxGuest::Measure(const CcEvent& event) {
  const std::lock_guard lock(mutex_);
  const int error = Append(event);
  if (error == 0) ExtendLocked(event.rtmr, event.digest);
  return error;
}

int TdxGuest::PretendToMeasure(const CcEvent& event) {
  const std::lock_guard lock(mutex_);
  return Append(event);
}

}  // namespace tee_emulator
