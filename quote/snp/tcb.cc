#include "quote/snp/tcb.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace evidenced {

SnpTcb::SnpTcb(uint64_t raw, SnpProduct product)
    : turin_(product == SnpProduct::kTurin) {
  for (uint8_t& svn : svn_) {
    svn = static_cast<uint8_t>(raw & 0xff);
    raw >>= 8;
  }
}

std::optional<uint8_t> SnpTcb::fmc() const {
  if (!turin_) return std::nullopt;
  return svn_.front();
}

ByteView SnpTcb::reserved() const {
  const ByteView all(svn_);
  return turin_ ? all.subspan(4, 3) : all.subspan(2, 4);
}

uint64_t SnpTcb::raw() const {
  uint64_t raw = 0;
  for (size_t i = svn_.size(); i > 0; --i) raw = raw << 8 | svn_.at(i - 1);
  return raw;
}

std::partial_ordering SnpTcb::operator<=>(const SnpTcb& other) const {
  if (turin_ != other.turin_) return std::partial_ordering::unordered;
  bool less = false;
  bool greater = false;
  for (size_t i = 0; i < svn_.size(); ++i) {
    less = less || svn_.at(i) < other.svn_.at(i);
    greater = greater || svn_.at(i) > other.svn_.at(i);
  }
  if (less && greater) return std::partial_ordering::unordered;
  if (less) return std::partial_ordering::less;
  if (greater) return std::partial_ordering::greater;
  return std::partial_ordering::equivalent;
}

std::string SnpTcb::Text() const {
  std::string out = turin_ ? absl::StrFormat("FMC %d, ", *fmc()) : "";
  absl::StrAppendFormat(&out, "boot loader %d, TEE %d, SNP %d, microcode %d",
                        boot_loader(), tee(), snp(), microcode());
  const ByteView rest = reserved();
  if (std::any_of(rest.begin(), rest.end(),
                  [](uint8_t byte) { return byte != 0; })) {
    absl::StrAppend(&out, ", reserved ", Hex(rest));
  }
  return out;
}

}  // namespace evidenced
