#include "tests/support/tee_emulator/snp_machine.h"

#include <cstdint>
#include <string>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

uint64_t At(uint8_t value, int byte) { return uint64_t{value} << (8 * byte); }

}  // namespace

uint64_t Product::PackedTcb() const {
  if (has_fmc) {
    return At(tcb.fmc, 0) | At(tcb.boot_loader, 1) | At(tcb.tee, 2) |
           At(tcb.snp, 3) | At(tcb.microcode, 7);
  }
  return At(tcb.boot_loader, 0) | At(tcb.tee, 1) | At(tcb.snp, 6) |
         At(tcb.microcode, 7);
}

Product ProductNamed(const std::string& name) {
  if (name == "milan") {
    return {
        .name = "Milan",
        .cpu = "Milan-B0",
        .family = 0x19,
        .model = 0x01,
        .stepping = 0x01,
        .has_fmc = false,
        .serial = 0x10000,
        .tcb = {
            .fmc = 0, .boot_loader = 4, .tee = 0, .snp = 24, .microcode = 219}};
  }
  if (name == "genoa") {
    return {
        .name = "Genoa",
        .cpu = "Genoa",
        .family = 0x19,
        .model = 0x11,
        .stepping = 0x01,
        .has_fmc = false,
        .serial = 0x20000,
        .tcb = {
            .fmc = 0, .boot_loader = 10, .tee = 0, .snp = 23, .microcode = 84}};
  }
  if (name == "turin") {
    return {
        .name = "Turin",
        .cpu = "Turin",
        .family = 0x1a,
        .model = 0x02,
        .stepping = 0x01,
        .has_fmc = true,
        .serial = 0x30000,
        .tcb = {
            .fmc = 1, .boot_loader = 2, .tee = 1, .snp = 3, .microcode = 71}};
  }
  Fail("expected product milan, genoa or turin, found " + name);
}

}  // namespace tee_emulator
