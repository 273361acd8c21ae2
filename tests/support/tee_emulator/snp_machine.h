#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_MACHINE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_MACHINE_H_

#include <cstdint>
#include <string>

namespace tee_emulator {

// The components of a TCB version, AMD 57230. `fmc`: Turin alone.
struct Tcb {
  uint8_t fmc;
  uint8_t boot_loader;
  uint8_t tee;
  uint8_t snp;
  uint8_t microcode;
};

// A family of processors, and the firmware that the emulated one runs.
struct Product {
  std::string name;  // "Milan", as in the names of its certificates
  std::string cpu;   // the product name in a VCEK
  uint8_t family;    // CPUID, the combined values
  uint8_t model;
  uint8_t stepping;
  bool has_fmc;    // and with it the other TCB and the short chip ID
  int64_t serial;  // of the ARK; the ASK has the next one
  Tcb tcb;

  // TCB_VERSION as the firmware writes it.
  uint64_t PackedTcb() const;
};

// "milan", "genoa" or "turin"; ends the emulator for another name.
Product ProductNamed(const std::string& name);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_MACHINE_H_
