#ifndef QUOTE_SNP_TCB_H_
#define QUOTE_SNP_TCB_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "quote/base/bytes.h"
#include "quote/snp/product.h"

namespace evidenced {

// A TCB_VERSION: AMD 56860, "TCB_VERSION". The security version number (SVN) of
// each part of the firmware, one byte a part; which byte means what depends on
// the product:
//
//            0            1            2    3         4..5      6         7
//   others   boot loader  TEE          reserved                 SNP       ucode
//   Turin    FMC          boot loader  TEE  SNP       reserved  reserved  ucode
//
// TCB versions are ordered in part: one is at least another if and only if
// every part is, the reserved ones too, which may come to mean something. Of
// two that are each newer in some part, neither is. Read as one integer they
// would be in a wrong order: new microcode would make up for an old SNP
// firmware. Versions of different layouts are not ordered at all.
class SnpTcb {
 public:
  SnpTcb(uint64_t raw, SnpProduct product);

  // nullopt: this product has no FMC.
  std::optional<uint8_t> fmc() const;
  uint8_t boot_loader() const { return svn_[turin_ ? 1 : 0]; }
  uint8_t tee() const { return svn_[turin_ ? 2 : 1]; }
  uint8_t snp() const { return svn_[turin_ ? 3 : 6]; }
  uint8_t microcode() const { return svn_[7]; }
  // Four bytes, three for Turin.
  ByteView reserved() const;

  uint64_t raw() const;

  bool operator==(const SnpTcb&) const = default;
  std::partial_ordering operator<=>(const SnpTcb& other) const;

  // "boot loader 4, TEE 0, SNP 24, microcode 213"
  std::string Text() const;

 private:
  std::array<uint8_t, 8> svn_ = {};  // in the order of the report
  bool turin_;
};

}  // namespace evidenced

#endif  // QUOTE_SNP_TCB_H_
